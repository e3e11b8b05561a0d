"""Accrual at its edges: days counted, steps of nothing, sizes. The arithmetic is proven in `tests/properties`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pytest

from lending.amortisation.accrual import Accrued, Accruing, accrue, denominator
from lending.amortisation.months import day_numbers
from lending.amortisation.refusals import EventOutOfPlace
from tests.lending.amortisation.entries import entries

START = date(2021, 1, 1)
NONE: Mapping[date, int] = {}


def accrued(
    until: date,
    dues: Mapping[date, int] = NONE,
    moves: Mapping[date, int] = NONE,
    rates: Mapping[date, int] = NONE,
    **changes: Any,
) -> Accrued:
    """One loan at 10 %, act/365, from New Year 2021: a hundred tenge a day."""
    one = np.ones(1, object)
    plain: dict[str, Any] = {
        "day_count": "act/365",
        "rate_denominator": 10,
        "checkpoint": day_numbers([START]),
        "target": day_numbers([until]),
        "principal": one * 36_500_000,
        "period_started_on": day_numbers([START]),
        "open_numerator": one * 0,
        "rate": np.ones(1, np.int64),
        "due_on": entries(dues),
        "movements": entries(moves),
        "rate_changes": entries(rates),
    }
    return accrue(Accruing(**(plain | changes)))


def test_the_first_day_counts_and_the_last_does_not() -> None:
    """From the 1st to the 2nd is one day; to the 1st of February the whole of January."""
    assert [int(accrued(until).interest[0]) for until in (START, date(2021, 1, 2), date(2021, 2, 1))] == [
        0,
        10_000,
        310_000,
    ]


def test_a_movement_changes_its_own_day() -> None:
    """Repaid on the last day counted, half the principal earns that day only half."""
    assert accrued(date(2021, 1, 3), moves={date(2021, 1, 2): -18_250_000}).interest[0] == 15_000


def test_a_rate_changes_its_own_day() -> None:
    """Doubled on the second day, the rate doubles that day."""
    assert accrued(date(2021, 1, 3), rates={date(2021, 1, 2): 2}).interest[0] == 30_000


def test_what_fell_due_is_told_apart() -> None:
    """Interest up to the last due date, and the open rest."""
    result = accrued(date(2021, 1, 31), dues={date(2021, 1, 11): 0, date(2021, 1, 21): 0})
    assert (int(result.to_last_due[0]), int(result.interest[0])) == (200_000, 300_000)
    assert result.period_started_on.tolist() == day_numbers([date(2021, 1, 21)]).tolist()


def test_a_due_date_on_the_target_is_past() -> None:
    """On a due date the period is closed and the next has earned nothing."""
    result = accrued(date(2021, 1, 11), dues={date(2021, 1, 11): 0})
    assert (int(result.to_last_due[0]), int(result.open_numerator[0])) == (100_000, 0)


def test_fractions_are_not_lost_between_steps() -> None:
    """A third of a tiyn a day is one tiyn after three days, however they are stepped through."""
    third: dict[str, Any] = {"day_count": "act/360", "principal": np.array([1200])}
    first = accrued(date(2021, 1, 2), **third)
    rest = accrued(
        date(2021, 1, 4), **third, checkpoint=day_numbers([date(2021, 1, 2)]), open_numerator=first.open_numerator
    )
    assert (int(first.interest[0]), int(rest.interest[0])) == (0, 1)
    assert int(rest.open_numerator[0]) == denominator("act/360", 10)


def test_beyond_64_bits() -> None:
    """Amounts too large for 64-bit products accrue exactly."""
    assert accrued(date(2021, 1, 2), principal=np.array([3650 * 10**18 + 3650])).interest[0] == 10**18 + 1


def test_no_loans() -> None:
    """Nothing accrues for nobody."""
    empty = np.zeros(0, np.int64)
    names = ("checkpoint", "target", "principal", "period_started_on", "open_numerator", "rate")
    nobody: dict[str, Any] = dict.fromkeys(names, empty)
    assert accrued(START, **nobody).interest.tolist() == []


def test_backwards_is_refused() -> None:
    """A target before the checkpoint is a mistake."""
    with pytest.raises(EventOutOfPlace):
        accrued(date(2020, 12, 31))


def test_more_repaid_than_owed_is_refused() -> None:
    """A principal below zero would earn negative interest."""
    with pytest.raises(EventOutOfPlace):
        accrued(date(2021, 2, 1), moves={date(2021, 1, 5): -36_500_001})


def test_tells_the_interest_at_every_due_date() -> None:
    """Due dates after the checkpoint, the target included, come with the interest from the checkpoint to each."""
    dues = {date(2021, 1, 1): 0, date(2021, 1, 11): 0, date(2021, 1, 21): 0, date(2021, 2, 1): 0}
    at_due = accrued(date(2021, 1, 21), dues=dues, moves={date(2021, 1, 11): -18_250_000}).at_due
    assert at_due.on.tolist() == day_numbers([date(2021, 1, 11), date(2021, 1, 21)]).tolist()
    assert at_due.value.tolist() == [100_000, 150_000]
