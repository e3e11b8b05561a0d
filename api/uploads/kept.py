"""Uploaded files as they are kept, and where each stands on its way, told from what happened to it.

A file is received, judged by a rehearsal, perhaps sent to a second person, and accepted, mended or cancelled. Whoever
asks sees the files of their own organisation; nothing here decides who may do what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import Select, String, and_, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from api.access.actors import Actor
from api.acts.tables import ApprovalDecisionRow, ApprovalRow
from api.uploads.tables import UploadRow
from api.uploads.verdicts import Verdict
from ledger.errors import Conflict, NotFound
from lending.registers.columns import RegisterKind
from lending.registers.tables import RegisterRow

State = Literal["received", "checked-ok", "checked-err", "awaiting-approval", "committed", "mended", "cancelled"]

#: Files on their way that are listed.
LISTED = 20


@dataclass(eq=False, kw_only=True)
class UploadEnded(Conflict):
    """A file that was cancelled, mended or accepted before."""

    code = "upload-ended"
    sentence = "The file {name} is {state} and nothing more happens to it. Upload the register again if you need it."
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a register without its bytes. ``register_id``: what it was accepted as; ``approval_id``: who waits."""

    id: int
    organisation_id: int
    kind: RegisterKind
    file_name: str
    sha256: bytes
    size: int
    sender: str
    sent_at: datetime
    mends_id: int | None
    mended_by: int | None
    verdict: Verdict | None
    judged_at: datetime | None
    cancelled_at: datetime | None
    register_id: int | None
    approval_id: int | None

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.register_id is not None:
            return "committed"
        if self.cancelled_at is not None:
            return "cancelled"
        if self.mended_by is not None:
            return "mended"
        if self.approval_id is not None:
            return "awaiting-approval"
        if self.verdict is None:
            return "received"
        return "checked-ok" if self.verdict.acceptable else "checked-err"

    @property
    def open(self) -> bool:
        """Whether something may still be done with it by its maker."""
        return self.state in ("received", "checked-ok", "checked-err")

    def demand_open(self) -> None:
        """Refuse a file that is past its end, or with somebody else.

        Raises:
            UploadEnded.
        """
        if not self.open:
            raise UploadEnded(name=self.file_name, state=self.state)

    def demand_acceptable(self) -> None:
        """Refuse a file that was taken back or replaced; one that was accepted before says so with its receipt.

        Raises:
            UploadEnded.
        """
        if self.state in ("mended", "cancelled"):
            raise UploadEnded(name=self.file_name, state=self.state)


def keep(
    session: Session, actor: Actor, organisation_id: int, kind: RegisterKind, name: str, content: bytes, *,
    mends_id: int | None = None,
) -> int:  # fmt: skip
    """Keep a file and return its id; the very same file of an organisation is kept once."""
    digest = sha256(content).digest()
    added = insert(UploadRow).values(
        organisation_id=organisation_id, kind=kind, file_name=name, content=content, sha256=digest, size=len(content),
        mends_id=mends_id, sent_by=actor.user_id, sender=actor.signature,
    )  # fmt: skip
    new: int | None = session.scalar(added.on_conflict_do_nothing().returning(UploadRow.id))
    if new is not None:
        return new
    same = (UploadRow.organisation_id == organisation_id, UploadRow.sha256 == digest)
    session.execute(update(UploadRow).where(*same).values(cancelled_at=None))
    return session.scalars(select(UploadRow.id).where(*same)).one()


def upload(session: Session, upload_id: int) -> Upload:
    """A file in sight.

    Raises:
        NotFound.
    """
    found = _uploads(session, _query().where(UploadRow.id == upload_id))
    if not found:
        raise NotFound(what="upload", name=str(upload_id))
    return found[0]


def content_of(session: Session, upload_id: int) -> bytes:
    """The bytes of a file in sight, exactly those that came.

    Raises:
        NotFound.
    """
    content = session.scalar(select(UploadRow.content).where(UploadRow.id == upload_id))
    if content is None:
        raise NotFound(what="upload", name=str(upload_id))
    return bytes(content)


def of_register(session: Session, register_id: int) -> Upload | None:
    """The file a register was accepted from, where it was uploaded and not read in at the terminal."""
    found = _uploads(session, _query().where(RegisterRow.id == register_id))
    return found[0] if found else None


def on_their_way(session: Session) -> list[Upload]:
    """The newest files in sight that are neither accepted nor ended."""
    child = aliased(UploadRow)
    query = _query().where(
        RegisterRow.id.is_(None), UploadRow.cancelled_at.is_(None), ~exists().where(child.mends_id == UploadRow.id)
    )
    return _uploads(session, query.order_by(UploadRow.id.desc()).limit(LISTED))


def judged(session: Session, upload_id: int, found: Verdict, now: datetime) -> None:
    """Keep a verdict."""
    session.execute(
        update(UploadRow).where(UploadRow.id == upload_id).values(verdict=found.model_dump(mode="json"), judged_at=now)
    )


def cancel(session: Session, upload_id: int, now: datetime) -> None:
    """End a file that nobody waits for.

    Raises:
        UploadEnded, NotFound.
    """
    upload(session, upload_id).demand_open()
    session.execute(update(UploadRow).where(UploadRow.id == upload_id).values(cancelled_at=now))


def _query() -> Select[UploadRow, int, int, int]:
    child = aliased(UploadRow)
    mended_by = select(func.max(child.id)).where(child.mends_id == UploadRow.id).scalar_subquery()
    waiting = (
        select(func.max(ApprovalRow.id))
        .outerjoin(ApprovalDecisionRow, ApprovalDecisionRow.approval_id == ApprovalRow.id)
        .where(
            ApprovalRow.about == literal("upload:").concat(UploadRow.id.cast(String)),
            ApprovalDecisionRow.approval_id.is_(None),
        )
        .scalar_subquery()
    )
    same = and_(
        RegisterRow.organisation_id == UploadRow.organisation_id, RegisterRow.kind == UploadRow.kind,
        RegisterRow.sha256 == UploadRow.sha256,
    )  # fmt: skip
    return select(UploadRow, RegisterRow.id, mended_by, waiting).outerjoin(RegisterRow, same)


def _uploads(session: Session, query: Select[UploadRow, int, int, int]) -> list[Upload]:
    return [_upload(row, *rest) for row, *rest in session.execute(query)]


def _upload(row: UploadRow, register_id: int | None, mended_by: int | None, approval_id: int | None) -> Upload:
    return Upload(
        id=row.id, organisation_id=row.organisation_id, kind=row.kind, file_name=row.file_name, sha256=row.sha256,  # type: ignore[arg-type]  # the column holds kinds
        size=row.size, sender=row.sender, sent_at=row.sent_at, mends_id=row.mends_id, mended_by=mended_by,
        verdict=None if row.verdict is None else Verdict.model_validate(row.verdict), judged_at=row.judged_at,
        cancelled_at=row.cancelled_at, register_id=register_id, approval_id=approval_id,
    )  # fmt: skip
