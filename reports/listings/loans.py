"""Microcredits in sight: by contract, borrower, lender and place, with how they stood when their month was closed.

Outstanding principal, arrears and days past due are those of the last month that was closed by the day of the view
and not worked out anew: so the list can be sorted, narrowed and added up by them, and its sums are the month-end's.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, func, literal, select, true

from ledger.tables import OrganisationRow
from lending.chain.tables import FacilityRow
from lending.microcredits.arrears import BUCKETS
from lending.microcredits.tables import BorrowerRow, LoanMonthRow, LoanRow, LoanScheduleRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column


def _statement(on: date) -> Select[Any]:
    month = (
        select(LoanMonthRow.principal, LoanMonthRow.principal_overdue, LoanMonthRow.days_past_due)
        .where(LoanMonthRow.loan_id == LoanRow.id, LoanMonthRow.month <= literal(on).cast(LoanMonthRow.month.type))
        .order_by(LoanMonthRow.month.desc(), LoanMonthRow.run_id.desc())
        .limit(1)
        .lateral("closed")
    )
    version = (
        select(LoanScheduleRow.due_on)
        .where(LoanScheduleRow.loan_id == LoanRow.id)
        .order_by(LoanScheduleRow.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    due = func.unnest(version, type_=Date).column_valued("due")
    next_due = select(func.min(due)).where(due >= on).scalar_subquery()
    return (
        select(
            LoanRow.id, LoanRow.contract_number, LoanRow.contract_date, BorrowerRow.name.label("borrower"),
            BorrowerRow.id_number, names_of(OrganisationRow).label("lender"), OrganisationRow.code.label("lender_code"),
            LoanRow.amount, func.coalesce(month.c.principal, 0).label("outstanding"),
            func.coalesce(month.c.principal_overdue, 0).label("overdue_principal"),
            func.coalesce(month.c.days_past_due, 0).label("days_past_due"), LoanRow.status, LoanRow.purpose,
            LoanRow.territory_type.label("territory"), LoanRow.start_up, func.left(LoanRow.kato, 2).label("region"),
            func.left(LoanRow.kato, 4).label("district"),
            FacilityRow.number.label("facility"), LoanRow.facility_id, LoanRow.edition,
            func.width_bucket(func.coalesce(month.c.days_past_due, 0), list(BUCKETS[1:])).label("arrears"),
            next_due.label("next_due"),
        )
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(OrganisationRow, OrganisationRow.id == LoanRow.lender_id)
        .outerjoin(FacilityRow, FacilityRow.id == LoanRow.facility_id)  # a guarantor sees the loan and no facility
        .outerjoin(month, true())
        .where(LoanRow.contract_date <= on)
    )  # fmt: skip


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
    statement=_statement,
    sorts=("-contract-date", "contract-number", "amount", "outstanding", "overdue-principal", "days-past-due"),
    filters=(
        Filter(name="status", column="status", facet=True),
        Filter(name="lender", column="lender-code", facet=True),
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
