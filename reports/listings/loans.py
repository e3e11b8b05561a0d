"""Microcredits in sight: by contract, borrower, lender and place, with how they stood when their month was closed.

Outstanding principal, arrears and days past due are those of the last month that was closed by the day of the view
and not worked out anew: so the list can be sorted, narrowed and added up by them, and its sums are the month-end's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Select, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from ledger.periods import first_day
from ledger.tables import OrganisationRow
from lending.chain.tables import FacilityRow
from lending.microcredits.arrears import BUCKETS
from lending.microcredits.tables import BorrowerRow, LoanMonthRow, LoanRow, LoanScheduleRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column


@dataclass(frozen=True)
class Closed:
    """How loans stood at the end of the last month that was closed: outstanding and overdue principal in tiyn and days
    past due, and what to join for them.

    Of all loans the two last months are read together, and only active loans that neither holds are asked about one by
    one; of few loans each is.
    """

    figures: Sequence[ColumnElement[int]]
    joins: Sequence[tuple[FromClause, ColumnElement[bool]]]


def _one_by_one(last: date, *conditions: ColumnElement[bool]) -> Select[int, int, int]:
    """The figures of a loan at the end of the last month up to ``last`` that it was closed with."""
    row = aliased(LoanMonthRow)
    return (
        select(row.principal, row.principal_overdue, row.days_past_due)
        .where(row.loan_id == LoanRow.id, row.month <= last, *conditions)
        .order_by(row.month.desc(), row.run_id.desc())
        .limit(1)
    )


def _each(last: date) -> Closed:
    figures = _one_by_one(last).lateral("closed")
    return Closed([func.coalesce(each, 0) for each in figures.c], [(figures, true())])


def _together(last: date) -> Closed:
    row = LoanMonthRow
    figures = (
        select(row.loan_id, row.principal, row.principal_overdue, row.days_past_due)
        .where(row.month.in_([last, first_day(last - timedelta(1))]))
        .ext(distinct_on(row.loan_id))
        .order_by(row.loan_id, row.month.desc(), row.run_id.desc())
        .subquery("closed")
    )
    before = _one_by_one(last, figures.c.loan_id.is_(None), LoanRow.status == "active")
    earlier = before.correlate(LoanRow, figures).lateral("closed_before")
    of = list(figures.c)[1:]
    return Closed(
        [func.coalesce(found, missed, 0) for found, missed in zip(of, earlier.c, strict=True)],
        [(figures, figures.c.loan_id == LoanRow.id), (earlier, true())],
    )


def _statement(on: date, closed: Callable[[date], Closed]) -> Select[Any]:
    last = first_day(first_day(on + timedelta(1)) - timedelta(1))
    stood = closed(last)
    principal, overdue, days = stood.figures
    version = (
        select(LoanScheduleRow.due_on)
        .where(LoanScheduleRow.loan_id == LoanRow.id)
        .order_by(LoanScheduleRow.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    due = func.unnest(version, type_=Date).column_valued("due")
    next_due = select(func.min(due)).where(due >= on).scalar_subquery()
    statement = (
        select(
            LoanRow.id, LoanRow.contract_number, LoanRow.contract_date, BorrowerRow.name.label("borrower"),
            BorrowerRow.id_number, names_of(OrganisationRow).label("lender"), OrganisationRow.code.label("lender_code"),
            LoanRow.amount, principal.label("outstanding"), overdue.label("overdue_principal"),
            days.label("days_past_due"), LoanRow.status, LoanRow.purpose,
            LoanRow.territory_type.label("territory"), LoanRow.start_up, func.left(LoanRow.kato, 2).label("region"),
            func.left(LoanRow.kato, 4).label("district"),
            FacilityRow.number.label("facility"), LoanRow.facility_id, LoanRow.edition,
            func.width_bucket(days, list(BUCKETS[1:])).label("arrears"),
            next_due.label("next_due"),
        )
        .outerjoin(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)  # outer, so that sums need not join it
        .join(OrganisationRow, OrganisationRow.id == LoanRow.lender_id)
        .outerjoin(FacilityRow, FacilityRow.id == LoanRow.facility_id)  # a guarantor sees the loan and no facility
        .where(LoanRow.contract_date <= on)
    )  # fmt: skip
    for joined, by in stood.joins:
        statement = statement.outerjoin(joined, by)
    return statement


LOANS = Listing(
    name="loans",
    columns=(
        Column(key="contract-number", kind="identifier"),
        Column(key="contract-date", kind="date"),
        Column(key="borrower", kind="text"),
        Column(key="id-number", kind="identifier"),
        Column(key="lender", kind="text"),
        Column(key="amount", kind="money", adds=True),
        Column(key="outstanding", kind="money", adds=True),
        Column(key="overdue-principal", kind="money", adds=True),
        Column(key="days-past-due", kind="integer"),
        Column(key="status", kind="text"),
    ),
    statement=partial(_statement, closed=_together),
    few=partial(_statement, closed=_each),
    sorts=("-contract-date", "contract-number", "amount", "outstanding", "overdue-principal", "days-past-due"),
    filters=(
        Filter(name="status", column="status", facet=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="arrears", column="arrears", facet=True),
        Filter(name="edition", column="edition", facet=True),
        Filter(name="territory", column="territory", facet=True),
        Filter(name="purpose", column="purpose", facet=True),
        Filter(name="region", column="region", facet=True),
        Filter(name="start-up", column="start-up", facet=True),
        Filter(name="district", column="district"),
        Filter(name="facility", column="facility"),
        Filter(name="overdue-from", column="days-past-due", by="from"),
        Filter(name="due-from", column="next-due", by="from"),
        Filter(name="due-to", column="next-due", by="to"),
        Filter(name="overdue-to", column="days-past-due", by="to"),
        Filter(name="owing-from", column="outstanding", by="from"),
        Filter(name="signed-from", column="contract-date", by="from"),
        Filter(name="signed-to", column="contract-date", by="to"),
    ),
    search=("contract-number", "borrower", "id-number"),
    opens="/loans/{id}",
    worded={"status": "loan-status", "arrears": "web.loan.class", "territory": "territory", "purpose": "purpose"},
)
