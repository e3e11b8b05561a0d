"""The one writer: batches in order, refusals whole, reversals once, both roads to the database alike."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.entries import NotAReference
from ledger.errors import NotFound
from ledger.posting import (
    COPY_ABOVE,
    AccountNotUsable,
    Columns,
    NoBook,
    NotReversible,
    PeriodLocked,
    UnsoundEntry,
    post,
    post_columns,
    reverse,
)
from ledger.tables import EntryRow, PostingRow
from ledger.unit_of_work import Command, carry_out
from tests.ledger.samples import JANUARY, MARCH, book, capital, close, drawdown

#: So many capital events have more postings than fit the arrays.
MANY = COPY_ABOVE // 2 + 1


@pytest.mark.parametrize("number", [1, 3, MANY])
def test_ids_come_back_in_order(session: Session, number: int) -> None:
    """Each event's id comes back in its place, whichever way the batch travels."""
    one = book(session)
    ids = post(session, [capital(one, tiyn, source=f"test:{tiyn}") for tiyn in range(1, number + 1)])
    found = session.execute(select(EntryRow.source).where(EntryRow.id.in_(ids)).order_by(EntryRow.id)).scalars()
    assert list(found) == [f"test:{tiyn}" for tiyn in range(1, number + 1)]


def test_nothing_is_nothing(session: Session) -> None:
    """An empty batch writes nothing."""
    assert post(session, []) == []


def test_both_roads_write_the_same(session: Session) -> None:
    """Rows that went by COPY and rows that went as arrays differ only in their numbers and times."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    event = drawdown(one, two, 700)
    (by_array,) = post(session, [event])
    by_copy = post(session, [event] * COPY_ABOVE)[0]
    columns = [PostingRow.line, PostingRow.book_id, PostingRow.account_id, PostingRow.subject, PostingRow.amount]
    rows = [
        session.execute(
            select(EntryRow.kind, EntryRow.source, EntryRow.effective_on, EntryRow.legs, EntryRow.reverses, *columns)
            .join(PostingRow, PostingRow.entry_id == EntryRow.id)
            .where(EntryRow.event_id == event_id)
            .order_by(EntryRow.id, PostingRow.line)
        ).all()
        for event_id in (by_array, by_copy)
    ]
    assert len(rows[0]) == 4
    assert rows[0] == rows[1]


def test_a_pair_shares_its_event(session: Session) -> None:
    """Both entries of an event between two books bear the id of the first."""
    (event,) = post(session, [drawdown(book(session, "acc"), book(session, "mfo-1", "mfo"), 700)])
    assert session.scalars(select(EntryRow.id).where(EntryRow.event_id == event)).all() == [event, event + 1]


def test_entries_name_their_command(session: Session) -> None:
    """An entry booked by a command leads back to who asked."""
    one = book(session)
    command = Command("key-1", "capital", {}, "asel", "cli")
    saved = carry_out(session, command, lambda inner: {"event": post(inner, [capital(one, 5)])[0]})
    entry = session.get_one(EntryRow, saved["event"])
    assert entry.command_id is not None


@pytest.mark.parametrize("number", [1, MANY])
def test_accounts_must_fit_the_book(session: Session, number: int) -> None:
    """A budget has no share capital."""
    budget = book(session, "budget", "budget")
    with pytest.raises(AccountNotUsable, match="capital"):
        post(session, [capital(budget, 5)] * number)


@pytest.mark.parametrize("number", [1, MANY])
def test_a_book_is_open_from_its_day(session: Session, number: int) -> None:
    """Nothing is booked before the book is opened, nor in a book that is not there."""
    one = book(session, opened_on=MARCH)
    with pytest.raises(NoBook), session.begin_nested():
        post(session, [capital(one, 5, date(2021, 2, 28))] * number)
    with pytest.raises(NoBook), session.begin_nested():
        post(session, [capital(10**9, 5)] * number)


@pytest.mark.parametrize("number", [1, MANY])
def test_one_refusal_refuses_the_batch(session: Session, number: int) -> None:
    """Nothing of a batch is written when one event of it falls into a locked month."""
    one = book(session)
    close(session, JANUARY, [one])
    with pytest.raises(PeriodLocked, match="2021-01 is locked"), session.begin_nested():
        post(session, [*[capital(one, 5, MARCH)] * number, capital(one, 5, JANUARY)])
    assert session.scalar(select(func.count()).select_from(PostingRow)) == 0


def test_reversal_mirrors_every_entry(session: Session) -> None:
    """After a reversal nothing is left in either book, and each mirrored entry names its original."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    (event,) = post(session, [drawdown(one, two, 700)])
    reversal = reverse(session, event, MARCH)
    assert balance_tiyn(session, "facility-principal", effective_on=date(2021, 2, 28)) == 700
    assert balance_tiyn(session, "facility-principal", effective_on=MARCH) == 0
    assert balance_tiyn(session, "facility-debt", effective_on=MARCH) == 0
    mirrors = select(EntryRow.reverses).where(EntryRow.event_id == reversal).order_by(EntryRow.id)
    assert session.scalars(mirrors).all() == [event, event + 1]


def test_reversed_only_once(session: Session) -> None:
    """Neither a reversed event nor a reversal can be reversed."""
    (event,) = post(session, [capital(book(session), 5)])
    reversal = reverse(session, event, JANUARY)
    with pytest.raises(NotReversible, match=f"Entry {event} "), session.begin_nested():
        reverse(session, event, JANUARY)
    with pytest.raises(NotReversible), session.begin_nested():
        reverse(session, reversal, JANUARY)


def test_not_reversed_before_it_was(session: Session) -> None:
    """A reversal dated before its original would make the past wrong."""
    (event,) = post(session, [capital(book(session), 5, MARCH)])
    with pytest.raises(NotReversible, match="dated after"):
        reverse(session, event, JANUARY)


def test_unknown_event_is_not_reversed(session: Session) -> None:
    """Reversing what is not there says so."""
    with pytest.raises(NotFound, match="event 999"):
        reverse(session, 999, JANUARY)


def test_recorded_by_the_database_clock(session: Session) -> None:
    """An entry is recorded when the database wrote it."""
    before = session.scalar(text("SELECT clock_timestamp()"))
    (event,) = post(session, [capital(book(session), 5)])
    after = session.scalar(text("SELECT clock_timestamp()"))
    assert before < session.get_one(EntryRow, event).recorded_at < after


@pytest.mark.parametrize("name", ["loan:1\t5", "loan:1\nx", "loan\\N"])
def test_columns_cannot_forge(session: Session, name: str) -> None:
    """Columns handed over by a caller are held to the same references as values are."""
    columns = Columns(event=[0], book=[book(session)], kind=["x"], source=[name], day=[JANUARY], legs=[2], reverses=[0])
    with pytest.raises(NotAReference):
        post_columns(session, columns)


def test_columns_must_balance(session: Session) -> None:
    """The legs of columns are summed by the database."""
    columns = Columns(
        event=[0], book=[book(session)], kind=["x"], source=[""], day=[JANUARY], legs=[2], reverses=[0],
        entry=[1, 1], line=[0, 1], account=[1, 31], subject=["", ""], amount=[5, -4],
    )  # fmt: skip
    with pytest.raises(UnsoundEntry, match="sum to 1 tiyn"):
        post_columns(session, columns)
