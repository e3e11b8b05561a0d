"""Working days of Kazakhstan and the shifting of dates. The days tested are transfers the Government made."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.calendar import Convention, WorkingCalendar

CALENDAR = WorkingCalendar()


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2019, 5, 4), True),  # Saturday worked for Friday the 10th
        (date(2019, 5, 10), False),
        (date(2020, 12, 20), True),  # Sunday worked for Friday the 18th
        (date(2020, 12, 18), False),
        (date(2021, 3, 22), False),  # Nauryz
        (date(2026, 8, 31), True),  # Constitution Day has moved to March
        (date(2019, 3, 16), False),  # a plain Saturday
        (date(2019, 3, 15), True),
    ],
)
def test_working_days(day: date, *, worked: bool) -> None:
    """Weekends given in exchange are worked, the days got for them are not."""
    assert CALENDAR.is_working_day(day) is worked


def test_overrides_win() -> None:
    """A day set straight by the caller is as the caller says, both ways."""
    calendar = WorkingCalendar({date(2019, 3, 15): False, date(2019, 3, 16): True})
    assert not calendar.is_working_day(date(2019, 3, 15))
    assert calendar.is_working_day(date(2019, 3, 16))


@pytest.mark.parametrize(
    ("convention", "moved"),
    [
        ("none", date(2019, 3, 31)),
        ("following", date(2019, 4, 1)),
        ("modified-following", date(2019, 3, 29)),
        ("preceding", date(2019, 3, 29)),
    ],
)
def test_shift_from_a_sunday_at_month_end(convention: Convention, moved: date) -> None:
    """Each convention goes its own way, and the modified one stays in the month."""
    assert CALENDAR.shift(date(2019, 3, 31), convention) == moved


def test_a_working_day_stays() -> None:
    """No convention moves a day that is worked."""
    assert {CALENDAR.shift(date(2019, 3, 15), each) for each in ("following", "preceding")} == {date(2019, 3, 15)}


@pytest.mark.parametrize(("count", "day"), [(1, date(2026, 3, 26)), (0, date(2026, 3, 20)), (-1, date(2026, 3, 19))])
def test_add_working_days(count: int, day: date) -> None:
    """Counting skips Nauryz 2026 and does not count the day it starts from."""
    assert CALENDAR.add_working_days(date(2026, 3, 20), count) == day
