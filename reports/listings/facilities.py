"""Agreements of the chain in sight, and the money in them: what was drawn, what lies there, and where the rest went.

What a lot received and gave is summed from its movements by the close of the day of the view, so that the totals of
its list are the sums of every picture drawn of the same money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, case, cast, func, literal, select, text
from sqlalchemy.orm import Session, aliased

from ledger.tables import OrganisationRow
from lending.chain.tables import BudgetReturnPaymentRow, BudgetReturnRow, FacilityRow, LotMovementRow, LotRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Cell, Column, phrase

LENDER, BORROWER = aliased(OrganisationRow, name="lending"), aliased(OrganisationRow, name="borrowing")

MONEY_OF = text(
    """
    SELECT l.facility_id, coalesce(sum(m.amount) FILTER (WHERE m.kind = 'received'), 0)::bigint AS received,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'lent' AND l.kind = 'fresh'), 0)::bigint AS lent,
        coalesce(sum(m.amount), 0)::bigint AS remaining
    FROM lot l JOIN lot_movement m ON m.lot_id = l.id
    WHERE l.facility_id = ANY(:ids) AND m.moved_on <= :on GROUP BY l.facility_id
    """
)


def _facilities(on: date) -> Select[Any]:
    return (
        select(
            FacilityRow.id, FacilityRow.number.label("agreement"), FacilityRow.link,
            names_of(LENDER).label("lender"), names_of(BORROWER).label("recipient"),
            LENDER.code.label("lender_code"), BORROWER.code.label("recipient_code"), FacilityRow.edition,
            FacilityRow.signed_on, FacilityRow.matures_on, FacilityRow.amount.label("amount_agreed"),
            FacilityRow.annual_rate.label("nominal_rate"),
        )
        .join(LENDER, LENDER.id == FacilityRow.lender_id)
        .join(BORROWER, BORROWER.id == FacilityRow.borrower_id)
        .where(FacilityRow.signed_on <= on)
    )  # fmt: skip


def _money(session: Session, ids: Sequence[int], on: date) -> Mapping[int, Mapping[str, Cell]]:
    found = {row.facility_id: row for row in session.execute(MONEY_OF, {"ids": list(ids), "on": on})}
    return {
        each: {
            "money-received": found[each].received if each in found else 0,
            "lent-on": found[each].lent if each in found else 0,
            "remaining": found[each].remaining if each in found else 0,
        }
        for each in ids
    }


FACILITIES = Listing(
    name="facilities",
    columns=(
        Column(key="agreement", kind="identifier"),
        Column(key="link", kind="text"),
        Column(key="lender", kind="text"),
        Column(key="recipient", kind="text"),
        Column(key="signed-on", kind="date", head=phrase("column.agreement-date")),
        Column(key="matures-on", kind="date"),
        Column(key="nominal-rate", kind="percent"),
        Column(key="amount-agreed", kind="money", adds=True),
        Column(key="money-received", kind="money"),
        Column(key="lent-on", kind="money"),
        Column(key="remaining", kind="money"),
    ),
    statement=_facilities,
    sorts=("-signed-on", "agreement", "matures-on", "amount-agreed"),
    filters=(
        Filter(name="link", column="link", facet=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="recipient", column="recipient-code", facet=True, organisations=True),
        Filter(name="edition", column="edition", facet=True),
        Filter(name="signed-from", column="signed-on", by="from"),
        Filter(name="signed-to", column="signed-on", by="to"),
    ),
    search=("agreement",),
    works_out=_money,
    opens="/facilities/{id}",
    worded={"link": "link"},
)


def _lots(on: date) -> Select[Any]:
    def total(*kinds: str) -> Any:
        return func.coalesce(func.sum(LotMovementRow.amount).filter(LotMovementRow.kind.in_(kinds)), 0)

    moved = (
        select(
            LotMovementRow.lot_id, total("received").label("received"), total("returned").label("returned"),
            (-total("lent")).label("lent"), (-total("repaid")).label("repaid"), (-total("budget")).label("budget"),
            func.sum(LotMovementRow.amount).label("remaining"),
        )
        .where(LotMovementRow.moved_on <= on)
        .group_by(LotMovementRow.lot_id)
        .subquery("moved")
    )  # fmt: skip
    return (
        select(
            LotRow.id, FacilityRow.number.label("agreement"), FacilityRow.id.label("facility_id"), FacilityRow.link,
            LENDER.code.label("lender_code"), names_of(BORROWER).label("holder"), BORROWER.code.label("holder_code"),
            FacilityRow.edition, LotRow.kind.label("lot_kind"), LotRow.turn, LotRow.arrived_on.label("received_on"),
            LotRow.usable_until.label("lend_by"), moved.c.received.label("money_received"),
            moved.c.returned.label("came_back"), moved.c.lent.label("lent_on"), moved.c.repaid.label("repaid_up"),
            moved.c.budget.label("to_budget"), moved.c.remaining,
        )
        .join(moved, moved.c.lot_id == LotRow.id)
        .join(FacilityRow, FacilityRow.id == LotRow.facility_id)
        .join(LENDER, LENDER.id == FacilityRow.lender_id)
        .join(BORROWER, BORROWER.id == FacilityRow.borrower_id)
    )  # fmt: skip


LOTS = Listing(
    name="lots",
    columns=(
        Column(key="agreement", kind="identifier"),
        Column(key="holder", kind="text"),
        Column(key="lot-kind", kind="text"),
        Column(key="turn", kind="integer"),
        Column(key="received-on", kind="date"),
        Column(key="lend-by", kind="date"),
        Column(key="money-received", kind="money", adds=True),
        Column(key="came-back", kind="money", adds=True),
        Column(key="lent-on", kind="money", adds=True),
        Column(key="repaid-up", kind="money", adds=True),
        Column(key="to-budget", kind="money", adds=True),
        Column(key="remaining", kind="money", adds=True),
    ),
    statement=_lots,
    sorts=("-received-on", "agreement", "remaining", "lent-on"),
    filters=(
        Filter(name="link", column="link", facet=True),
        Filter(name="kind", column="lot-kind", facet=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="holder", column="holder-code", facet=True, organisations=True),
        Filter(name="edition", column="edition", facet=True),
        Filter(name="facility", column="facility-id"),
    ),
    search=("agreement",),
    opens="/lots/{id}",
    worded={"link": "link", "lot-kind": "lot-kind"},
)


def _returns(on: date) -> Select[Any]:
    payments = BudgetReturnPaymentRow
    paid = (
        select(func.coalesce(func.sum(payments.amount), 0))
        .where(payments.budget_return_id == BudgetReturnRow.id, payments.paid_on <= on)
        .scalar_subquery()
    )
    left = BudgetReturnRow.amount - paid
    late = case((left > 0, cast(literal(on), Date) - BudgetReturnRow.due_on))
    return (
        select(
            BudgetReturnRow.id, FacilityRow.number.label("agreement"), FacilityRow.id.label("facility_id"),
            names_of(BORROWER).label("holder"), BORROWER.code.label("holder_code"), BudgetReturnRow.reason,
            BudgetReturnRow.clause, BudgetReturnRow.arisen_on, BudgetReturnRow.due_on, BudgetReturnRow.amount,
            paid.label("paid"), left.label("unpaid"), func.greatest(late, 0).label("days_late"),
            (left > 0).label("owed"),
        )
        .join(FacilityRow, FacilityRow.id == BudgetReturnRow.facility_id)
        .join(BORROWER, BORROWER.id == FacilityRow.borrower_id)
        .where(BudgetReturnRow.arisen_on <= on)
    )  # fmt: skip


BUDGET_RETURNS = Listing(
    name="budget-returns",
    columns=(
        Column(key="agreement", kind="identifier"),
        Column(key="holder", kind="text"),
        Column(key="reason", kind="text"),
        Column(key="clause", kind="text"),
        Column(key="arisen-on", kind="date"),
        Column(key="due-on", kind="date"),
        Column(key="amount", kind="money", adds=True),
        Column(key="paid", kind="money", adds=True),
        Column(key="unpaid", kind="money", adds=True),
        Column(key="days-late", kind="integer"),
    ),
    statement=_returns,
    sorts=("due-on", "arisen-on", "amount", "unpaid"),
    filters=(
        Filter(name="owed", column="owed", by="is", facet=True),
        Filter(name="reason", column="reason", facet=True),
        Filter(name="holder", column="holder-code", facet=True, organisations=True),
        Filter(name="facility", column="facility-id"),
    ),
    search=("agreement",),
    opens="/budget-returns/{id}",
    worded={"reason": "return-reason"},
)
