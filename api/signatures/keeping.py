"""Keeping signatures: beside the document whose digest they state, with its very bytes, once.

Who may hand one in has been asked before; that they see the document too.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.audit.records import record
from api.evidence.files import clean
from api.signatures.reading import SignsSomethingElse, read
from api.signatures.tables import GuaranteeSignatureRow, SubmissionSignatureRow
from ledger.errors import NotFound

Row = SubmissionSignatureRow | GuaranteeSignatureRow
#: What may be signed, by the name of things that references use.
KINDS: dict[str, type[Row]] = {"submission": SubmissionSignatureRow, "guarantee": GuaranteeSignatureRow}


def of(session: Session, kind: str, number: int) -> Sequence[Row]:
    """The signatures in sight of a thing, in the order they came."""
    rows = KINDS[kind]
    query: Select[Any] = select(rows).where(getattr(rows, rows.SUBJECT) == number).order_by(rows.id)
    found: Sequence[Row] = session.scalars(query).all()
    return found


def one(session: Session, kind: str, number: int, signature_id: int) -> Row:
    """A signature in sight of a thing.

    Raises:
        NotFound.
    """
    found = next((each for each in of(session, kind, number) if each.id == signature_id), None)
    if found is None:
        raise NotFound(what="signature", name=str(signature_id))
    return found


def hand_in(
    session: Session, actor: Actor, kind: str, number: int, name: str, content: bytes, documents: Sequence[bytes], *,
    request_id: str = "",
) -> int:  # fmt: skip
    """Keep a signature of one of ``documents`` (the same in several languages) and return its id.

    Where the signature does not say which was signed, or says it by a digest we do not know, it is the first.

    Raises:
        UnreadableSignature. SignsSomethingElse: it says it signed none of them.
    """
    called, signed, digest = clean(name), read(clean(name), content), sha256(content).digest()
    known = next((each.id for each in of(session, kind, number) if each.sha256 == digest), None)
    if known is not None:
        return known
    fitting = {place: signed.fits(each) for place, each in enumerate(documents)}
    place = next((place for place, fits in fitting.items() if fits), 0)
    if fitting[place] is False:
        raise SignsSomethingElse(name=called)
    document = documents[place]
    row = KINDS[kind](
        name=called, content=content, sha256=digest, document=document, document_sha256=sha256(document).digest(),
        compared=fitting[place] is True, signer=signed.signer, person_number=signed.person_number,
        organisation=signed.organisation, organisation_number=signed.organisation_number, serial=signed.serial,
        handed_in_by=actor.signature, **{KINDS[kind].SUBJECT: number},
    )  # fmt: skip
    session.add(row)
    session.flush()
    told = {"file": called, "sha256": digest.hex(), "document_sha256": row.document_sha256.hex()}
    record(session, actor, act="signatures.hand-in", about=f"{kind}:{number}", request=told, request_id=request_id)
    return row.id
