"""Tables of the chain: facilities, their schedules, lots, lot movements, payments and returns to the budget.

Terms of a facility never change in place; a new schedule version is added. ``lot_movement``, ``facility_payment``,
``budget_return`` and ``budget_return_payment`` are append-only: an undoing is a row with the opposite sign. The
balance of a lot is the ledger's balance of ``programme-cash`` for ``lot:<id>``; the movements explain it.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Identity, Index, Integer, Numeric
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class FacilityRow(Base):
    """One link of the chain: who lends what to whom, under which edition and on which terms.

    ``link``: budget-credit (republican budget to akimat), operator-loan (akimat to ACC, Damu or FFSA),
    funding-line (ACC or Damu to a lender), bond (Baiterek's subsidiary to akimat).
    ``amount`` is the agreed sum in tiyn, drawn in one or more drawdowns.
    """

    __tablename__ = "facility"
    __table_args__ = (
        CheckConstraint("link IN ('budget-credit', 'operator-loan', 'funding-line', 'bond')", name="link"),
        CheckConstraint("amount > 0 AND months > 0 AND principal_grace_months >= 0", name="terms"),
        CheckConstraint("lender_id <> borrower_id", name="two_parties"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True, comment="agreement number")
    link: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"), index=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    borrower_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    edition: Mapped[str]
    signed_on: Mapped[date]
    amount: Mapped[int]
    annual_rate: Mapped[Decimal] = mapped_column(Numeric(9, 6), comment="fraction, 0.0001 is 0.01 %")
    months: Mapped[int] = mapped_column(Integer)
    principal_grace_months: Mapped[int] = mapped_column(Integer)
    every_months: Mapped[int] = mapped_column(Integer)
    repayment: Mapped[dict[str, Any]] = mapped_column(comment="method, day_count, rounding, fixed_principal")
    matures_on: Mapped[date]
    territory: Mapped[str | None] = mapped_column(comment="rural or city, where the edition's periods differ")
    utilisation_months: Mapped[int | None] = mapped_column(Integer)
    utilisation_from: Mapped[str | None] = mapped_column(comment="transfer or agreement")
    relending: Mapped[str] = mapped_column(
        comment="none, unlimited or next-year-end: what may be done with returned principal"
    )
    returns_unused: Mapped[bool] = mapped_column(comment="unused money becomes payable to the budget at the deadline")
    purpose: Mapped[str]
    security: Mapped[dict[str, Any]] = mapped_column(comment="collateral or stability finding: kind, document, date")


class FacilityScheduleRow(Base):
    """One version of a facility's schedule, made by each drawdown and early repayment; arrays in tiyn.

    Undoing such an event puts the version before it in force again, as a further version with that one's reason.
    """

    __tablename__ = "facility_schedule"

    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(comment="the event that made it, such as drawdown:15")
    principal_before: Mapped[int] = mapped_column(comment="principal that fell due, or was paid early, before it")
    due_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
    principal: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    interest: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class LotRow(Base):
    """Money of one kind in a facility: fresh (one lot a drawdown) or returned (one a financial year and turn)."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("kind IN ('fresh', 'returned')", name="kind"),
        CheckConstraint("(kind = 'fresh') = (turn = 1)", name="fresh_is_turn_one"),
        Index(
            "uq_lot_returned", "facility_id", "financial_year", "turn", unique=True,
            postgresql_where="kind = 'returned'",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    kind: Mapped[str]
    turn: Mapped[int] = mapped_column(Integer, comment="1: lent for the first time; 2: relent once; and so on")
    financial_year: Mapped[int] = mapped_column(Integer, comment="year it was received, or returned")
    arrived_on: Mapped[date]
    usable_until: Mapped[date | None] = mapped_column(comment="last day it may be lent; NULL: no limit")


class LotMovementRow(Base):
    """One movement of one lot; ``amount`` in tiyn, in positive, out negative.

    ``kind``: received (fresh money; ``other_lot_id`` is the parent's lot), lent (to a child facility, whose lot is
    ``other_lot_id``, or to ``loan_id``), returned (principal from ``loan_id`` or from a child facility), repaid
    (principal to the facility's own lender), budget (unused money returned to the budget).
    """

    __tablename__ = "lot_movement"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="not_zero"),
        Index("ix_lot_movement_lot_id_moved_on", "lot_id", "moved_on"),
        Index("ix_lot_movement_loan_id", "loan_id", postgresql_where="loan_id IS NOT NULL"),
        Index("ix_lot_movement_event_id", "event_id"),
        Index("ix_lot_movement_received", "lot_id", "other_lot_id", postgresql_where="kind = 'received'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    moved_on: Mapped[date]
    kind: Mapped[str]
    amount: Mapped[int]
    loan_id: Mapped[int | None] = mapped_column(comment="a microcredit; its table is above this package")
    other_facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"))
    other_lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    event_id: Mapped[int]


class FacilityMonthRow(Base):
    """Interest of a facility at a month's end: what month-end accrued, and where the open interest period stands."""

    __tablename__ = "facility_month"

    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    accrued: Mapped[int] = mapped_column(comment="tiyn accrued by the month-end entry")
    accrued_total: Mapped[int] = mapped_column(comment="tiyn accrued since the first drawdown")
    accrued_at_due: Mapped[int] = mapped_column(comment="accrued_total at the last due date")
    open_numerator: Mapped[Decimal] = mapped_column(Numeric(45, 0), comment="exact interest of the open period")
    principal: Mapped[int] = mapped_column(comment="outstanding at the month's end")
    event_id: Mapped[int | None]


class FacilityPaymentRow(Base):
    """A payment of interest and principal up one link; negative amounts undo an earlier one."""

    __tablename__ = "facility_payment"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    paid_on: Mapped[date]
    interest: Mapped[int]
    principal: Mapped[int]
    accrued: Mapped[int] = mapped_column(comment="interest accrued and posted with the payment")
    own_money: Mapped[int] = mapped_column(comment="part of the principal paid from own money, for lack of lots")
    event_id: Mapped[int]


class BudgetReturnRow(Base):
    """Money that must go back to the budget: how much of which lot, why, by which clause, and by when."""

    __tablename__ = "budget_return"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(comment="window or utilisation")
    clause: Mapped[str]
    arisen_on: Mapped[date]
    due_on: Mapped[date]
    event_id: Mapped[int]


class BudgetReturnPaymentRow(Base):
    """A payment of a return to the budget, through every link above in one event."""

    __tablename__ = "budget_return_payment"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    budget_return_id: Mapped[int] = mapped_column(ForeignKey("budget_return.id"), index=True)
    paid_on: Mapped[date]
    amount: Mapped[int]
    event_id: Mapped[int]
