"""Commissions: how akimats' allocations are absorbed by guarantees, and how the money was transferred.

Three tables: the allocations of the year as they stand on the last day; every contract that absorbed commission, in
order, with the running sum and its split over the two halves; and the transfers with the contracts that justified
them. Capacity is what is left divided by the rate. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import text
from sqlalchemy.orm import Session

from guarantees.standing import Allocation, allocations
from guarantees.transfers import first_half
from ledger.balances import balances
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import agree
from reports.guarantees import COMMISSION, COMMISSION_RATE, GUARANTEE_NUMBER
from reports.report import Column, Report, Row, Section, phrase, tabulate
from reports.scope import REGION_DIGITS, Scope, compose, scope_of

NAME = "commissions"


def _money(key: str, *, adds: bool = True) -> Column:
    return Column(key=key, kind="money", adds=adds)


ALLOCATION = Column(key="allocation", kind="identifier")
POOLS = (
    Column(key="akimat", kind="text"), columns.GUARANTOR, ALLOCATION, COMMISSION_RATE, columns.AMOUNT,
    _money("first-half"), _money("absorbed"), _money("left"), _money("capacity"), _money("transferred"),
    _money("ahead"), _money("commission-owed"),
)  # fmt: skip
ABSORBED = (
    ALLOCATION, columns.NUMBER, Column(key="moved-on", kind="date"), GUARANTEE_NUMBER,
    Column(key="change", kind="text"), _money("guarantee", adds=False), COMMISSION_RATE, COMMISSION,
    _money("absorbed-through", adds=False), _money("from-first-half"), _money("from-remainder"),
    _money("left", adds=False),
)  # fmt: skip
MOVED = (
    ALLOCATION, Column(key="moved-on", kind="date"), Column(key="transfer", kind="text"), columns.AMOUNT,
    Column(key="payer", kind="text"), Column(key="approved-by", kind="text"),
    Column(key="justified-by", kind="text"),
)  # fmt: skip

CHANGES = text(
    """
    SELECT g.allocation_id, c.id, c.changed_on, g.number, c.kind, c.amount, c.commission, g.commission_rate
    FROM guarantee_change c JOIN guarantee g ON g.id = c.guarantee_id
    WHERE g.allocation_id = ANY(CAST(:ids AS bigint[])) AND c.changed_on <= :on AND c.commission <> 0
    ORDER BY g.allocation_id, c.changed_on, c.id
    """
)
TRANSFERS = text(
    """
    SELECT t.allocation_id, t.paid_on, t.kind, t.amount, t.payer, t.approved_by,
        (SELECT string_agg(g.number || ': ' || round(l.amount / 100.0, 2), '; ' ORDER BY g.signed_on, g.id)
         FROM transfer_request_line l JOIN guarantee g ON g.id = l.guarantee_id WHERE l.request_id = t.request_id)
            AS contracts
    FROM commission_transfer t
    WHERE t.allocation_id = ANY(CAST(:ids AS bigint[])) AND t.paid_on <= :on ORDER BY t.allocation_id, t.paid_on, t.id
    """
)


def build(session: Session, request: ReportRequest) -> Report:
    """Allocations of the year the period lies in, as at its last day.

    Raises:
        FiguresDisagree: what the ledger has ahead or owed is not what contracts and transfers make.
    """
    scope = scope_of(session, request)
    pools = [each for each in allocations(session, on=scope.on).values() if _in_sight(each, scope)]
    _check(session, scope, pools)
    values = {"ids": [each.id for each in pools], "on": scope.on}
    by_id = {each.id: each for each in pools}
    sections = [
        tabulate(POOLS, [_pool(each, scope) for each in pools], title=phrase("section.allocations")),
        tabulate(
            ABSORBED, _absorbed(session.execute(CHANGES, values).all(), by_id), title=phrase("section.absorption"),
            group_by="allocation",
        ),
        _transfers(session.execute(TRANSFERS, values).all(), by_id),
    ]  # fmt: skip
    books = {book for each in pools for book in (each.akimat_id, each.guarantor_id)}
    return compose(session, request, scope, NAME, sections, books=sorted({*scope.books, *books}))


def _in_sight(each: Allocation, scope: Scope) -> bool:
    """Whether an allocation is of the year, the viewer and the region of the report."""
    region = scope.values["region"]
    viewer = scope.organisation is None or scope.organisation.id in (each.akimat_id, each.guarantor_id)
    return each.year == scope.on.year and viewer and region in (None, each.unit[:REGION_DIGITS])


def _check(session: Session, scope: Scope, pools: Sequence[Allocation]) -> None:
    accounts = {"commission-advance": 0, "commission-payable": 0}
    names = [f"allocation:{each.id}" for each in pools]
    for each in balances(session, effective_on=scope.on, accounts=list(accounts), subjects=names):
        accounts[each.account] += each.tiyn
    agree(
        NAME, "money ahead of contracts", expected=accounts["commission-advance"], found=sum(p.ahead for p in pools)
    )  # fmt: skip
    agree(
        NAME, "commission owed", expected=-accounts["commission-payable"], found=sum(pool.owed for pool in pools)
    )  # fmt: skip


def _pool(each: Allocation, scope: Scope) -> Row:
    return (
        scope.name(each.akimat_id), scope.name(each.guarantor_id), each.number, each.commission_rate, each.amount,
        first_half(each.amount, each.first_share), each.absorbed, each.left, each.capacity, each.transferred,
        each.ahead, each.owed,
    )  # fmt: skip


def _absorbed(changes: Sequence[Record[Any]], pools: dict[int, Allocation]) -> Iterator[Row]:
    """Contracts of each allocation in order; what lies below the first half comes from it, the rest after it."""
    through = dict.fromkeys(pools, 0)
    for number, each in enumerate(changes, start=1):
        pool = pools[each.allocation_id]
        half = first_half(pool.amount, pool.first_share)
        before, after = through[pool.id], through[pool.id] + each.commission
        through[pool.id] = after
        from_first = min(after, half) - min(before, half)
        yield (
            pool.number, number, each.changed_on, each.number, phrase(f"guarantee-state.{each.kind}"), each.amount,
            each.commission_rate, each.commission, after, from_first, each.commission - from_first,
            pool.amount - after,
        )  # fmt: skip


def _transfers(transfers: Sequence[Record[Any]], pools: dict[int, Allocation]) -> Section:
    rows: list[Row] = [
        (
            pools[each.allocation_id].number, each.paid_on, phrase(f"transfer.{each.kind}"), each.amount, each.payer,
            each.approved_by, each.contracts,
        )
        for each in transfers
    ]  # fmt: skip
    return tabulate(MOVED, rows, title=phrase("section.transfers"), group_by="allocation")


COMMISSIONS = ReportFamily(name=NAME, period_kinds=("month", "quarter", "half-year", "year"), build=build)
