"""Day counts: the part of a year that lies between two dates, as an exact ratio of integers.

The numerator is counted by `numerators`, the denominator is fixed per day count, and a period that is walked
in steps is always measured *from its start*: the part between ``u`` and ``v`` is the count to ``v`` less the
count to ``u``, so that steps add up to the period. Everything works on arrays of day numbers (days since
1970-01-01); one date is an array of one. How a fraction turns into interest is the batch's business.

- ``30/360``: a period of whole months counts exactly 30 days a month, a broken one is counted by 30E/360.
- ``act/365``, ``act/360``: calendar days.
- ``act/act`` (ISDA): days in leap years over 366 plus days in other years over 365.

The day of issue is counted, the day of payment is not: a count from ``u`` to ``v`` covers ``[u, v)``.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np

from lending.amortisation.months import MONTH_LENGTHS, MONTH_STARTS, Integers, split

DayCount = Literal["30/360", "act/365", "act/360", "act/act"]

#: The year in units of the numerator.
YEAR: dict[DayCount, int] = {"30/360": 360, "act/365": 365, "act/360": 360, "act/act": 365 * 366}


def numerators(day_count: DayCount, start: Integers, end: Integers) -> Integers:
    """Units of `YEAR` between ``start`` and ``end``, for each pair; never decreasing in ``end``."""
    if day_count == "30/360":
        return thirty_360(start, end)
    if day_count == "act/act":
        positions = _isda_positions()
        between: Integers = positions[end - MONTH_STARTS[0]] - positions[start - MONTH_STARTS[0]]
        return between
    return end - start


def counted_days(day_count: DayCount, start: Integers, end: Integers) -> Integers:
    """Integers of a period as a schedule shows them: of 30 a month under 30/360, of the calendar otherwise."""
    return thirty_360(start, end) if day_count == "30/360" else end - start


def thirty_360(start: Integers, end: Integers) -> Integers:
    """Integers of 30 a month from ``start`` to ``end``.

    The dates are whole months apart when they fall on the same day of the month, or when one of them is a
    month end that stands for the other's later day (31 January to 28 February). Then the count is 30 a month;
    otherwise both days of the month are cut to 30 (30E/360).
    """
    first_month, first_day = split(start)
    last_month, last_day = split(end)
    whole = (
        (first_day == last_day)
        | ((last_day < first_day) & (last_day == MONTH_LENGTHS[last_month]))
        | ((first_day < last_day) & (first_day == MONTH_LENGTHS[first_month]))
    )
    broken = np.minimum(last_day, 30) - np.minimum(first_day, 30)
    return 30 * (last_month - first_month) + np.where(whole, 0, broken)


@cache
def _isda_positions() -> Integers:
    """By day since `FIRST_MONTH`: its place in units of 1/(365 x 366) of a year, 365 a day in leap years."""
    span = np.arange(MONTH_STARTS[0], MONTH_STARTS[-1]).astype("datetime64[D]")
    year = span.astype("datetime64[Y]")
    length = (year + 1).astype("datetime64[D]") - year.astype("datetime64[D]")
    daily = 365 + 366 - length.astype(np.int64)
    before: Integers = np.cumsum(daily) - daily
    return before
