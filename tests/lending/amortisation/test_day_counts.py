"""What the day counts must satisfy for any dates. Worked numerators are on `docs/algorithms/day-counts.md`."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.amortisation.day_counts import YEAR, DayCount, counted_days, numerators
from lending.amortisation.months import day_numbers

FIRST, LAST = day_numbers([date(2019, 1, 1), date(2024, 12, 31)]).tolist()
DAYS = np.arange(FIRST, LAST)


@pytest.mark.parametrize("day_count", YEAR)
@given(start=st.sampled_from(DAYS[:700].tolist()))
def test_counts_never_go_back(day_count: DayCount, start: int) -> None:
    """A later end never counts less, so no step of an accrual is negative."""
    ends = np.arange(start, LAST)
    counts = numerators(day_count, np.full_like(ends, start), ends)
    assert counts[0] == 0
    assert (np.diff(counts) >= 0).all()


@pytest.mark.parametrize("day_count", ["act/act", "30/360"])
def test_a_year_is_one(day_count: DayCount) -> None:
    """From one New Year to the next is exactly one year, leap or not."""
    new_years = day_numbers([date(year, 1, 1) for year in range(2019, 2026)])
    assert set(numerators(day_count, new_years[:-1], new_years[1:]).tolist()) == {YEAR[day_count]}


def test_days_of_a_schedule_are_of_its_day_count() -> None:
    """A schedule shows thirty days for a month under 30/360, calendar days otherwise."""
    month = day_numbers([date(2019, 1, 31)]), day_numbers([date(2019, 2, 28)])
    assert [int(counted_days(each, *month)[0]) for each in ("30/360", "act/act")] == [30, 28]
