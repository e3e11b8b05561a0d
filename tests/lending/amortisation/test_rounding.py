"""Rounding of arrays is the rounding of one ratio, many times. The one is `ledger.money.round_ratio`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import MAX_TIYN, Rounding, round_ratio
from lending.amortisation.rounding import exact_dtype, round_ratios


@pytest.mark.parametrize("rounding", ["half-up", "half-even"])
@given(st.lists(st.integers(0, 10**30), min_size=1), st.integers(1, 10**9))
def test_arrays_round_as_one(rounding: Rounding, numerators: list[int], denominator: int) -> None:
    """Every entry is what `round_ratio` makes of it, beyond 64 bits too."""
    rounded = round_ratios(np.array(numerators, object), denominator, rounding)
    assert rounded.tolist() == [round_ratio(each, denominator, rounding) for each in numerators]


def test_dtype_follows_the_bound() -> None:
    """64 bits are used up to the last number they hold."""
    assert exact_dtype(MAX_TIYN) is np.int64
    assert exact_dtype(MAX_TIYN + 1) is object
