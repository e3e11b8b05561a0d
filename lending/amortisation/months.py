"""Months as arrays: the tables that turn day numbers into months and days, and back, without loops.

A day number counts days since 1970-01-01, a month number counts months since `FIRST_MONTH`. The tables cover
every date that `lending.amortisation.terms` lets in, and the century a loan may last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

FIRST_MONTH = np.datetime64("1900-01", "M")
_STARTS = np.arange(FIRST_MONTH, np.datetime64("2300-01", "M")).astype("datetime64[D]").astype(np.int64)
MONTH_STARTS: Integers = _STARTS[:-1]
MONTH_LENGTHS: Integers = np.diff(_STARTS)
_MONTHS: Integers = np.repeat(np.arange(len(MONTH_LENGTHS)), MONTH_LENGTHS)


def split(day: Integers) -> tuple[Integers, Integers]:
    """Month number and day of the month (from 1) of each day number."""
    month = _MONTHS[day - MONTH_STARTS[0]]
    return month, day - MONTH_STARTS[month] + 1


def join(month: Integers, day_of_month: Integers) -> Integers:
    """Day number of ``day_of_month`` (from 1) in each month, cut to the last day of the month."""
    return MONTH_STARTS[month] + np.minimum(day_of_month, MONTH_LENGTHS[month]) - 1


def whole_months(start: Integers, end: Integers) -> Integers:
    """Months that are over from day number ``start`` to ``end``: one is on the same day of the next month.

    Where that month has no such day, it is over on the first day after it.
    """
    (month, day), (last_month, last_day) = split(start), split(end)
    return last_month - month - (last_day < day)


def day_numbers(days: Iterable[date]) -> Integers:
    """Day numbers of ``days``."""
    return np.array([day.toordinal() - _EPOCH for day in days], dtype=np.int64)


def dates(day: npt.NDArray[Any]) -> list[date]:
    """The dates of day numbers."""
    return [date.fromordinal(number + _EPOCH) for number in day.tolist()]


_EPOCH = date(1970, 1, 1).toordinal()
