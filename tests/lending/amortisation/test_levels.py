"""The level payment is the exact one, rounded, wherever the estimate stands. Oracle: fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Rounding
from lending.amortisation.levels import annuity_levels
from tests.oracles import amortisation as oracle

DENOMINATOR = 18_000


@given(
    st.lists(st.integers(0, 10**18), min_size=1, max_size=5),
    st.lists(st.integers(0, 3_000), min_size=1, max_size=40),
    st.sampled_from(("half-up", "half-even")),
)
def test_levels_are_exact(balances: list[int], weights: list[int], rounding: Rounding) -> None:
    """From nothing to ten quadrillion tenge, the level is the oracle's to the tiyn."""
    loans = len(balances)
    none = np.zeros(loans, np.int64)
    levels = annuity_levels(np.array(balances), [none + weight for weight in weights], DENOMINATOR, rounding, none)
    rates = [Fraction(weight, DENOMINATOR) for weight in weights]
    assert levels.tolist() == [oracle.nearest(oracle.level(each, rates), rounding) for each in balances]


@pytest.mark.parametrize(("rounding", "level"), [("half-up", 3), ("half-even", 2)])
def test_a_level_on_the_half(rounding: Rounding, level: int) -> None:
    """Five tiyn in two payments without interest are 2.5 each, which the rounding decides."""
    none = np.zeros(1, np.int64)
    assert annuity_levels(none + 5, [none, none], 360, rounding, none).tolist() == [level]


def test_interest_already_earned_is_cleared() -> None:
    """What the first period earned before the start is repaid by the same level."""
    none = np.zeros(1, np.int64)
    level = annuity_levels(none + 10**8, [none + 90, none + 90], DENOMINATOR, "half-up", none + 10**12)[0]
    first = Fraction(10**8) * (1 + Fraction(90, DENOMINATOR)) + Fraction(10**12, DENOMINATOR) - int(level)
    assert abs(first * (1 + Fraction(90, DENOMINATOR)) - int(level)) <= 2
