"""Seals and snapshots: a chain from the organisation's own row, a further seal for a month reopened, anchors."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.posting import post
from ledger.seals import missing_anchors, seals_of
from ledger.tables import EntrySealRow, SealRow, SnapshotRow
from ledger.verification import verify
from tests.ledger.samples import FEBRUARY, JANUARY, MARCH, book, capital, close, drawdown, reopen


def chain(session: Session, one: int) -> list[tuple[int, date, int]]:
    """Number, month and entries of every seal of a book."""
    rows = session.scalars(select(SealRow).where(SealRow.book_id == one).order_by(SealRow.number))
    return [(row.number, row.month, row.entries) for row in rows]


def test_a_month_is_sealed_once_for_all_books(session: Session) -> None:
    """Each book gets its own seal, also a book without entries."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    post(session, [capital(one, 5), capital(one, 6)])
    close(session, JANUARY, [one, two])
    assert chain(session, one) == [(1, JANUARY, 2)]
    assert chain(session, two) == [(1, JANUARY, 0)]


def test_seals_are_chained(session: Session) -> None:
    """Every seal holds the digest of the one before it."""
    one = book(session)
    for month in (JANUARY, FEBRUARY, MARCH):
        close(session, month, [one])
    rows = session.scalars(select(SealRow).order_by(SealRow.number)).all()
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]


def test_equal_months_of_two_books_differ(session: Session) -> None:
    """Even empty months have their own digests: a seal cannot be moved to another book or month."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    close(session, JANUARY, [one, two])
    close(session, FEBRUARY, [one, two])
    assert len({*seals_of(session, JANUARY).values(), *seals_of(session, FEBRUARY).values()}) == 4


def test_a_reopened_month_gets_a_further_seal(session: Session) -> None:
    """After reopenings only what came since is sealed anew, and every seal ever made still verifies."""
    one = book(session)
    post(session, [capital(one, 5), capital(one, 5, FEBRUARY)])
    close(session, JANUARY, [one])
    close(session, FEBRUARY, [one])
    reopen(session, FEBRUARY, [one])
    reopen(session, JANUARY, [one])
    post(session, [capital(one, 7)])
    close(session, JANUARY, [one])
    assert [found for _, found in verify(session) if found] == []
    close(session, FEBRUARY, [one])
    assert chain(session, one) == [(1, JANUARY, 1), (2, FEBRUARY, 1), (3, JANUARY, 1), (4, FEBRUARY, 0)]
    assert [found for _, found in verify(session) if found] == []


def test_marks_are_four_bytes_a_line(session: Session) -> None:
    """A sealed entry keeps a mark of each of its lines."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    post(session, [drawdown(one, two, 700)])
    close(session, JANUARY, [one])
    assert [len(row.marks) for row in session.scalars(select(EntrySealRow))] == [8]


def test_snapshots_hold_closing_balances(session: Session) -> None:
    """A snapshot carries balances over from the month before and leaves out what became zero."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    post(session, [capital(one, 700), drawdown(one, two, 700, FEBRUARY)])
    close(session, JANUARY, [one])
    close(session, FEBRUARY, [one])
    rows = session.scalars(select(SnapshotRow).order_by(SnapshotRow.month, SnapshotRow.account_id))
    assert [(row.month, row.account_id, row.balance) for row in rows] == [
        (JANUARY, 1, 700), (JANUARY, 31, -700), (FEBRUARY, 3, 700), (FEBRUARY, 31, -700),
    ]  # fmt: skip


def test_anchors_stay_in_the_chain(session: Session) -> None:
    """A digest kept outside is still found after the month was reopened; a foreign one is reported."""
    one = book(session)
    close(session, JANUARY, [one])
    anchor = seals_of(session, JANUARY)[one]
    reopen(session, JANUARY, [one])
    close(session, JANUARY, [one])
    assert seals_of(session, JANUARY)[one] != anchor
    assert missing_anchors(session, [anchor, "00ff"]) == ["00ff"]
