"""Relending: principal that came back, how much of it was lent again, by when it may be, and what goes to the budget.

One row a lot: the money that came back to an agreement in a financial year in one turn, with the last day it may be
lent again. What is left when that day has passed is owed to the budget and listed with its due date and payments.
As at the last day of the period. Windows and returns are decided by `lending.chain`; nothing is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import text
from sqlalchemy.orm import Session

from lending.chain.tables import FacilityRow
from lending.chain.utilisation import conservation
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import agree
from reports.report import Column, Report, Section, Text, phrase, tabulate
from reports.scope import Scope, compose, scope_of

NAME = "relending"

AGREEMENT = Column(key="agreement", kind="identifier")
LOTS = (
    Column(key="holder", kind="text"), AGREEMENT, Column(key="financial-year", kind="identifier"),
    Column(key="turn", kind="integer"), Column(key="came-back", kind="money", adds=True),
    Column(key="relent", kind="money", adds=True), Column(key="repaid-up", kind="money", adds=True),
    Column(key="to-budget", kind="money", adds=True), Column(key="on-hand", kind="money", adds=True),
    Column(key="expired", kind="money", adds=True), Column(key="lend-by", kind="date"),
)  # fmt: skip
RETURNS = (
    Column(key="holder", kind="text"), AGREEMENT, Column(key="reason", kind="text"), Column(key="clause", kind="text"),
    Column(key="arisen-on", kind="date"), columns.DUE_ON, Column(key="owed", kind="money", adds=True),
    Column(key="paid", kind="money", adds=True), Column(key="unpaid", kind="money", adds=True),
    Column(key="days-late", kind="integer"),
)  # fmt: skip

CAME_BACK = text(
    """
    SELECT lot.facility_id, lot.id, lot.financial_year, lot.turn, lot.usable_until,
        coalesce(sum(m.amount) FILTER (WHERE m.kind = 'returned'), 0)::bigint AS came_back,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'lent'), 0)::bigint AS relent,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'repaid'), 0)::bigint AS repaid,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'budget'), 0)::bigint AS budget,
        sum(m.amount)::bigint AS on_hand
    FROM lot JOIN lot_movement m ON m.lot_id = lot.id
    WHERE lot.kind = 'returned' AND m.moved_on <= :end AND lot.facility_id = ANY(CAST(:ids AS bigint[]))
    GROUP BY lot.id ORDER BY lot.facility_id, lot.financial_year, lot.turn
    """
)
OWED = text(
    """
    SELECT r.facility_id, r.lot_id, r.reason, r.clause, r.arisen_on, r.due_on, r.amount,
        coalesce((SELECT sum(p.amount) FROM budget_return_payment p
                  WHERE p.budget_return_id = r.id AND p.paid_on <= :end), 0)::bigint AS paid
    FROM budget_return r
    WHERE r.arisen_on <= :end AND r.facility_id = ANY(CAST(:ids AS bigint[])) ORDER BY r.due_on, r.id
    """
)


def build(session: Session, request: ReportRequest) -> Report:
    """Returned money in sight, and what of any money is owed to the budget, at the close of the period.

    Raises:
        FiguresDisagree: the lots of an agreement do not add up to what the chain says came back to it.
    """
    scope = scope_of(session, request)
    seen = {row.id: row for row in scope.facilities_in_region}
    values = {"end": scope.on, "ids": list(seen)}
    lots = session.execute(CAME_BACK, values).all()
    returns = session.execute(OWED, values).all()
    _check(session, scope, seen, lots)
    sections = [_lots(scope, seen, lots, returns), _returns(scope, seen, returns)]
    return compose(session, request, scope, NAME, sections, notes=[phrase("note.turns")])


def _check(session: Session, scope: Scope, seen: dict[int, FacilityRow], lots: Iterable[Record[Any]]) -> None:
    came_back: dict[int, int] = defaultdict(int)
    relent: dict[int, int] = defaultdict(int)
    for lot in lots:
        came_back[lot.facility_id] += lot.came_back
        relent[lot.facility_id] += lot.relent
    for each in conservation(session, scope.on, list(seen)):
        number = seen[each.facility_id].number
        agree(NAME, f"money back in {number}", expected=each.returned, found=came_back[each.facility_id])
        agree(NAME, f"money relent from {number}", expected=each.lent_returned, found=relent[each.facility_id])


def _lots(
    scope: Scope, seen: dict[int, FacilityRow], lots: Sequence[Record[Any]], returns: Iterable[Record[Any]]
) -> Section:  # fmt: skip
    expired: dict[int, int] = defaultdict(int)
    for each in returns:
        expired[each.lot_id] += each.amount
    rows = (
        (
            scope.name(facility.borrower_id), facility.number, str(lot.financial_year), lot.turn, lot.came_back,
            lot.relent, lot.repaid, lot.budget, lot.on_hand, expired[lot.id], lot.usable_until,
        )
        for facility in sorted(seen.values(), key=lambda row: (row.borrower_id, row.number))
        for lot in lots
        if lot.facility_id == facility.id
    )  # fmt: skip
    return tabulate(LOTS, rows, title=phrase("section.came-back"), group_by="holder")


def _returns(scope: Scope, seen: dict[int, FacilityRow], returns: Iterable[Record[Any]]) -> Section:
    rows = (
        (
            scope.name(seen[each.facility_id].borrower_id), seen[each.facility_id].number,
            phrase(f"return-reason.{each.reason}"), _norm(each.clause, seen[each.facility_id]), each.arisen_on,
            each.due_on, each.amount, each.paid,
            each.amount - each.paid,
            (scope.on - each.due_on).days if each.paid < each.amount and each.due_on < scope.on else None,
        )
        for each in returns
    )  # fmt: skip
    return tabulate(RETURNS, rows, title=phrase("section.returns"))


def _norm(clause: str, facility: FacilityRow) -> Text:
    """The rule behind a return, by its id; or the agreement, where it is the agreement that asks for it."""
    rule, found, _ = clause.partition(": ")
    return rule if found else phrase("clause.agreement", number=facility.number)


RELENDING = ReportFamily(
    name=NAME,
    period_kinds=("month", "quarter", "half-year", "year"),
    build=build,
    deadlines=("919-RP-14", "746-RP-11"),
)
