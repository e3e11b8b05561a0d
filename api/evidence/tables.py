"""The table of files handed in about loans: what each is, and under which generated name it is kept.

Append-only. The bytes lie in a folder outside of everything that is served; a row names them by a random name and
their SHA-256, so that a document and its file can be told to be the same years later.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class EvidenceFileRow(Base):
    """A file about a loan, as it was handed in; ``name`` is what its owner called it and names nothing here.

    ``signs_id`` is the file of which this one is the detached signature.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        CheckConstraint("kind IN ('pdf', 'jpeg', 'png', 'signature')", name="kind"),
        CheckConstraint("(kind = 'signature') = (signs_id IS NOT NULL)", name="signs"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
        CheckConstraint("stored ~ '^[0-9a-f]{32}$'", name="stored"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    kind: Mapped[str] = mapped_column(comment="pdf, jpeg, png, signature: by its bytes, not by its name")
    name: Mapped[str] = mapped_column(comment="as its owner called it")
    stored: Mapped[str] = mapped_column(unique=True, comment="the generated name it is kept under")
    size: Mapped[int]
    sha256: Mapped[bytes]
    signs_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_file.id"))
    handed_in_by: Mapped[str]
    handed_in_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
