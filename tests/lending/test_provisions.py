"""Provisions by days past due: the share of each band, rounded a loan at a time, and matrices that are refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.provisions import SHARE_UNIT, Matrix, UnsoundMatrix, default_matrix, matrix
from tests.lending.amortisation.worked_pages import tables


def test_the_page_tells_the_default() -> None:
    """Provisions of the worked loans come out of the matrix as printed."""
    _, rows = tables("provisions")
    owed, provision = (np.array([int(row[name].replace(".", "")) for row in rows]) for name in ("owed", "provision"))
    days = np.array([int(row["days past due"]) for row in rows])
    assert default_matrix().provision(owed, days).tolist() == provision.tolist()


@given(
    owed=st.lists(st.integers(-(10**6), 2**62), min_size=1, max_size=20), days=st.integers(0, 400), seed=st.integers(0)
)
def test_every_loan_is_rounded_by_itself(owed: list[int], days: int, seed: int) -> None:
    """A provision is the exact share of what is owed, half-up, for any sum that fits; of nothing it is nothing."""
    rates = Matrix((0, 30, 90), tuple(seed // 7**k % (SHARE_UNIT + 1) for k in range(3)))
    share = Fraction(rates.share[(days >= 30) + (days >= 90)], SHARE_UNIT)
    found = rates.provision(np.array(owed), np.full(len(owed), days)).tolist()
    assert found == [int(max(0, each) * share + Fraction(1, 2)) for each in owed]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"band": []},
        {"band": [{"from_day": 1, "share": "0.1"}]},
        {"band": [{"from_day": 0, "share": "1.1"}]},
        {"band": [{"from_day": 0, "share": "a tenth"}]},
        {"band": [{"from_day": 0, "share": "0.0000001"}]},
        {"band": [{"from_day": 0, "share": "0.1"}, {"from_day": 0, "share": "0.2"}]},
    ],
)
def test_gaps_and_nonsense_are_refused(document: dict[str, Any]) -> None:
    """A matrix says one share between 0 and 1 for every number of days, or it is none."""
    with pytest.raises(UnsoundMatrix):
        matrix(document)
