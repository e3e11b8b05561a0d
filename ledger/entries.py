"""Entries and postings as values: what happened, before it is written.

An `Event` is one business event. It holds one `Entry` for every book it touches: money that moves between two
organisations is one event with two entries, so the receivable of one and the payable of the other are written
together or not at all. An entry that does not sum to zero cannot be constructed. Writing is
`ledger.posting`'s business; what to book is the business of the packages above.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger import chart
from ledger.errors import Broken


@dataclass(eq=False, kw_only=True)
class Unbalanced(Broken):
    """The postings of an entry do not sum to zero, or are fewer than two."""

    code = "unbalanced"
    sentence = "The postings of an entry must be at least two and sum to zero; these sum to {total} tiyn: {legs}."
    total: int
    legs: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg: ``amount`` whole tiyn, debits positive and credits negative, never zero."""

    account: str
    amount: int
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """The balanced postings of one event in the book of one organisation."""

    book_id: int
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        total = sum(posting.amount for posting in self.postings)
        if total or len(self.postings) < 2 or not all(posting.amount for posting in self.postings):
            legs = "; ".join(f"{leg.account} {leg.subject} {leg.amount}" for leg in self.postings)
            raise Unbalanced(total=total, legs=legs)
        for posting in self.postings:
            chart.account(posting.account)


@dataclass(frozen=True, slots=True)
class Event:
    """One business event: its kind, its date, the thing it is about, and an entry for each book it touches."""

    kind: str
    effective_on: date
    source: str
    entries: tuple[Entry, ...]


def entry(book_id: int, legs: Iterable[tuple[str, str, int]]) -> Entry:
    """An entry from ``(account, subject, amount)`` legs, leaving out the legs of zero."""
    return Entry(book_id, tuple(Posting(account, amount, subject) for account, subject, amount in legs if amount))
