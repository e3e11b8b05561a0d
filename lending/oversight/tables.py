"""Tables of oversight: proofs of target use, explanations, violations, demands, jobs and changes of use.

Everything is append-only: an end, an answer, a closing is a row of its own, and there is at most one. A violation is
closed by two people, which the database holds too: one proposes, another closes. Amounts are tiyn. Whoever checked a
document that came in a register is the register's sender.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

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
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base
from lending.people import two_people


class TargetUseRow(Base):
    """A confirmation that part of a loan was used as agreed: when, how much (tiyn), by which document, checked by whom.

    A withdrawn confirmation is a row with the opposite amount.
    """

    __tablename__ = "target_use"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="not_zero"),
        CheckConstraint("checked_by <> '' OR register_id IS NOT NULL", name="checked"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    confirmed_on: Mapped[date]
    amount: Mapped[int]
    document_kind: Mapped[str]
    document_number: Mapped[str]
    document_date: Mapped[date | None]
    sha256: Mapped[bytes | None] = mapped_column(comment="of the document's file")
    checked_by: Mapped[str] = mapped_column(server_default="")
    register_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"), index=True)
    register_row: Mapped[int | None] = mapped_column(Integer)


class ExplanationRequestRow(Base):
    """A borrower asked to explain, by a day: what about (a breach code), and in whose name."""

    __tablename__ = "explanation_request"
    __table_args__ = (CheckConstraint("answer_by >= asked_on", name="dates"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    about: Mapped[str]
    asked_on: Mapped[date]
    answer_by: Mapped[date]
    asked_by: Mapped[str]


class ExplanationRow(Base):
    """The answer to a request: when it came, in which document, and whether it satisfied."""

    __tablename__ = "explanation"

    request_id: Mapped[int] = mapped_column(ForeignKey("explanation_request.id"), primary_key=True, autoincrement=False)
    answered_on: Mapped[date]
    document_number: Mapped[str]
    sha256: Mapped[bytes | None]
    satisfied: Mapped[bool]
    judged_by: Mapped[str]


class ViolationRow(Base):
    """A breach found on a loan: its code, the rule and clause it breaks, the sum concerned, and a day to mend it by."""

    __tablename__ = "violation"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("mend_by >= found_on", name="dates"),
        CheckConstraint("found_by <> ''", name="found_by"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    breach: Mapped[str] = mapped_column(comment="target-use, jobs, change-of-use, other")
    rule: Mapped[str]
    clause: Mapped[str]
    amount: Mapped[int]
    found_on: Mapped[date]
    mend_by: Mapped[date]
    found_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class ViolationProposalRow(Base):
    """Somebody proposes to close a violation, and how it was resolved."""

    __tablename__ = "violation_proposal"
    __table_args__ = (
        CheckConstraint("proposed_by <> ''", name="proposed_by"),
        UniqueConstraint("id", "violation_id", "proposed_by"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    violation_id: Mapped[int] = mapped_column(ForeignKey("violation.id"), index=True)
    resolution: Mapped[str] = mapped_column(comment="mended, paid, dismissed")
    reason: Mapped[str]
    proposed_on: Mapped[date]
    proposed_by: Mapped[str]


class ViolationClosingRow(Base):
    """A violation closed by somebody other than who proposed it; the key of the proposal brings its author along."""

    __tablename__ = "violation_closing"
    __table_args__ = (
        ForeignKeyConstraint(
            ["proposal_id", "violation_id", "proposed_by"],
            ["violation_proposal.id", "violation_proposal.violation_id", "violation_proposal.proposed_by"],
            name="fk_violation_closing_proposal",
        ),
        CheckConstraint(two_people("closed_by", "proposed_by"), name="two_people"),
    )

    violation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proposal_id: Mapped[int]
    proposed_by: Mapped[str]
    closed_on: Mapped[date]
    closed_by: Mapped[str]


class BreachTermsRow(Base):
    """What a loan's agreement says of breaches: a fine (a sum, or a share of what was paid out), the full return."""

    __tablename__ = "breach_terms"
    __table_args__ = (
        CheckConstraint("fine >= 0 AND fine_share BETWEEN 0 AND 1", name="fine"),
        CheckConstraint("num_nonnulls(fine, fine_share) <= 1", name="one_fine"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    agreed_on: Mapped[date]
    document_number: Mapped[str]
    fine: Mapped[int | None]
    fine_share: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    full_return: Mapped[bool]


class DemandRow(Base):
    """What was demanded of a borrower for a violation: the fine, and the principal, which falls due on ``pay_by``."""

    __tablename__ = "demand"
    __table_args__ = (
        CheckConstraint("pay_by > made_on", name="dates"),
        CheckConstraint("fine >= 0 AND principal >= 0", name="sums"),
        CheckConstraint("(fine > 0) = (event_id IS NOT NULL)", name="posted"),
        Index("uq_demand_violation_id", "violation_id", unique=True, postgresql_where="standing"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    violation_id: Mapped[int] = mapped_column(ForeignKey("violation.id"), index=True)
    standing: Mapped[bool] = mapped_column(comment="false once it was withdrawn")
    made_on: Mapped[date]
    pay_by: Mapped[date]
    document_number: Mapped[str]
    made_by: Mapped[str]
    rule: Mapped[str]
    clause: Mapped[str]
    fine: Mapped[int]
    principal: Mapped[int] = mapped_column(comment="outstanding on made_on when all of it is demanded, else nothing")
    event_id: Mapped[int | None]


class DemandWithdrawalRow(Base):
    """A demand made by mistake and taken back, as one person decided and another confirmed."""

    __tablename__ = "demand_withdrawal"
    __table_args__ = (CheckConstraint(two_people("confirmed_by", "decided_by"), name="two_people"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), primary_key=True, autoincrement=False)
    withdrawn_on: Mapped[date]
    decided_by: Mapped[str]
    confirmed_by: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(comment="reverses the fine, where there was one")


class JobContractRow(Base):
    """A person employed in one of the jobs a loan was to create: the labour contract. Jobs are numbered from 1."""

    __tablename__ = "job_contract"
    __table_args__ = (
        UniqueConstraint("loan_id", "iin", "number"),
        CheckConstraint("job >= 1", name="job"),
        CheckConstraint("starts_on >= concluded_on", name="dates"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    job: Mapped[int] = mapped_column(Integer)
    iin: Mapped[str] = mapped_column(index=True)
    number: Mapped[str]
    concluded_on: Mapped[date]
    starts_on: Mapped[date]
    seasonal: Mapped[bool] = mapped_column(comment="temporary or seasonal: need not be filled again")
    proved_on: Mapped[date]
    sha256: Mapped[bytes | None]
    checked_by: Mapped[str]


class JobContractEndRow(Base):
    """The end of a labour contract: the last day it was in force."""

    __tablename__ = "job_contract_end"

    contract_id: Mapped[int] = mapped_column(ForeignKey("job_contract.id"), primary_key=True, autoincrement=False)
    last_day: Mapped[date]
    told_on: Mapped[date]
    checked_by: Mapped[str]


class JobEvidenceRow(Base):
    """Proof of a job beside its contract: a referral, a month of pension contributions, data of the tax bodies."""

    __tablename__ = "job_evidence"
    __table_args__ = (
        CheckConstraint("kind IN ('referral', 'contributions', 'tax-data')", name="kind"),
        CheckConstraint("(kind = 'contributions') = (month IS NOT NULL)", name="month"),
        Index("uq_job_evidence_month", "contract_id", "month", unique=True, postgresql_where="month IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("job_contract.id"), index=True)
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(comment="of the document")
    month: Mapped[date | None] = mapped_column(comment="first day of the month contributed for")
    proved_on: Mapped[date]
    sha256: Mapped[bytes | None]
    checked_by: Mapped[str]


class ChangeOfUseRow(Base):
    """A plot or dwelling whose designated use became business: the document that says so."""

    __tablename__ = "change_of_use"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True, autoincrement=False)
    cadastral_number: Mapped[str]
    changed_on: Mapped[date]
    document_kind: Mapped[str]
    document_number: Mapped[str]
    sha256: Mapped[bytes | None]
    checked_by: Mapped[str]
