"""Table of accepted registers: which file, whose, when, with how many rows and what control sum."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class RegisterRow(Base):
    """A register accepted whole. The same bytes from the same lender are accepted once."""

    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "sha256"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(comment="see `lending.registers.columns.RegisterKind`")
    file_name: Mapped[str]
    sha256: Mapped[bytes]
    rows: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(comment="control sum, tiyn")
    told: Mapped[dict[str, Any]] = mapped_column(comment="transformations and warnings told to the lender")
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    command_id: Mapped[int | None]
