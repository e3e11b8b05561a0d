"""The table of uploaded registers: the bytes as they came, under no name but a number, and the last verdict on them.

The bytes never change: what a fix makes of them is another row that tells which one it mends. Where a file stands on
its way is not kept but told from what happened to it (`api.uploads.kept`), so it cannot go stale.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class UploadRow(Base):
    """A readable file of a register, kept once for each organisation."""

    __tablename__ = "upload"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sha256"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
        CheckConstraint("(verdict IS NULL) = (judged_at IS NULL)", name="judged"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(comment="of the register, by its headings")
    file_name: Mapped[str] = mapped_column(comment="as its sender called it; names nothing here")
    content: Mapped[bytes] = mapped_column(deferred=True)
    sha256: Mapped[bytes]
    size: Mapped[int] = mapped_column(comment="bytes")
    mends_id: Mapped[int | None] = mapped_column(
        ForeignKey("upload.id"), index=True, comment="the file this one was made from by a fix"
    )
    sent_by: Mapped[int] = mapped_column(comment="the user")
    sender: Mapped[str] = mapped_column(comment="login and channel of the user")
    sent_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    verdict: Mapped[dict[str, Any] | None] = mapped_column(comment="of the last rehearsal; see `api.uploads.verdicts`")
    judged_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
