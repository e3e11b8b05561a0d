"""The monthly calculation index by date."""

from datetime import date

import pytest

from lending.programmes.mci import NoIndex, mci


@pytest.mark.parametrize(
    ("on", "index"),
    [(date(2019, 12, 31), 2525), (date(2020, 3, 31), 2651), (date(2020, 4, 1), 2778), (date(2021, 1, 1), 2917)],
)
def test_the_index_of_the_day_counts(on: date, index: int) -> None:
    """The index changes on the day the budget law says, also in the middle of 2020."""
    assert mci(on) == index


def test_social_index_differs_from_april_2022() -> None:
    """From 1 April 2022 benefits have an index of their own; caps keep the general one."""
    assert (mci(date(2022, 4, 1)), mci(date(2022, 4, 1), "social")) == (3063, 3180)


def test_no_index_before_the_first() -> None:
    """A date before the first index on file is refused rather than guessed."""
    with pytest.raises(NoIndex, match="2016-01-01"):
        mci(date(2015, 12, 31))
