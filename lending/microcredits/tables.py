"""Tables of microcredits: borrowers, loans, schedule versions, what happened to loans, and month-end positions.

A loan's terms are what was signed; what happened is in append-only rows (disbursement, repayment, write_off,
loan_recovery, penalty_waiver, loan_month), an undoing being a row with opposite amounts. Outstanding principal and
interest are the ledger's; these rows explain them, and `lending.verification` compares the two. All amounts are tiyn.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class BorrowerRow(Base):
    """An end borrower, known by IIN or BIN."""

    __tablename__ = "borrower"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    id_number: Mapped[str] = mapped_column(unique=True, comment="IIN or BIN, twelve digits")
    kind: Mapped[str] = mapped_column(comment="individual-entrepreneur, legal-entity, peasant-farm, cooperative")
    name: Mapped[str]
    registered_on: Mapped[date | None]


class LoanRow(Base):
    """A microcredit as signed. ``status``: contracted, active, repaid, written-off."""

    __tablename__ = "loan"
    __table_args__ = (
        UniqueConstraint("lender_id", "contract_number", "contract_date"),
        CheckConstraint("amount > 0 AND instalments > 0", name="terms"),
        CheckConstraint("status IN ('contracted', 'active', 'repaid', 'written-off')", name="status"),
        Index("ix_loan_guarantee_asked", "id", postgresql_where="details ? 'guarantee_share'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    borrower_id: Mapped[int] = mapped_column(ForeignKey("borrower.id"), index=True)
    edition: Mapped[str]
    contract_number: Mapped[str]
    contract_date: Mapped[date]
    amount: Mapped[int]
    annual_rate: Mapped[Decimal] = mapped_column(Numeric(9, 6), comment="nominal, fraction")
    instalments: Mapped[int] = mapped_column(Integer)
    every_months: Mapped[int] = mapped_column(Integer)
    method: Mapped[str]
    day_count: Mapped[str]
    principal_grace: Mapped[int] = mapped_column(Integer, comment="in instalments")
    interest_grace: Mapped[int] = mapped_column(Integer, comment="in instalments")
    interest_grace_treatment: Mapped[str]
    rounding: Mapped[str]
    business_days: Mapped[str]
    first_due_on: Mapped[date | None]
    penalty_rate: Mapped[Decimal] = mapped_column(
        Numeric(9, 6), server_default="0", comment="of what is overdue, a day, at first; see penalties.toml"
    )
    penalty_rate_after: Mapped[Decimal] = mapped_column(Numeric(9, 6), server_default="0", comment="and after that")
    purpose: Mapped[str]
    sector: Mapped[str]
    territory_type: Mapped[str]
    kato: Mapped[str | None]
    oked: Mapped[str | None]
    start_up: Mapped[bool]
    details: Mapped[dict[str, Any]] = mapped_column(comment="certificate, referral, guarantee share, jobs promised")
    status: Mapped[str]
    register_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"), index=True)
    register_row: Mapped[int | None] = mapped_column(Integer)


class LoanScheduleRow(Base):
    """One version of a loan's schedule. The one signed is version 1 and is kept for ever; arrays in tiyn.

    ``principal_before`` is the principal that had fallen due (and been paid) before the version, so that what is
    due at D is ``principal_before + sum(principal where due_on <= D)``. ``deferred`` is the interest accrued but,
    by an interest grace or a restructuring, not yet due after each instalment, ``deferred_before`` that on
    ``valid_from``. ``terms`` are those agreed anew, where the version is not worked out from the ones before it.
    """

    __tablename__ = "loan_schedule"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(comment="see lending.microcredits.schedules.Reason")
    principal_before: Mapped[int]
    annual_rate: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    effective_rate: Mapped[Decimal] = mapped_column(Numeric(12, 8))
    due_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
    principal: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    interest: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    deferred: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    deferred_before: Mapped[int] = mapped_column(server_default="0")
    terms: Mapped[dict[str, Any] | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class DisbursementRow(Base):
    """Money paid out to a borrower; a loan in tranches has several."""

    __tablename__ = "disbursement"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    paid_on: Mapped[date]
    amount: Mapped[int]
    event_id: Mapped[int]


class RepaymentRow(Base):
    """Money received from a borrower and how the waterfall split it.

    ``accrued`` and ``penalty_accrued`` are posted in the same event, up to the day of payment. A reversal is a row
    with opposite amounts and ``reverses`` set; one row is reversed at most once. A reference is recorded once a day,
    and once more after each payment under it that was reversed: ``again`` counts those.
    """

    __tablename__ = "repayment"
    __table_args__ = (
        Index("ix_repayment_loan_id_paid_on", "loan_id", "paid_on"),
        Index("uq_repayment_reverses", "reverses", unique=True, postgresql_where="reverses IS NOT NULL"),
        Index(
            "uq_repayment_bank_reference", "loan_id", "paid_on", "bank_reference", "again", unique=True,
            postgresql_where="bank_reference <> '' AND reverses IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    paid_on: Mapped[date]
    amount: Mapped[int] = mapped_column(comment="money received; 0 when an overpayment is applied")
    principal: Mapped[int]
    interest: Mapped[int]
    penalty: Mapped[int]
    overpayment: Mapped[int] = mapped_column(comment="left with the lender; negative when applied or refunded")
    accrued: Mapped[int]
    penalty_accrued: Mapped[int] = mapped_column(server_default="0")
    bank_reference: Mapped[str]
    again: Mapped[int] = mapped_column(
        SmallInteger, server_default="0", comment="reversed payments of the same day and bank reference before it"
    )
    event_id: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("repayment.id"))
    register_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"), index=True)
    register_row: Mapped[int | None] = mapped_column(Integer)


class LoanMonthRow(Base):
    """Position of a loan at a month's end, written by the close: the checkpoint that later days start from.

    A month that was reopened is closed again by another run, whose row then counts; ``accrued`` of both add up.
    """

    __tablename__ = "loan_month"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True, index=True, comment="first day of the month")
    run_id: Mapped[int] = mapped_column(primary_key=True, comment="the close that wrote it, see close_run")
    accrued: Mapped[int] = mapped_column(comment="posted by the close, beyond what repayments accrued")
    accrued_total: Mapped[int] = mapped_column(comment="since the first disbursement")
    accrued_at_due: Mapped[int] = mapped_column(comment="accrued_total at the last due date in or before the month")
    open_numerator: Mapped[Decimal] = mapped_column(Numeric(45, 0), comment="exact interest of the open period")
    principal: Mapped[int] = mapped_column(comment="outstanding, overdue included")
    principal_repaid: Mapped[int] = mapped_column(comment="or written off, since the first disbursement")
    interest_repaid: Mapped[int] = mapped_column(comment="or written off")
    principal_overdue: Mapped[int]
    interest_overdue: Mapped[int]
    days_past_due: Mapped[int] = mapped_column(Integer)
    provision: Mapped[int] = mapped_column(comment="held at the month's end, not negative")
    penalty_accrued: Mapped[int] = mapped_column(server_default="0", comment="posted by the close")
    penalty_total: Mapped[int] = mapped_column(server_default="0", comment="charged since the first disbursement")
    penalty_in_year: Mapped[int] = mapped_column(server_default="0", comment="charged in the loan's current year")
    stage: Mapped[int] = mapped_column(SmallInteger, server_default="1", comment="of expected losses: 1, 2 or 3")


class LoanDecisionRow(Base):
    """A decision on a loan that goes wrong: who took it, who confirmed it, when, why, and by which document."""

    __tablename__ = "loan_decision"
    __table_args__ = (
        CheckConstraint("kind IN ('restructuring', 'write-off', 'waiver')", name="kind"),
        CheckConstraint("kind = 'restructuring' OR coalesce(confirmed_by <> decided_by, false)", name="two_people"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    kind: Mapped[str] = mapped_column(comment="restructuring, write-off or waiver")
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    confirmed_by: Mapped[str | None] = mapped_column(comment="another person; a restructuring may do without")
    reason: Mapped[str]
    document: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class WriteOffRow(Base):
    """A loan taken off the books, with all that was owed; an undoing is a row with opposite amounts.

    ``accrued`` and ``penalty_accrued`` are posted in the same event. ``made_whole`` is the principal that the lender
    put back into lots out of its own money.
    """

    __tablename__ = "write_off"
    __table_args__ = (Index("uq_write_off_reverses", "reverses", unique=True, postgresql_where="reverses IS NOT NULL"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("loan_decision.id"))
    written_off_on: Mapped[date]
    principal: Mapped[int]
    interest: Mapped[int]
    penalty: Mapped[int]
    accrued: Mapped[int]
    penalty_accrued: Mapped[int]
    provision: Mapped[int] = mapped_column(comment="used up or released")
    made_whole: Mapped[int]
    event_id: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("write_off.id"))


class LoanRecoveryRow(Base):
    """Money received from a borrower after the write-off; ``to_lots`` is what the lots were still owed of it."""

    __tablename__ = "loan_recovery"
    __table_args__ = (
        Index("uq_loan_recovery_reverses", "reverses", unique=True, postgresql_where="reverses IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    received_on: Mapped[date]
    amount: Mapped[int]
    to_lots: Mapped[int]
    bank_reference: Mapped[str]
    event_id: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("loan_recovery.id"))


class PenaltyWaiverRow(Base):
    """Penalty that was charged and is forgiven."""

    __tablename__ = "penalty_waiver"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("loan_decision.id"))
    waived_on: Mapped[date]
    amount: Mapped[int]
    penalty_accrued: Mapped[int]
    event_id: Mapped[int]
