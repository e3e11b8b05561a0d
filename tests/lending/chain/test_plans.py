"""Of money passed on no smaller part has fallen due below than above (A-24), but for a month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lending.chain.plans import BUFFER_DAYS, lag

SINCE = date(2019, 1, 15)
ABOVE = [(date(2019, 1, 15), 50_000), (date(2020, 1, 15), 10_000), (date(2021, 1, 15), 10_000)]


@pytest.mark.parametrize(("late", "lags"), [(-100, False), (0, False), (BUFFER_DAYS, False), (BUFFER_DAYS + 1, True)])
def test_a_month_late_is_in_time(late: int, *, lags: bool) -> None:
    """Half of it falls due below up to 31 days after half of the rest above; a day more lags."""
    below = [(date(2020, 1, 15) + timedelta(days=late), 700), (date(2021, 1, 15), 700)]
    found = lag(below, ABOVE, SINCE)
    assert (found is not None and (found.on, str(found.above), str(found.below))) == (
        lags and (date(2020, 1, 15), "0.5000", "0.0000")
    )


def test_what_was_due_above_before_counts_for_nothing() -> None:
    """Money passed on later repays what is left above: the first instalment above was paid from other money."""
    assert lag([(date(2021, 1, 15), 1)], ABOVE[:1] + ABOVE[2:], SINCE) is None


@pytest.mark.parametrize(("less", "lags"), [(0, False), (1, False), (2, True)])
def test_a_tiyn_is_rounding(less: int, *, lags: bool) -> None:
    """Half of ten million is due above; a tiyn less below is how it rounds, and two are less."""
    below = [(date(2020, 1, 15), 5_000_000 - less), (date(2021, 1, 15), 5_000_000 + less)]
    above = [(day, tiyn * 1_000) for day, tiyn in ABOVE]
    assert (lag(below, above, SINCE) is not None) == lags
