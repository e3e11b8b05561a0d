"""Whether the books behind a report are closed, and the seal that proves it.

A report on closed months carries their seal, so that a filed copy can be compared with the books for ever; a report
on months that are still open says that it is preliminary. Closing itself belongs to `ledger.periods` and
`ledger.seals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from ledger.periods import next_month, states
from ledger.seals import seals_of
from reports.periods import ReportPeriod, calendar_period
from reports.report import Phrase, phrase


def closing_note(session: Session, period: ReportPeriod, books: Iterable[int]) -> Phrase:
    """The last note of a report: the seal of its closed months, or that its figures are preliminary.

    A month of a book that was not open yet does not count. The seal of one book is that of the last month, which is
    chained to all before it; the seal of several is the SHA-256 of theirs, written in hexadecimal, one a line, in
    the order of the books.
    """
    books = sorted(set(books))
    for month in _months(period):
        still_open = sum(state not in ("locked", "final") for state in states(session, month, books).values())
        if still_open:
            return phrase("note.preliminary", month=calendar_period("month", month.year, month.month), books=still_open)
    seals = seals_of(session, period.end)
    digests = [seals[book] for book in books if book in seals]
    if not digests:
        return phrase("note.no-books")
    last = calendar_period("month", period.end.year, period.end.month)
    return phrase("note.sealed", month=last, digest=seal_of_books(digests))


def seal_of_books(digests: list[str]) -> str:
    """One fingerprint of the seals of several books; the seal itself when there is one."""
    return digests[0] if len(digests) == 1 else sha256("\n".join(digests).encode()).hexdigest()


def _months(period: ReportPeriod) -> Iterator[date]:
    month = period.start
    while month <= period.end:
        yield month
        month = next_month(month)
