"""Figures and places by date: minimum wage, pension ages, territories, months."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from lending.programmes.minimum_wage import NoMinimumWage, minimum_wage
from lending.programmes.months import add_months
from lending.programmes.pension_ages import pension_age_on
from lending.programmes.territories import TerritoryType, territory_type, type_by_kato


@pytest.mark.parametrize(
    ("on", "wage"), [(date(2018, 12, 31), 28284), (date(2019, 1, 1), 42500), (date(2021, 12, 31), 42500)]
)
def test_the_wage_of_the_day_counts(on: date, wage: int) -> None:
    """The wage changes on 1 January of the years in which the budget law raised it."""
    assert minimum_wage(on) == wage


def test_no_wage_before_the_first() -> None:
    """A date before the first wage on file is refused rather than guessed."""
    with pytest.raises(NoMinimumWage, match="2016-01-01"):
        minimum_wage(date(2015, 12, 31))


@pytest.mark.parametrize(
    ("sex", "on", "reached"),
    [
        ("male", date(2019, 5, 20), date(2023, 3, 15)),
        ("female", date(2017, 5, 20), date(2018, 3, 15)),
        ("female", date(2018, 5, 20), date(2018, 9, 15)),
        ("female", date(2021, 5, 20), date(2020, 3, 15)),
    ],
)
def test_pension_ages(sex: Literal["male", "female"], on: date, reached: date) -> None:
    """Men at 63; women at 58 until 2017 and half a year later each year from 2018 on."""
    assert pension_age_on(date(1960, 3, 15), sex, on) == reached


@pytest.mark.parametrize(
    ("code", "on", "kind"),
    [
        ("711110000", date(2019, 1, 1), "major-city"),
        ("471010000", date(2019, 1, 1), "major-city"),
        ("471033100", date(2019, 1, 1), None),
        ("790000000", date(2019, 1, 1), "city"),
        ("511010000", date(2018, 6, 18), "city"),
        ("511010000", date(2018, 6, 19), None),
        ("111810000", date(2019, 1, 1), "monotown"),
        ("156020100", date(2019, 1, 1), "monotown"),
        ("156020101", date(2019, 1, 1), None),
        ("611610100", date(2019, 1, 1), None),
    ],
)
def test_types_by_code(code: str, on: date, kind: str | None) -> None:
    """Four cities, Shymkent under both its codes, and monotowns are known by code; villages around them are not."""
    assert type_by_kato(code, on) == kind


@pytest.mark.parametrize(
    ("told", "by_kato", "counts"),
    [
        ("small-town", "monotown", "small-town"),
        ("city", "monotown", "monotown"),
        ("small-town", "major-city", "major-city"),
        (None, "city", "city"),
        ("rural", None, "rural"),
        (None, None, None),
    ],
)
def test_the_type_that_counts(
    told: TerritoryType | None, by_kato: TerritoryType | None, counts: TerritoryType | None
) -> None:
    """The code decides, but a small town wins over a monotown."""
    assert territory_type(told, by_kato) == counts


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2016, 2, 29), 36, date(2019, 2, 28)),
        (date(2019, 12, 15), 1, date(2020, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    """A term of months ends on the same day, or on the last of a shorter month."""
    assert add_months(day, months) == later
