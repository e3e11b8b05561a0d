"""Entries as values: what does not balance or cannot travel does not exist."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.entries import (
    LARGEST_AMOUNT,
    EmptyEvent,
    Entry,
    Event,
    NotAReference,
    NotPostable,
    Posting,
    Unbalanced,
    entry,
)
from ledger.errors import NotFound


def test_legs_of_zero_are_left_out() -> None:
    """A leg of nothing is no leg."""
    assert len(entry(1, [("cash", "", 5), ("cash", "", 0), ("capital", "", -5)]).postings) == 2


@pytest.mark.parametrize("amounts", [(), (0, 0), (5,), (5, -4), (5, -5, 0)])
def test_unbalanced_entries_do_not_exist(amounts: tuple[int, ...]) -> None:
    """Fewer than two legs, a sum other than zero and legs of zero are refused."""
    with pytest.raises(Unbalanced):
        Entry(1, tuple(Posting("cash", amount) for amount in amounts))


@pytest.mark.parametrize("amount", [1.5, True, "5", LARGEST_AMOUNT + 1, 2**63])
def test_amounts_are_whole_and_bounded(amount: Any) -> None:
    """Only ints up to ten trillion tenge are amounts: nothing is rounded or overflows on its way to the database."""
    with pytest.raises(NotPostable):
        Entry(1, (Posting("cash", amount), Posting("capital", -1)))


def test_accounts_are_of_the_chart() -> None:
    """An account that the chart does not have is refused by name."""
    with pytest.raises(NotFound, match="petty"):
        entry(1, [("petty", "", 5), ("capital", "", -5)])


@pytest.mark.parametrize("name", ["loan\t17", "loan\n17", "loan|17", "loan\\N", "loan 17", "заём:17", "loan\u2028"])
def test_references_cannot_forge(name: str) -> None:
    """Subjects, sources and kinds hold nothing that could be read as a further column, line or field."""
    sound = entry(1, [("cash", "", 5), ("capital", "", -5)])
    with pytest.raises(NotAReference):
        entry(1, [("cash", name, 5), ("capital", "", -5)])
    with pytest.raises(NotAReference):
        Event("capital", date(2021, 1, 1), name, (sound,))
    with pytest.raises(NotAReference):
        Event(name, date(2021, 1, 1), "", (sound,))


def test_an_event_books_something() -> None:
    """An event without entries is refused, so that ids come back one an event."""
    with pytest.raises(EmptyEvent):
        Event("capital", date(2021, 1, 1), "", ())
