"""Tests of what facilities owe, as the ledger tells it."""

from __future__ import annotations

from datetime import date

from ledger.money import tenge
from lending.chain.debts import Debt, debts, last_movements, principal_by_day
from lending.chain.drawdown import draw
from lending.chain.payments import pay
from tests.lending.chain.world import World

DAY, LATER = date(2019, 2, 1), date(2019, 3, 1)


def test_debt_at_a_date(world: World) -> None:
    """A debt is asked as it stood at the close of a day."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    pay(world.session, world.credit.id, LATER, principal=tenge(40))
    found = [debts(world.session, [world.credit.id], day)[world.credit.id].principal for day in (DAY, LATER)]
    assert found == [10_000, 6_000]


def test_no_debt_before_the_first_drawdown(world: World) -> None:
    """An agreement alone owes nothing."""
    assert debts(world.session, [world.credit.id]) == {world.credit.id: Debt()}


def test_days_of_change(world: World) -> None:
    """Every day the principal changed, with all of its change."""
    for _ in range(2):
        draw(world.session, world.credit.id, tenge(100), DAY)
    pay(world.session, world.credit.id, LATER, principal=tenge(40))
    assert principal_by_day(world.session, [world.credit.id])[world.credit.id] == [(DAY, 20_000), (LATER, -4_000)]


def test_last_day_of_any_booking(world: World) -> None:
    """The last movement is that of the facility, not of the lots."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    draw(world.session, world.loan.id, tenge(100), LATER)
    assert last_movements(world.session, [world.credit.id, world.line.id]) == {world.credit.id: DAY}
