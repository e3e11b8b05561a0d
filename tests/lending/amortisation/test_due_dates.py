"""Due dates: anchors, first dates and shifts. The plain sequence is the table of `docs/algorithms/due-dates.md`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.calendar import WorkingCalendar
from ledger.money import tenge
from lending.amortisation import Plan, Terms, schedule


def plan(calendar: WorkingCalendar | None = None, **changes: Any) -> Plan:
    """A loan of three instalments paid out on 31 January 2020."""
    plain: dict[str, Any] = {"principal": tenge(300), "annual_rate": Decimal("0.06"), "instalments": 3}
    return schedule(Terms(**(plain | {"disbursed_on": date(2020, 1, 31)} | changes)), calendar=calendar)


def test_the_anchor_survives_february() -> None:
    """A loan of the 31st returns to the 31st."""
    assert plan().due_on == (date(2020, 2, 29), date(2020, 3, 31), date(2020, 4, 30))


def test_a_given_first_date_is_the_anchor() -> None:
    """With a first date on the 29th the others are on the 29th, unless a due day is agreed."""
    first = date(2020, 2, 29)
    assert plan(first_due_on=first).due_on[1] == date(2020, 3, 29)
    assert plan(first_due_on=first, due_day=31).due_on[1] == date(2020, 3, 31)


@pytest.mark.parametrize(("every", "last"), [(3, date(2020, 10, 31)), (6, date(2021, 7, 31)), (12, date(2023, 1, 31))])
def test_longer_periods(every: int, last: date) -> None:
    """Quarters, half-years and years are months apart."""
    assert plan(every_months=every).due_on[-1] == last


def test_a_shift_moves_the_payment_not_the_interest() -> None:
    """By default interest runs to the nominal date; the contract may have it run to the moved one."""
    shifting: dict[str, Any] = {
        "disbursed_on": date(2019, 2, 28),
        "due_day": 31,
        "day_count": "act/365",
        "business_days": "following",
    }
    nominal, moved = plan(**shifting), plan(**shifting, accrues_to="shifted")
    assert nominal.due_on[0] == moved.due_on[0] == date(2019, 4, 1)
    assert (nominal.days[0], moved.days[0]) == (31, 32)


def test_overrides_reach_the_schedule() -> None:
    """A day the caller declares off is avoided."""
    closed = WorkingCalendar({date(2020, 3, 31): False})
    assert plan(calendar=closed, business_days="following").due_on[1] == date(2020, 4, 1)
