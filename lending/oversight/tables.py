"""Tables of oversight: confirmations of target use."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import Base


class TargetUseRow(Base):
    """A confirmation that part of a loan was used as agreed: when, how much (tiyn), by which document.

    Append-only; a withdrawn confirmation is a row with the opposite amount.
    """

    __tablename__ = "target_use"
    __table_args__ = (CheckConstraint("amount <> 0", name="not_zero"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    confirmed_on: Mapped[date]
    amount: Mapped[int]
    document_kind: Mapped[str]
    document_number: Mapped[str]
    document_date: Mapped[date | None]
    register_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"))
    register_row: Mapped[int | None] = mapped_column(Integer)
