"""What is watched of loans in sight: proofs of target use, jobs, violations.

Clocks are the rulebook's, or the agreement's where that is shorter, worked out row by row in the database, so that
the lists can be sorted by days left; tests hold them against `lending.oversight`, whose meaning they repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, Select, and_, case, cast, exists, func, literal, or_, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from ledger.tables import OrganisationRow
from lending.microcredits.tables import BorrowerRow, DisbursementRow, LoanRow
from lending.oversight.cases import OWN_DAYS
from lending.oversight.jobs import OWN_MONTHS, PROMISED, job_statuses
from lending.oversight.tables import (
    DemandRow,
    DemandWithdrawalRow,
    ExplanationRequestRow,
    ExplanationRow,
    ViolationClosingRow,
    ViolationProposalRow,
    ViolationRow,
)
from reports.listings.listing import Filter, Listing, names_of
from reports.listings.provisions import provided
from reports.report import Cell, Column

#: Days that stand for "nothing is to be done in time", behind every real count.
NEVER = 100_000

STOOD = text(
    """
    WITH paid AS (
        SELECT loan_id, paid_on, sum(amount) OVER (PARTITION BY loan_id ORDER BY paid_on, id) AS upto
        FROM disbursement WHERE paid_on <= :on
    ), used AS (
        SELECT loan_id, sum(amount) AS confirmed FROM target_use WHERE confirmed_on <= :on GROUP BY loan_id
    )
    SELECT p.loan_id, min(p.paid_on) AS received_on, max(p.upto)::bigint AS paid_out,
        coalesce(max(u.confirmed), 0)::bigint AS confirmed,
        coalesce(min(p.paid_on) FILTER (WHERE p.upto > coalesce(u.confirmed, 0)), min(p.paid_on)) AS unproved_since
    FROM paid p LEFT JOIN used u USING (loan_id) GROUP BY p.loan_id
    """
)


def _facts() -> Mapping[str, ColumnElement[Any]]:
    return {"territory": LoanRow.territory_type.expression, "purpose": LoanRow.purpose.expression}


def _own(name: str) -> ColumnElement[int]:
    """A whole number among the details of a contract."""
    return cast(LoanRow.details[name].astext, Integer)


def _days(day: ColumnElement[Any], on: date) -> ColumnElement[int]:
    """Days from ``on`` to ``day``."""
    return cast(day, Date).op("-", return_type=Integer())(cast(literal(on), Date))


def _breached(on: date) -> ColumnElement[bool]:
    mended = exists().where(
        ViolationClosingRow.violation_id == ViolationRow.id, ViolationClosingRow.closed_on <= on,
        ViolationProposalRow.id == ViolationClosingRow.proposal_id, ViolationProposalRow.resolution != "paid",
    )  # fmt: skip
    return exists().where(
        ViolationRow.loan_id == LoanRow.id, ViolationRow.breach == "target-use", ViolationRow.found_on <= on, ~mended
    )


def _answer_by(on: date) -> Any:
    answered = exists().where(ExplanationRow.request_id == ExplanationRequestRow.id, ExplanationRow.answered_on <= on)
    return (
        select(func.min(ExplanationRequestRow.answer_by))
        .where(
            ExplanationRequestRow.loan_id == LoanRow.id, ExplanationRequestRow.about == "target-use",
            ExplanationRequestRow.asked_on <= on, ~answered,
        )
        .scalar_subquery()
    )  # fmt: skip


def _cases(on: date) -> Select[Any]:
    stood = (
        STOOD.bindparams(on=on)
        .columns(loan_id=BigInteger, received_on=Date, paid_out=BigInteger, confirmed=BigInteger, unproved_since=Date)
        .subquery("stood")
    )
    days = func.least(provided("oversight.target_use_days", LoanRow.edition.expression, _facts()), _own(OWN_DAYS))
    check_by = stood.c.unproved_since.op("+", return_type=Date())(days)
    unconfirmed = stood.c.paid_out - stood.c.confirmed
    left = case((unconfirmed > 0, _days(check_by, on)))
    outcome = case(
        (_breached(on), "breached"), (unconfirmed == 0, "confirmed"), (stood.c.confirmed > 0, "partly-confirmed"),
        else_="open",
    )  # fmt: skip
    return (
        select(
            LoanRow.id, LoanRow.contract_number, BorrowerRow.name.label("borrower"), BorrowerRow.id_number,
            names_of(OrganisationRow).label("lender"), OrganisationRow.code.label("lender_code"),
            stood.c.received_on.label("issued_on"), stood.c.paid_out, stood.c.confirmed,
            unconfirmed.label("unconfirmed"), check_by.label("check_by"), left.label("days_left"),
            func.coalesce(left, NEVER).label("urgency"), func.coalesce(left < 0, False).label("late"),
            outcome.label("outcome"), _answer_by(on).label("answer_by"), func.left(LoanRow.kato, 2).label("region"),
            LoanRow.purpose,
        )
        .join(stood, stood.c.loan_id == LoanRow.id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(OrganisationRow, OrganisationRow.id == LoanRow.lender_id)
    )  # fmt: skip


CASES = Listing(
    name="cases",
    columns=(
        Column(key="contract-number", kind="identifier"),
        Column(key="borrower", kind="text"),
        Column(key="lender", kind="text"),
        Column(key="purpose", kind="text"),
        Column(key="issued-on", kind="date"),
        Column(key="paid-out", kind="money", adds=True),
        Column(key="confirmed", kind="money", adds=True),
        Column(key="unconfirmed", kind="money", adds=True),
        Column(key="check-by", kind="date"),
        Column(key="days-left", kind="integer"),
        Column(key="outcome", kind="text"),
        Column(key="answer-by", kind="date"),
    ),
    statement=_cases,
    sorts=("urgency", "-issued-on", "contract-number", "unconfirmed", "paid-out"),
    filters=(
        Filter(name="late", column="late", by="is", facet=True),
        Filter(name="outcome", column="outcome", facet=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="region", column="region", facet=True),
        Filter(name="days-from", column="urgency", by="from"),
        Filter(name="days-to", column="urgency", by="to"),
    ),
    search=("contract-number", "borrower", "id-number"),
    opens="/cases/{id}",
    worded={"outcome": "outcome", "purpose": "purpose"},
)


def _jobs(on: date) -> Select[Any]:
    received = (
        select(DisbursementRow.loan_id, func.min(DisbursementRow.paid_on).label("received_on"))
        .where(DisbursementRow.paid_on <= on)
        .group_by(DisbursementRow.loan_id)
        .subquery("received")
    )
    edition = LoanRow.edition.expression
    promised = func.coalesce(_own(PROMISED), 0)
    required = func.greatest(promised, provided("loan.jobs_min", edition, _facts()))
    months = func.least(provided("oversight.job_proof_months", edition, _facts()), _own(OWN_MONTHS))
    prove_by = cast(received.c.received_on + func.make_interval(0, months), Date)
    return (
        select(
            LoanRow.id, LoanRow.contract_number, BorrowerRow.name.label("borrower"), BorrowerRow.id_number,
            names_of(OrganisationRow).label("lender"), OrganisationRow.code.label("lender_code"),
            received.c.received_on.label("issued_on"), promised.label("jobs_promised"),
            required.label("jobs_required"), prove_by.label("prove_by"),
            func.coalesce(_days(prove_by, on), NEVER).label("urgency"), func.left(LoanRow.kato, 2).label("region"),
            LoanRow.edition,
        )
        .join(received, received.c.loan_id == LoanRow.id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(OrganisationRow, OrganisationRow.id == LoanRow.lender_id)
        .where(required > 0)
    )  # fmt: skip


def _proved_jobs(session: Session, ids: Sequence[int], on: date) -> Mapping[int, Mapping[str, Cell]]:
    return {
        each.loan_id: {
            "jobs-created": each.proved, "jobs-vacated": len(each.vacated), "jobs-missing": each.missing,
            "days-left": each.days_left(on),
        }
        for each in job_statuses(session, on, loan_ids=ids)
    }  # fmt: skip


JOBS = Listing(
    name="jobs",
    columns=(
        Column(key="contract-number", kind="identifier"),
        Column(key="borrower", kind="text"),
        Column(key="lender", kind="text"),
        Column(key="issued-on", kind="date"),
        Column(key="jobs-promised", kind="integer", adds=True),
        Column(key="jobs-required", kind="integer", adds=True),
        Column(key="jobs-created", kind="integer"),
        Column(key="jobs-vacated", kind="integer"),
        Column(key="jobs-missing", kind="integer"),
        Column(key="prove-by", kind="date"),
        Column(key="days-left", kind="integer"),
    ),
    statement=_jobs,
    sorts=("urgency", "-issued-on", "contract-number", "jobs-promised", "jobs-required"),
    filters=(
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="region", column="region", facet=True),
        Filter(name="edition", column="edition", facet=True),
        Filter(name="days-to", column="urgency", by="to"),
    ),
    search=("contract-number", "borrower", "id-number"),
    works_out=_proved_jobs,
    opens="/cases/{id}",
)


def _violations(on: date) -> Select[Any]:
    closing, demand, proposal = ViolationClosingRow, DemandRow, ViolationProposalRow
    withdrawn = exists().where(DemandWithdrawalRow.demand_id == demand.id, DemandWithdrawalRow.withdrawn_on <= on)
    return (
        select(
            ViolationRow.id, LoanRow.contract_number, BorrowerRow.name.label("borrower"), BorrowerRow.id_number,
            names_of(OrganisationRow).label("lender"), OrganisationRow.code.label("lender_code"),
            ViolationRow.breach, (ViolationRow.rule + ": " + ViolationRow.clause).label("clause"),
            ViolationRow.amount.label("violation_amount"), ViolationRow.found_on, ViolationRow.mend_by,
            func.coalesce(demand.fine, 0).label("fine"), func.coalesce(demand.principal, 0).label("demanded"),
            demand.pay_by, func.coalesce(proposal.resolution, "open").label("resolution"), closing.closed_on,
            or_(closing.closed_on.is_not(None), ViolationRow.mend_by >= on).is_(False).label("late"),
            LoanRow.id.label("loan_id"),
        )
        .join(LoanRow, LoanRow.id == ViolationRow.loan_id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(OrganisationRow, OrganisationRow.id == LoanRow.lender_id)
        .outerjoin(demand, and_(demand.violation_id == ViolationRow.id, demand.made_on <= on, ~withdrawn))
        .outerjoin(closing, and_(closing.violation_id == ViolationRow.id, closing.closed_on <= on))
        .outerjoin(proposal, proposal.id == closing.proposal_id)
        .where(ViolationRow.found_on <= on)
    )  # fmt: skip


VIOLATIONS = Listing(
    name="violations",
    columns=(
        Column(key="contract-number", kind="identifier"),
        Column(key="borrower", kind="text"),
        Column(key="lender", kind="text"),
        Column(key="breach", kind="text"),
        Column(key="clause", kind="text"),
        Column(key="violation-amount", kind="money", adds=True),
        Column(key="found-on", kind="date"),
        Column(key="mend-by", kind="date"),
        Column(key="fine", kind="money", adds=True),
        Column(key="demanded", kind="money", adds=True),
        Column(key="pay-by", kind="date"),
        Column(key="resolution", kind="text"),
        Column(key="closed-on", kind="date"),
    ),
    statement=_violations,
    sorts=("-found-on", "mend-by", "violation-amount", "contract-number"),
    filters=(
        Filter(name="resolution", column="resolution", facet=True),
        Filter(name="breach", column="breach", facet=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="late", column="late", by="is", facet=True),
        Filter(name="loan", column="loan-id"),
    ),
    search=("contract-number", "borrower", "id-number"),
    opens="/violations/{id}",
    worded={"breach": "breach", "resolution": "resolution"},
)
