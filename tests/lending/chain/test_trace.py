"""Tests of tracing money up to the budget credit and down to the loans."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import NotFound
from ledger.money import tenge
from lending.chain.drawdown import draw
from lending.chain.movements import undo
from lending.chain.payments import pay
from lending.chain.returns import expire
from lending.chain.trace import trace_facility, trace_loan
from tests.lending.chain.world import World

DAY = date(2019, 2, 1)


def test_loan_leads_to_the_budget_credit(world: World) -> None:
    """A loan's lot leads through the operator's and the akimat's to the credit."""
    world.draw_all("100", DAY)
    world.lend(1, "60", DAY)
    [line] = trace_loan(world.session, 1)
    [loan] = line.sources
    [credit] = loan.sources
    assert [(each.agreement, each.amount) for each in (line, loan, credit)] == [
        ("funding-line-1", 6_000),
        ("operator-loan-1", 10_000),
        ("budget-credit-1", 10_000),
    ]


def test_relent_money_names_the_loans_it_came_from(world: World) -> None:
    """A relent tenge leads to the loans that returned it and to the lot they were lent from."""
    world.draw_all("100", DAY)
    world.lend(1, "60", DAY)
    world.lend(2, "40", DAY)
    world.repay(1, "10", date(2020, 3, 1))
    world.repay(2, "5", date(2020, 4, 1))
    world.lend(3, "15", date(2020, 5, 1))
    [source] = trace_loan(world.session, 3)
    assert (source.lot.turn, source.lot.financial_year, dict(source.returned_from), source.sources[0].lot.turn) == (
        2,
        2020,
        {1: 1_000, 2: 500},
        1,
    )


def test_two_lots_two_sources(world: World) -> None:
    """A loan larger than the oldest lot comes from two."""
    world.draw_all("60", DAY)
    world.draw_all("60", date(2019, 3, 1))
    world.lend(1, "100", date(2019, 4, 1))
    assert [each.amount for each in trace_loan(world.session, 1)] == [6_000, 4_000]


def test_undone_lending_leaves_no_trace(world: World) -> None:
    """A disbursement that was undone took no money."""
    world.draw_all("60", DAY)
    undo(world.session, world.lend(1, "60", DAY), DAY)
    with pytest.raises(NotFound):
        trace_loan(world.session, 1)


def test_facility_leads_to_its_loans(world: World) -> None:
    """Downwards the credit leads to the loan, the line, and the loans with what is left."""
    world.draw_all("100", DAY)
    draw(world.session, world.credit.id, tenge(7), DAY)
    world.lend(1, "60", DAY)
    credit = trace_facility(world.session, world.credit.id)
    [loan] = credit.children
    [line] = loan.children
    [lot] = line.lots
    assert ([each.on_hand for each in credit.lots], dict(lot.to_loans), lot.on_hand) == ([0, 700], {1: 6_000}, 4_000)


def test_facility_tells_what_is_owed_and_repaid(world: World) -> None:
    """Money that went up and money owed to the budget are told lot by lot."""
    world.draw_all("100", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "50", date(2019, 3, 1))
    pay(world.session, world.line.id, date(2020, 1, 15), principal=tenge(10))
    expire(world.session, date(2021, 1, 1))
    _, returned = trace_facility(world.session, world.line.id).lots
    assert (returned.returned, returned.repaid, returned.on_hand, returned.owed) == (5_000, 1_000, 4_000, 4_000)


def test_as_it_stood_on_the_day(world: World) -> None:
    """A trace at a date knows nothing later."""
    world.draw_all("100", DAY)
    world.lend(1, "60", date(2019, 3, 1))
    [lot] = trace_facility(world.session, world.line.id, date(2019, 2, 28)).lots
    assert dict(lot.to_loans) == {}
