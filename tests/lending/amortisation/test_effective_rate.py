"""The effective rate of plain flows and how it is printed. Worked loans are on `docs/algorithms/effective-rate.md`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lending.amortisation.effective_rate import effective_rate, printed_percent
from lending.amortisation.refusals import NoEffectiveRate

ISSUED = date(2019, 1, 1)


def test_a_year_at_ten_percent() -> None:
    """After 365 days the rate is what was paid on top."""
    assert round(effective_rate([(ISSUED, 1000)], [(date(2020, 1, 1), 1100)]), 12) == Decimal("0.1")


def test_the_divisor_is_365_in_leap_years() -> None:
    """366 days are more than a year."""
    rate = effective_rate([(date(2020, 1, 1), 1000)], [(date(2021, 1, 1), 1100)])
    assert round(rate, 9) == round(Decimal("1.1") ** (Decimal(365) / 366) - 1, 9)


@pytest.mark.parametrize("size", [1, 10**3, 10**9, 10**16])
def test_size_does_not_matter(size: int) -> None:
    """Loans in proportion have one rate, from a tenge to a hundred trillion."""
    payments = [(date(2019 + year, 1, 1), 12 * size) for year in range(1, 21)]
    rate = effective_rate([(ISSUED, 100 * size)], payments)
    worth = sum(12 / (1 + float(rate)) ** ((day - ISSUED).days / 365) for day, _ in payments)
    assert abs(worth - 100) < 1e-9


def test_nothing_paid_has_no_rate() -> None:
    """Without payments there is nothing to solve."""
    with pytest.raises(NoEffectiveRate):
        effective_rate([(ISSUED, 1000)], [])


@pytest.mark.parametrize(("rate", "printed"), [("0.06049", "6.0"), ("0.0605", "6.1"), ("0.0645", "6.5")])
def test_printed_half_up(rate: str, printed: str) -> None:
    """A hundredth of five or more takes the tenth up."""
    assert str(printed_percent(Decimal(rate))) == printed
