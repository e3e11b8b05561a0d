"""Provisions by days past due: the share of each band, rounded a loan at a time, and matrices that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.provisions import SHARE_UNIT, Steps, UnsoundMatrix, default_matrix, matrix
from tests.lending.amortisation.worked_pages import tables

ON = date(2020, 6, 30)
NEVER = np.full(100, np.datetime64("NaT"), "datetime64[D]")


def test_the_page_tells_the_default() -> None:
    """Provisions of the worked loans come out of the matrix as printed."""
    _, rows = tables("provisions")
    owed, provision = (np.array([int(row[name].replace(".", "")) for row in rows]) for name in ("owed", "provision"))
    days = np.array([int(row["days past due"]) for row in rows])
    rates = default_matrix()
    assert (
        rates.provision(owed, rates.share(days, rates.stage(days, NEVER[: len(days)], ON))).tolist()
        == provision.tolist()
    )


@given(
    owed=st.lists(st.integers(-(10**6), 2**62), min_size=1, max_size=20), days=st.integers(0, 400), seed=st.integers(0)
)
def test_every_loan_is_rounded_by_itself(owed: list[int], days: int, seed: int) -> None:
    """A provision is the exact share of what is owed, half-up, for any sum that fits; of nothing it is nothing."""
    bands = Steps((0, 30, 90), tuple(seed // 7**k % (SHARE_UNIT + 1) for k in range(3)))
    rates = replace(default_matrix(), bands=bands, stages=Steps((0, 31, 91), (0, 0, 0)))
    late = np.full(len(owed), days)
    share = Fraction(bands.share[(days >= 30) + (days >= 90)], SHARE_UNIT)
    found = rates.provision(np.array(owed), rates.share(late, np.ones(len(owed), int))).tolist()
    assert found == [int(max(0, each) * share + Fraction(1, 2)) for each in owed]


@pytest.mark.parametrize(("days", "stage"), [(0, 1), (30, 1), (31, 2), (90, 2), (91, 3)])
def test_stages_follow_days_past_due(days: int, stage: int) -> None:
    """The second stage begins after 30 days past due and the third after 90."""
    assert default_matrix().stage(np.array([days]), NEVER[:1], ON).tolist() == [stage]


@pytest.mark.parametrize(
    ("restructured", "days", "stage"),
    [("2020-06-01", 0, 2), ("2019-07-01", 0, 2), ("2019-06-30", 0, 1), ("2020-06-01", 91, 3)],
)
def test_a_restructured_loan_is_on_probation(restructured: str, days: int, stage: int) -> None:
    """For twelve months it stays in the second stage at least, then only its days past due count."""
    made = np.array([restructured], "datetime64[D]")
    assert default_matrix().stage(np.array([days]), made, ON).tolist() == [stage]


def test_a_stage_has_a_least_share() -> None:
    """A restructured loan that pays on time is provided for as its stage asks, and belongs to the class of that."""
    rates = default_matrix()
    [share] = rates.share(np.array([0]), np.array([2])).tolist()
    assert (share, rates.class_of(share)) == (SHARE_UNIT // 10, "doubtful-2")


def test_classes_follow_shares() -> None:
    """A class lasts from its share to the next one's."""
    shares = (0, 49_999, 50_000, 250_000, 999_999, SHARE_UNIT)
    classes = [default_matrix().class_of(share) for share in shares]
    assert classes == ["standard", "standard", "doubtful-1", "doubtful-4", "doubtful-5", "loss"]


SOUND: dict[str, Any] = {
    "band": [{"from_day": 0, "share": "0.1"}],
    "stage": [{"from_day": day, "share": "0"} for day in (0, 31, 91)],
    "class": [{"code": "standard", "from_share": "0"}],
    "probation_months": 12,
}


def test_a_document_is_read() -> None:
    """What is refused below is refused for what it changes."""
    assert matrix(SOUND).bands == Steps((0,), (SHARE_UNIT // 10,))


@pytest.mark.parametrize(
    "document",
    [
        {"band": []},
        {"band": [{"from_day": 1, "share": "0.1"}]},
        {"band": [{"from_day": 0, "share": "1.1"}]},
        {"band": [{"from_day": 0, "share": "a tenth"}]},
        {"band": [{"from_day": 0, "share": "0.0000001"}]},
        {"band": [{"from_day": 0, "share": "0.1"}, {"from_day": 0, "share": "0.2"}]},
        {"stage": [{"from_day": 0, "share": "0.1"}]},
        {"class": []},
        {"class": [{"code": "standard", "from_share": "0.1"}]},
        {"probation_months": None},
    ],
)
def test_gaps_and_nonsense_are_refused(document: dict[str, Any]) -> None:
    """A matrix says one share between 0 and 1 for every number of days, or it is none."""
    with pytest.raises(UnsoundMatrix):
        matrix(SOUND | document)
