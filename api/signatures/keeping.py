"""Keeping signatures: beside the document whose digest they state, with its very bytes, once.

Who may hand one in has been asked before; that they see the document too. The digests of both stand in the answer of
the command that kept them, which the audit's chain seals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.evidence.files import clean
from api.signatures.reading import Signed, SignsSomethingElse, read
from api.signatures.tables import GuaranteeSignatureRow, SubmissionSignatureRow
from ledger.errors import NotFound

Row = SubmissionSignatureRow | GuaranteeSignatureRow
#: What may be signed, by the name of things that references use.
KINDS: dict[str, type[Row]] = {"submission": SubmissionSignatureRow, "guarantee": GuaranteeSignatureRow}


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was handed in."""

    name: str
    content: bytes


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
    session: Session, kind: str, number: int, file: File, documents: Iterable[bytes], *, handed_in_by: str
) -> dict[str, Any]:
    """Keep a signature of one of ``documents`` (the same in several languages); its id and the digests, in hexadecimal.

    Where the signature does not say which was signed, or says it by a digest we do not know, it is the first. No more
    of them are made than are looked at.

    Raises:
        UnreadableSignature. SignsSomethingElse: it says it signed none of them.
    """
    called, digest = clean(file.name), sha256(file.content).digest()
    signed = read(called, file.content)
    row = next((each for each in of(session, kind, number) if each.sha256 == digest), None)
    if row is None:
        document, compared = _signed_one(signed, documents, called)
        row = KINDS[kind](
            name=called, content=file.content, sha256=digest, document=document,
            document_sha256=sha256(document).digest(), compared=compared, signer=signed.signer,
            person_number=signed.person_number, organisation=signed.organisation,
            organisation_number=signed.organisation_number, serial=signed.serial, handed_in_by=handed_in_by,
            **{KINDS[kind].SUBJECT: number},
        )  # fmt: skip
        session.add(row)
        session.flush()
    return {"signature_id": row.id, "sha256": digest.hex(), "document_sha256": row.document_sha256.hex()}


def _signed_one(signed: Signed, documents: Iterable[bytes], called: str) -> tuple[bytes, bool]:
    """The document that was signed, and whether the signature says so.

    Raises:
        SignsSomethingElse.
    """
    for document in documents:
        fits = signed.fits(document)
        if fits is not False:
            return document, fits is True
    raise SignsSomethingElse(name=called)
