"""Tables of support money: subsidies with the loans they count, and grants with their journal.

Everything is append-only but ``standing``, which falls once: from true to false when a decision is taken back, from
true to NULL when a payment is reversed. The rule that nothing is paid twice is in the constraints: one standing subsidy
a tranche, one standing count of a loan's money from a tranche, one standing grant a person, one standing payment of
each, and a payment only of what stands. A foreign key holds while its whole key is there: so what is paid can not be
taken back to be claimed again until the money is back, two people having seen to it. Amounts are tiyn.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import Base
from lending.people import two_people

#: Who decides does not confirm, however the name is written.
TWO_PEOPLE = two_people("confirmed_by", "decided_by")


class SubsidyRow(Base):
    """A subsidy on one tranche (a fresh lot), as the operator confirmed its utilisation."""

    __tablename__ = "subsidy"
    __table_args__ = (
        CheckConstraint("base > 0 AND base <= lent AND lent <= received", name="base"),
        CheckConstraint("ceiling > 0 AND ceiling <= base", name="ceiling"),
        CheckConstraint("confirmed_on >= utilised_on", name="dates"),
        UniqueConstraint("id", "standing"),
        Index("uq_subsidy_lot", "lot_id", unique=True, postgresql_where="standing"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), comment="the tranche: a fresh lot of a funding line")
    operator_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    edition: Mapped[str] = mapped_column(comment="of the funding line")
    received: Mapped[int] = mapped_column(comment="the tranche")
    lent: Mapped[int] = mapped_column(comment="lent to borrowers out of it")
    base: Mapped[int] = mapped_column(comment="the part of what was lent that counts")
    rate: Mapped[Decimal] = mapped_column(Numeric(9, 6), comment="fraction")
    ceiling: Mapped[int] = mapped_column(comment="rate times base, down to the tiyn")
    utilised_on: Mapped[date] = mapped_column(comment="the last movement of the tranche to or from a borrower")
    through_movement: Mapped[int] = mapped_column(comment="last movement of the line that was known")
    confirmed_on: Mapped[date]
    confirmed_by: Mapped[str]
    documents: Mapped[list[dict[str, str]]] = mapped_column(JSONB, comment="kind, number, issued_on")
    standing: Mapped[bool] = mapped_column(comment="false once it was taken back")


class SubsidyLoanRow(Base):
    """Money of one loan, out of the subsidy's tranche, that counts in its base."""

    __tablename__ = "subsidy_loan"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        ForeignKeyConstraint(["subsidy_id", "standing"], ["subsidy.id", "subsidy.standing"], onupdate="CASCADE"),
        Index("uq_subsidy_loan_money", "lot_id", "loan_id", unique=True, postgresql_where="standing"),
    )

    subsidy_id: Mapped[int] = mapped_column(primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    amount: Mapped[int]
    standing: Mapped[bool]


class SubsidyDecisionRow(Base):
    """What the subsidy commission granted."""

    __tablename__ = "subsidy_decision"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    subsidy_id: Mapped[int] = mapped_column(ForeignKey("subsidy.id"), primary_key=True)
    number: Mapped[str]
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    amount: Mapped[int]
    event_id: Mapped[int]


class SubsidyPaymentRow(Base):
    """The one standing payment of a subsidy, of all that was decided, by an order of the akimat."""

    __tablename__ = "subsidy_payment"
    __table_args__ = (
        CheckConstraint("standing", name="standing"),
        ForeignKeyConstraint(["subsidy_id", "standing"], ["subsidy.id", "subsidy.standing"]),
        Index("uq_subsidy_payment_subsidy_id", "subsidy_id", unique=True, postgresql_where="standing"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subsidy_id: Mapped[int] = mapped_column(ForeignKey("subsidy_decision.subsidy_id"), index=True)
    standing: Mapped[bool | None] = mapped_column(comment="true; NULL once it was reversed")
    order_number: Mapped[str]
    paid_on: Mapped[date]
    paid_by: Mapped[str]
    amount: Mapped[int]
    event_id: Mapped[int]


class SubsidyReversalRow(Base):
    """Why a payment of a subsidy was reversed, and by which two people; the MFO has given the money back."""

    __tablename__ = "subsidy_reversal"
    __table_args__ = (CheckConstraint(TWO_PEOPLE, name="two_people"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("subsidy_payment.id"), primary_key=True)
    reversed_on: Mapped[date]
    decided_by: Mapped[str]
    confirmed_by: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str]
    event_id: Mapped[int] = mapped_column(comment="reverses the payment")


class SubsidyWithdrawalRow(Base):
    """Why a subsidy that was not paid yet was taken back."""

    __tablename__ = "subsidy_withdrawal"

    subsidy_id: Mapped[int] = mapped_column(ForeignKey("subsidy.id"), primary_key=True)
    withdrawn_on: Mapped[date]
    withdrawn_by: Mapped[str]
    reason: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(comment="reverses the decision, where there was one")


class GrantRow(Base):
    """A state grant as awarded."""

    __tablename__ = "state_grant"
    __table_args__ = (
        CheckConstraint("amount > 0 AND amount <= cap", name="amount"),
        CheckConstraint("fund_source IN ('republican', 'local')", name="fund_source"),
        UniqueConstraint("id", "standing"),
        Index("uq_state_grant_id_number", "id_number", unique=True, postgresql_where="standing"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True, comment="the akimat")
    edition: Mapped[str]
    id_number: Mapped[str] = mapped_column(comment="the participant's IIN")
    name: Mapped[str]
    ground: Mapped[str] = mapped_column(comment="bastau, direction-1, resettler or oralman")
    proof: Mapped[dict[str, str]] = mapped_column(JSONB, comment="document of training or status")
    support_checked_on: Mapped[date] = mapped_column(comment="day earlier support was looked up")
    opinion: Mapped[dict[str, str]] = mapped_column(JSONB, comment="document of the chamber of entrepreneurs")
    uses: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, comment="kind, tiyn")
    warnings: Mapped[list[dict[str, str]]] = mapped_column(JSONB, comment="rule, clause, found: weighed, no bar")
    fund_source: Mapped[str] = mapped_column(comment="republican or local budget")
    mci: Mapped[int] = mapped_column(Integer, comment="monthly index of the decision day, tenge")
    cap: Mapped[int]
    amount: Mapped[int]
    number: Mapped[str] = mapped_column(comment="of the decision")
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    centre: Mapped[str] = mapped_column(comment="employment centre that pays")
    event_id: Mapped[int]
    standing: Mapped[bool] = mapped_column(comment="false once it was taken back")


class GrantPaymentRow(Base):
    """The one standing payment of a grant, and until when the grantee is accompanied, inclusive."""

    __tablename__ = "grant_payment"
    __table_args__ = (
        CheckConstraint("standing", name="standing"),
        ForeignKeyConstraint(["grant_id", "standing"], ["state_grant.id", "state_grant.standing"]),
        Index("uq_grant_payment_grant_id", "grant_id", unique=True, postgresql_where="standing"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("state_grant.id"), index=True)
    standing: Mapped[bool | None] = mapped_column(comment="true; NULL once it was reversed")
    order_number: Mapped[str]
    paid_on: Mapped[date]
    paid_by: Mapped[str]
    amount: Mapped[int]
    accompanied_until: Mapped[date]
    event_id: Mapped[int]


class GrantReversalRow(Base):
    """Why a payment of a grant was reversed, and by which two people; the participant has given the money back."""

    __tablename__ = "grant_reversal"
    __table_args__ = (CheckConstraint(TWO_PEOPLE, name="two_people"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("grant_payment.id"), primary_key=True)
    reversed_on: Mapped[date]
    decided_by: Mapped[str]
    confirmed_by: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str]
    event_id: Mapped[int] = mapped_column(comment="reverses the payment")


class GrantWithdrawalRow(Base):
    """Why a grant that was not paid yet was taken back."""

    __tablename__ = "grant_withdrawal"

    grant_id: Mapped[int] = mapped_column(ForeignKey("state_grant.id"), primary_key=True)
    withdrawn_on: Mapped[date]
    withdrawn_by: Mapped[str]
    reason: Mapped[str]
    event_id: Mapped[int] = mapped_column(comment="reverses the award")


class GrantJournalRow(Base):
    """One entry of the journal that follows a payment; ``spent`` is what its documents prove was bought (tiyn)."""

    __tablename__ = "grant_journal"
    __table_args__ = (CheckConstraint("spent >= 0", name="spent"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("grant_payment.id"), index=True)
    visited_on: Mapped[date]
    visited_by: Mapped[str]
    remark: Mapped[str]
    spent: Mapped[int]
    documents: Mapped[list[dict[str, str]]] = mapped_column(JSONB, comment="kind, number, issued_on")
