"""Tests of the monthly accrual of facilities' interest."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.balances import balance_tiyn
from ledger.money import tenge
from lending.chain.accruals import accrue_facilities
from lending.chain.debts import debts
from lending.chain.drawdown import draw
from lending.chain.interest import interest
from lending.chain.payments import pay
from lending.chain.tables import FacilityMonthRow
from tests.lending.chain.world import World

DAY = date(2019, 1, 15)
JANUARY, FEBRUARY = date(2019, 1, 1), date(2019, 2, 1)


def accrued(world: World, on: date = date.max) -> int:
    """Interest of the credit posted by a day, in tiyn."""
    return debts(world.session, [world.credit.id], on)[world.credit.id].interest_accrued


def test_month_is_accrued_in_both_books(world: World) -> None:
    """17 days of January at 0.01 % of 365 million are 1,700 tenge."""
    draw(world.session, world.credit.id, tenge(365_000_000), DAY)
    accrue_facilities(world.session, JANUARY)
    income = balance_tiyn(world.session, "facility-interest-income", effective_on=date(2019, 1, 31))
    assert (accrued(world), income) == (170_000, -170_000)


def test_second_run_adds_nothing(world: World) -> None:
    """A facility has one accrual a month."""
    draw(world.session, world.credit.id, tenge(365_000_000), DAY)
    accrue_facilities(world.session, JANUARY)
    assert accrue_facilities(world.session, JANUARY) == 0


def test_months_sum_to_the_year(world: World) -> None:
    """Rounded month by month, a year still has exactly a year's interest."""
    draw(world.session, world.credit.id, tenge("123456789.01"), DAY)
    for month in range(1, 13):
        accrue_facilities(world.session, date(2019, month, 1))
    pay(world.session, world.credit.id, date(2020, 1, 15), interest=tenge("12345.68"))
    assert accrued(world) == 1_234_568


def test_payment_in_the_month_is_not_accrued_twice(world: World) -> None:
    """The close adds only what payments have not accrued."""
    draw(world.session, world.credit.id, tenge(365_000_000), DAY)
    pay(world.session, world.credit.id, date(2019, 1, 25), interest=tenge(1000))
    accrue_facilities(world.session, JANUARY)
    row = world.session.get_one(FacilityMonthRow, (world.credit.id, JANUARY))
    assert (row.accrued, row.accrued_total) == (70_000, 170_000)


def test_late_close_is_put_right_by_the_next(world: World) -> None:
    """A month closed after a payment of the next one ends with the right total at both ends."""
    draw(world.session, world.credit.id, tenge(365_000_000), DAY)
    pay(world.session, world.credit.id, date(2019, 2, 5), interest=tenge(1000))
    accrue_facilities(world.session, JANUARY)
    accrue_facilities(world.session, FEBRUARY)
    assert [accrued(world, date(2019, 1, 31)), accrued(world, date(2019, 2, 28))] == [170_000, 450_000]


def test_books_without_a_part_are_left(world: World) -> None:
    """The close of a lender accrues its own links and not the akimat's credit."""
    world.draw_all("365000000", DAY)
    assert accrue_facilities(world.session, JANUARY, [world.ids["mfo"]]) == 1


def test_checkpoint_tells_the_open_period(world: World) -> None:
    """The month keeps what was accrued at the last due date and the exact rest."""
    draw(world.session, world.credit.id, tenge(365_000_000), DAY)
    accrue_facilities(world.session, date(2020, 1, 1))
    row = world.session.get_one(FacilityMonthRow, (world.credit.id, date(2020, 1, 1)))
    assert (row.accrued_at_due, int(row.open_numerator), row.principal) == (
        3_650_000,
        36_500_000_000 * 17,
        36_500_000_000,
    )


def test_day_of_a_drawdown_counts_and_the_last_does_not(world: World) -> None:
    """Interest up to a day is that of the days before it."""
    draw(world.session, world.credit.id, tenge(365_000_000), DAY)
    totals = [
        interest(world.session, [world.credit], day)[world.credit.id].total
        for day in (date(2019, 1, 16), date(2019, 1, 17))
    ]
    assert totals == [10_000, 20_000]


@pytest.mark.parametrize("until", [DAY, date(2019, 1, 1)])
def test_nothing_before_the_first_day(world: World, until: date) -> None:
    """A facility without a day of principal has no interest to speak of."""
    draw(world.session, world.credit.id, tenge(1), DAY)
    assert interest(world.session, [world.credit], until) == {}
