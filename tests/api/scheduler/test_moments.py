"""Moments are those of the clock on the wall in Almaty, also in the night it went back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from api.scheduler.moments import Daily, EveryMinute
from api.settings import ALMATY, today

AT_TWO = Daily(time(2))


def almaty(*parts: int) -> datetime:
    """A moment of the wall in Almaty."""
    return datetime(*parts, tzinfo=ALMATY)  # type: ignore[misc, arg-type]  # year, month, day, hour, …


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (almaty(2021, 12, 31, 23, 59, 59), date(2021, 12, 31)),
        (almaty(2022, 1, 1, 0, 0, 1), date(2022, 1, 1)),
        (datetime(2024, 2, 29, 17, 59, 59, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 18, 0, 1, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 19, 0, 1, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 18, 59, 59, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 19, 0, 1, tzinfo=UTC), date(2024, 3, 2)),
    ],
)
def test_the_business_day_ends_at_midnight_in_almaty(now: datetime, day: date) -> None:
    """A second on either side of midnight are two days; until March 2024 midnight is 18:00 of UTC, then 19:00."""
    assert today(now) == day


def test_a_daily_moment_is_todays_or_yesterdays() -> None:
    """At the very moment it is today's; a second before it is still yesterday's."""
    assert AT_TWO.latest(almaty(2022, 1, 1, 2)) == almaty(2022, 1, 1, 2)
    assert AT_TWO.latest(almaty(2022, 1, 1, 1, 59, 59)) == almaty(2021, 12, 31, 2)


def test_each_day_has_one_moment_when_the_clock_goes_back() -> None:
    """Around 1 March 2024 every hour names a moment that is past, and each day has exactly one."""
    hours = [datetime(2024, 2, 27, tzinfo=UTC) + timedelta(hours=hour) for hour in range(24 * 5)]
    moments = [AT_TWO.latest(hour) for hour in hours]
    assert all(moment <= hour for moment, hour in zip(moments, hours, strict=True))
    assert [each.astimezone(ALMATY).day for each in sorted(set(moments))] == [27, 28, 29, 1, 2, 3]


def test_minutes_begin_at_their_seconds() -> None:
    """All of a minute has one moment, the same for everybody."""
    assert EveryMinute().latest(almaty(2022, 1, 1, 5, 7, 59)) == almaty(2022, 1, 1, 5, 7)
