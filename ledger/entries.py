"""Entries and postings as values: what happened, before it is written.

An `Event` is one business event. It holds one `Entry` for every book it touches: money that moves between two
organisations is one event with two entries, so the receivable of one and the payable of the other are written
together or not at all. An entry that does not sum to zero cannot be constructed. Writing is
`ledger.posting`'s business; what to book is the business of the packages above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger import chart
from ledger.errors import BadInput, Broken

#: What kinds, sources and subjects are made of: no blanks, no line breaks and no separators of the formats that
#: postings travel in (COPY, the canonical texts of seals, journals). The database checks the same pattern.
REFERENCE = "[A-Za-z0-9_.:/@#+-]*"
#: What codes of organisations are made of: as references, but a colon would part the names of a journal's accounts.
CODE = "[A-Za-z0-9][A-Za-z0-9_.@#+-]*"
#: Largest amount of one posting in tiyn, ten trillion tenge: nine thousand of them still sum within 64 bits.
LARGEST_AMOUNT = 10**15

is_reference = re.compile(REFERENCE).fullmatch


@dataclass(eq=False, kw_only=True)
class NotAReference(BadInput):
    """A kind, source, subject or code with characters that references do not have."""

    code = "not-a-reference"
    sentence = (
        "Expected a reference of Latin letters, digits and any of _ . : / @ # + - (like loan:17; codes of "
        "organisations have no : and no /); found {found}."
    )
    found: str


@dataclass(eq=False, kw_only=True)
class NotPostable(Broken):
    """An amount that no posting may carry: not an int, or too large."""

    code = "not-postable"
    sentence = "A posting carries a whole number of tiyn (an int), at most ten trillion tenge; found {found}."
    found: str


@dataclass(eq=False, kw_only=True)
class EmptyEvent(Broken):
    """An event that touches no book."""

    code = "empty-event"
    sentence = "An event books at least one entry; this one ({kind} of {source}) has none."
    kind: str
    source: str


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
    """The balanced postings of one event in the book of one organisation.

    Raises:
        Unbalanced, NotPostable, NotAReference: such an entry cannot exist. NotFound: an account not in the chart.
    """

    book_id: int
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        total = 0
        for posting in self.postings:
            if type(posting.amount) is not int or abs(posting.amount) > LARGEST_AMOUNT:
                raise NotPostable(found=repr(posting.amount))
            if not is_reference(posting.subject):
                raise NotAReference(found=repr(posting.subject))
            chart.account(posting.account)
            total += posting.amount
        if total or len(self.postings) < 2 or not all(posting.amount for posting in self.postings):
            legs = "; ".join(f"{leg.account} {leg.subject} {leg.amount}" for leg in self.postings)
            raise Unbalanced(total=total, legs=legs)


@dataclass(frozen=True, slots=True)
class Event:
    """One business event: its kind, its date, the thing it is about, and an entry for each book it touches."""

    kind: str
    effective_on: date
    source: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if not self.entries:
            raise EmptyEvent(kind=self.kind, source=self.source)
        for name in (self.kind, self.source):
            if not is_reference(name):
                raise NotAReference(found=repr(name))


def entry(book_id: int, legs: Iterable[tuple[str, str, int]]) -> Entry:
    """An entry from ``(account, subject, amount)`` legs, leaving out the legs of zero."""
    return Entry(book_id, tuple(Posting(account, amount, subject) for account, subject, amount in legs if amount))
