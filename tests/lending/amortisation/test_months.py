"""The tables of months agree with the standard library over every date they serve. No loops in the code tested."""

from __future__ import annotations

from datetime import date

import numpy as np

from lending.amortisation.months import dates, day_numbers, join, split, whole_months

FIRST, LAST = day_numbers([date(1950, 1, 1), date(2250, 12, 31)]).tolist()
DAYS = np.arange(FIRST, LAST, 17)


def test_split_and_join() -> None:
    """A day taken apart is the date's own month and day, and is put together again."""
    month, day = split(DAYS)
    assert [(1900 + m // 12, m % 12 + 1, d) for m, d in zip(month.tolist(), day.tolist(), strict=True)] == [
        (each.year, each.month, each.day) for each in dates(DAYS)
    ]
    assert (join(month, day) == DAYS).all()


def test_join_stops_at_the_month_end() -> None:
    """The 31st of February is its last day."""
    month, _ = split(day_numbers([date(2020, 2, 1)]))
    assert dates(join(month, np.array([31]))) == [date(2020, 2, 29)]


def test_whole_months() -> None:
    """A month is over on its day; one from the 31st, in February, on the 1st of March."""
    start, *ends = day_numbers([date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 1), date(2021, 1, 31)])
    assert whole_months(np.full(3, start), np.array(ends)).tolist() == [0, 1, 12]
