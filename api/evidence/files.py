"""Keeping evidence: files under names of our own in a folder of the home, and a row that remembers each.

The bytes are written and synced before the row is committed, so a row never points at nothing; a file without a row is
left behind by a crash and harms nobody. What its owner called a file is told back, cleaned, and opens no path.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.audit.records import record
from api.evidence.judging import kind_of
from api.evidence.tables import EvidenceFileRow
from ledger.errors import BadInput, NotFound

#: Most letters of a name that are kept.
NAME = 120


class NotASignature(BadInput):
    """Something else was handed in as a detached signature, or a signature as a document."""

    code = "not-a-signature"
    sentence = (
        "Expected a detached signature (.p7s) beside a document, and documents by themselves. Choose the other field."
    )


def folder(home: Path) -> Path:
    """Where evidence is kept."""
    return home / "evidence"


def clean(name: str) -> str:
    """What somebody called a file, without folders, controls and marks that turn the writing round."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    return kept[-NAME:] or "file"


def hand_in(
    session: Session, home: Path, actor: Actor, loan_id: int, name: str, content: bytes, *,
    signs_id: int | None = None, request_id: str = "",
) -> int:  # fmt: skip
    """Keep a file about a loan and return its id; the very same file of the same loan is kept once.

    The session sees everything; that the actor may speak about the loan was asked before.

    Raises:
        BadEvidence: it is nothing that can be kept. NotASignature. NotFound: the signed file is none of this loan.
    """
    called, digest = clean(name), sha256(content).digest()
    kind = kind_of(called, content)
    if (kind == "signature") != (signs_id is not None):
        raise NotASignature
    if signs_id is not None:
        one(session, signs_id, loan_id)
    same = select(EvidenceFileRow.id).where(EvidenceFileRow.loan_id == loan_id, EvidenceFileRow.sha256 == digest)
    known = session.scalar(same)
    if known is not None:
        return known
    stored = _write(folder(home), content)
    added = insert(EvidenceFileRow).values(
        loan_id=loan_id, kind=kind, name=called, stored=stored, size=len(content), sha256=digest, signs_id=signs_id,
        handed_in_by=actor.signature,
    )  # fmt: skip
    file_id = session.execute(added.returning(EvidenceFileRow.id)).scalar_one()
    told = {"file": called, "sha256": digest.hex(), "size": len(content)}
    record(session, actor, act="evidence.hand-in", about=f"loan:{loan_id}", request=told, request_id=request_id)
    return file_id


def one(session: Session, file_id: int, loan_id: int | None = None) -> EvidenceFileRow:
    """A file in sight, of any loan or of this one.

    Raises:
        NotFound.
    """
    row = session.get(EvidenceFileRow, file_id)
    if row is None or loan_id not in (None, row.loan_id):
        raise NotFound(what="evidence file", name=str(file_id))
    return row


def of_loan(session: Session, loan_id: int) -> Sequence[EvidenceFileRow]:
    """The files about a loan, in the order they came."""
    query = select(EvidenceFileRow).where(EvidenceFileRow.loan_id == loan_id).order_by(EvidenceFileRow.id)
    return session.scalars(query).all()


def content_of(home: Path, row: EvidenceFileRow) -> bytes:
    """The bytes of a file, exactly those that were handed in.

    Raises:
        NotFound: the folder has lost it, or holds something else in its place.
    """
    path = folder(home) / row.stored[:2] / row.stored
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).digest() != row.sha256:
        raise NotFound(what="content of evidence file", name=str(row.id))
    return content


def _write(into: Path, content: bytes) -> str:
    stored = uuid4().hex
    place = into / stored[:2]
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(place / stored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return stored
