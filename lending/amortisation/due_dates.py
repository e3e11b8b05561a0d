"""Due dates and interest periods of many loans at once.

Nominal due dates lie ``every_months`` apart, anchored on one day of the month and cut to the month end where a
month is too short, so a loan of the 31st returns to the 31st. A business-day convention moves the date a
payment is due; whether interest runs to the moved or the nominal date is the contract's word. What the periods
earn is computed by `lending.amortisation.batch`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ledger.calendar import Convention, WorkingCalendar
from lending.amortisation.day_counts import DayCount, counted_days, numerators
from lending.amortisation.months import Integers, dates, day_numbers, join, split


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """How the due dates of a group of loans follow each other."""

    instalments: int
    every_months: int
    day_count: DayCount
    business_days: Convention
    to_shifted: bool


@dataclass(frozen=True)
class Period:
    """One column of the schedules: instalment ``n`` of every loan. ``end`` is where interest stops counting."""

    due_on: Integers
    end: Integers
    days: Integers | int
    numerator: Integers | int


def anchors(disbursed_on: Integers, first_due_on: Integers, due_day: Integers, every: int) -> tuple[Integers, Integers]:
    """Month of the first due date and the day of the month all due dates aim at.

    A ``first_due_on`` before the disbursement stands for "one period after disbursement"; a ``due_day`` of
    zero for "the day of the first due date".
    """
    given = first_due_on > disbursed_on
    month, day = split(np.where(given, first_due_on, disbursed_on))
    return month + np.where(given, 0, every), np.where(due_day > 0, due_day, day)


def periods(
    spacing: Spacing, started_on: Integers, month: Integers, day: Integers, calendar: WorkingCalendar
) -> Iterator[Period]:
    """The interest periods in order, the first starting on ``started_on``.

    A period between two nominal due dates is whole months by construction, so under 30/360 its count is one
    number for all loans; every other count is taken from the dates.
    """
    start = started_on
    moves = spacing.business_days != "none"
    by_months = spacing.day_count == "30/360" and not (moves and spacing.to_shifted)
    whole = 30 * spacing.every_months
    for k in range(spacing.instalments):
        nominal = join(month + k * spacing.every_months, day)
        due = shifted(nominal, spacing.business_days, calendar) if moves else nominal
        end = due if spacing.to_shifted else nominal
        if k and by_months:
            yield Period(due, end, whole, whole)
        else:
            yield Period(
                due,
                end,
                counted_days(spacing.day_count, start, end),
                numerators(spacing.day_count, start, end),
            )
        start = end


def shifted(day: Integers, convention: Convention, calendar: WorkingCalendar) -> Integers:
    """Each day moved to a working day by the convention; every distinct date is looked up once."""
    distinct, where = np.unique(day, return_inverse=True)
    moved: npt.NDArray[Any] = day_numbers([calendar.shift(each, convention) for each in dates(distinct)])
    return moved[where]
