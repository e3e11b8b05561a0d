"""Books and events small enough to check by hand, for the tests of the ledger.

An operator and a lender, capital paid in, money lent from one to the other, and months that close. Tests that
need anything else say it themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from ledger.entries import Event, entry
from ledger.organisations import register_organisation
from ledger.periods import change_state
from ledger.seals import lock_month

JANUARY, FEBRUARY, MARCH = date(2021, 1, 1), date(2021, 2, 1), date(2021, 3, 1)


def book(session: Session, code: str = "acc", kind: str = "operator", opened_on: date = JANUARY) -> int:
    """The book of a new organisation."""
    return register_organisation(
        session, code=code, kind=kind, name_kk=code, name_ru=code, name_en=code, opened_on=opened_on
    ).id


def capital(book_id: int, tiyn: int, day: date = JANUARY, source: str = "") -> Event:
    """Capital of ``tiyn`` paid into one book: one entry."""
    return Event("capital", day, source, (entry(book_id, [("cash", "", tiyn), ("capital", "", -tiyn)]),))


def drawdown(lender: int, borrower: int, tiyn: int, day: date = JANUARY, facility: str = "facility:1") -> Event:
    """Money lent by one book to another: a pair of entries."""
    lent = entry(lender, [("facility-principal", facility, tiyn), ("cash", "", -tiyn)])
    owed = entry(borrower, [("cash", "", tiyn), ("facility-debt", facility, -tiyn)])
    return Event("drawdown", day, facility, (lent, owed))


def close(session: Session, month: date, books: Collection[int]) -> None:
    """Close and lock a month of each book."""
    change_state(session, month, books, "closing", made_by="asel")
    lock_month(session, month, books, made_by="asel")


def reopen(session: Session, month: date, books: Collection[int]) -> None:
    """Reopen a locked month, by two people with a reason."""
    change_state(session, month, books, "open", made_by="asel", second_by="daniyar", reason="late register")
