"""Tests of the versions of facilities' schedules."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.money import round_ratio, tenge
from lending.chain.drawdown import draw, undo_draw
from lending.chain.payments import due, pay, repay_early
from lending.chain.refusals import OutOfOrder
from lending.chain.schedules import Version, due_dates, in_force, versions
from tests.lending.chain.world import World

DAY = date(2019, 1, 15)
MID = date(2021, 7, 15)
GRID = [date(year, 1, 15) for year in range(2020, 2027)]


def of_credit(world: World) -> list[Version]:
    """Versions of the credit's schedule."""
    return versions(world.session, [world.credit.id])[world.credit.id]


def test_due_dates_lie_on_one_grid(world: World) -> None:
    """A second drawdown in between moves no due date, and none is told twice."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    draw(world.session, world.credit.id, tenge(100), MID)
    assert due_dates(world.session, [world.credit.id])[world.credit.id] == GRID


def test_later_drawdown_spreads_over_what_remains(world: World) -> None:
    """Two of seven instalments were due: the rest of 700 and the new 100 are five equal parts."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    draw(world.session, world.credit.id, tenge(100), MID)
    last = of_credit(world)[-1]
    assert (last.before, last.principal) == (20_000, (12_000,) * 5)


def test_overdue_stays_due(world: World) -> None:
    """A drawdown forgives nothing: the two instalments nobody paid are still due."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    draw(world.session, world.credit.id, tenge(100), MID)
    assert due(world.session, world.credit.id, MID).principal == 20_000


def test_interest_of_the_first_period_counts_both_debts(world: World) -> None:
    """The instalment after a drawdown bears the old debt's whole year and the new debt's half, by days."""
    draw(world.session, world.credit.id, tenge(7_000_000), DAY)
    draw(world.session, world.credit.id, tenge(1_000_000), date(2019, 7, 15))
    expected = round_ratio(700_000_000 * 365 + 100_000_000 * 184, 365 * 10_000)
    assert of_credit(world)[-1].interest[0] == expected


def test_early_repayment_pays_what_is_overdue_first(world: World) -> None:
    """Of 250, 200 were overdue; 50 go off the last instalment."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    repay_early(world.session, world.credit.id, MID, tenge(250))
    assert of_credit(world)[-1].principal == (10_000, 10_000, 10_000, 10_000, 5_000)


def test_early_repayment_keeps_what_was_paid_ahead(world: World) -> None:
    """A payment ahead still covers the next instalment after a further early repayment."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    pay(world.session, world.credit.id, date(2020, 1, 10), principal=tenge(100))
    repay_early(world.session, world.credit.id, date(2020, 1, 11), tenge(50))
    assert of_credit(world)[-1].principal == (0, 10_000, 10_000, 10_000, 10_000, 10_000, 5_000)


def test_version_in_force_by_date(world: World) -> None:
    """A version counts from its own day on."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    draw(world.session, world.credit.id, tenge(100), MID)
    own = of_credit(world)
    found = [in_force(own, day) for day in (date(2019, 1, 14), DAY, date(2021, 7, 14), MID)]
    assert [version and version.version for version in found] == [None, 1, 1, 2]


def test_no_drawdown_at_maturity(world: World) -> None:
    """On its last day an agreement cannot be drawn: no instalment could repay it."""
    with pytest.raises(OutOfOrder):
        draw(world.session, world.credit.id, tenge(100), date(2026, 1, 15))


def test_only_the_last_change_is_undone(world: World) -> None:
    """A drawdown with a later one after it stays until that is undone."""
    first = draw(world.session, world.credit.id, tenge(100), DAY)
    draw(world.session, world.credit.id, tenge(100), DAY)
    with pytest.raises(OutOfOrder):
        undo_draw(world.session, first.id, DAY)


def test_undoing_goes_back_step_by_step(world: World) -> None:
    """After both drawdowns are undone, in order, nothing is planned."""
    lots = [draw(world.session, world.credit.id, tenge(100), DAY) for _ in range(2)]
    for lot in reversed(lots):
        undo_draw(world.session, lot.id, DAY)
    assert of_credit(world)[-1].total == 0
