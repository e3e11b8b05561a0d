"""Months: closed in order, never early, reopened by two people, and no entry slips in while they close."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from ledger.periods import State, allow_closing_entries, calendar_day, change_state, last_day, next_month, states
from ledger.posting import NoBook, PeriodLocked, PeriodOrder, post
from ledger.seals import lock_month
from ledger.tables import PeriodChangeRow
from ledger.unit_of_work import perform
from ledger.verification import verify
from tests.ledger.samples import FEBRUARY, JANUARY, MARCH, book, capital, close, reopen


def move(
    session: Session, month: date, book_id: int, state: State, second_by: str | None = None, why: str = ""
) -> None:
    """Move one month of one book."""
    change_state(session, month, [book_id], state, made_by="asel", second_by=second_by, reason=why)


def test_months() -> None:
    """The month after December is January, and February ends in time."""
    assert next_month(date(2020, 12, 31)) == JANUARY
    assert last_day(date(2020, 2, 1)) == date(2020, 2, 29)


@pytest.mark.parametrize("written", ["1899-12-31", "2300-01-01", "9999-12-31", "2021-02-30", "31.12.2021", ""])
def test_days_that_cannot_be_reckoned_with(written: str) -> None:
    """A day is a date of the calendar that arithmetic on months stays within."""
    assert calendar_day("2299-12-31") == date(2299, 12, 31)
    with pytest.raises(ValueError, match=r"out of range|Invalid isoformat"):
        calendar_day(written)


def test_states_of_all_books(session: Session) -> None:
    """A month never touched is open; a book not yet opened has no state."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo", opened_on=MARCH)
    close(session, JANUARY, [one])
    assert states(session, JANUARY) == {one: "locked"}
    assert states(session, MARCH) == {one: "open", two: "open"}
    assert states(session, MARCH, [two]) == {two: "open"}


@pytest.mark.parametrize(
    ("made", "refused"),
    [
        ([], (JANUARY, "locked")),
        ([], (JANUARY, "final")),
        ([], (FEBRUARY, "closing")),
        ([], (date(2020, 12, 1), "closing")),
        ([(JANUARY, "closing")], (FEBRUARY, "closing")),
        ([(JANUARY, "closing")], (JANUARY, "final")),
        ([(JANUARY, "closing"), (JANUARY, "locked"), (JANUARY, "final")], (JANUARY, "open")),
        ([(JANUARY, "closing"), (JANUARY, "locked"), (FEBRUARY, "closing")], (JANUARY, "open")),
        (
            [(JANUARY, "closing"), (JANUARY, "locked"), (FEBRUARY, "closing"), (FEBRUARY, "locked")],
            (FEBRUARY, "final"),
        ),
    ],
)
def test_order_is_kept(session: Session, made: list[tuple[date, State]], refused: tuple[date, State]) -> None:
    """Months move one step at a time, one after the other, and final is for ever."""
    one = book(session)
    for month, state in made:
        move(session, month, one, state)
    with pytest.raises(PeriodOrder):
        move(session, refused[0], one, refused[1], "daniyar", "because")


def test_not_before_it_is_over(session: Session) -> None:
    """The month we live in cannot close."""
    today: date = session.execute(text("SELECT (now() AT TIME ZONE 'Asia/Almaty')::date")).scalar_one()
    one = book(session, opened_on=today.replace(day=1))
    with pytest.raises(PeriodOrder):
        move(session, today, one, "closing")


@pytest.mark.parametrize(
    ("second_by", "reason"), [(None, "late"), (None, "abandoned"), ("daniyar", ""), ("daniyar", "  ")]
)
def test_reopening_takes_two_and_a_reason(session: Session, second_by: str | None, reason: str) -> None:
    """One person alone, or two without a reason, do not reopen a locked month."""
    one = book(session)
    close(session, JANUARY, [one])
    with pytest.raises(PeriodOrder):
        move(session, JANUARY, one, "open", second_by, reason)


def test_a_close_can_be_abandoned(session: Session) -> None:
    """A month that is closing opens again without ceremony."""
    one = book(session)
    move(session, JANUARY, one, "closing")
    move(session, JANUARY, one, "open")
    assert states(session, JANUARY, [one]) == {one: "open"}


def test_changes_are_recorded(session: Session) -> None:
    """Every change is kept with who made it and why."""
    one = book(session)
    close(session, JANUARY, [one])
    reopen(session, JANUARY, [one])
    rows = session.scalars(select(PeriodChangeRow).order_by(PeriodChangeRow.id)).all()
    assert [row.to_state for row in rows] == ["closing", "locked", "open"]
    assert (rows[-1].made_by, rows[-1].second_by, rows[-1].reason) == ("asel", "daniyar", "late register")


def test_nothing_changes_when_one_book_is_refused(session: Session) -> None:
    """A change for several books happens in all of them or in none."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo", opened_on=MARCH)
    with pytest.raises(PeriodOrder), session.begin_nested():
        change_state(session, JANUARY, [one, two], "closing", made_by="asel")
    assert states(session, JANUARY, [one]) == {one: "open"}


def test_no_month_without_a_book(session: Session) -> None:
    """A book that does not exist has no months."""
    with pytest.raises(NoBook):
        move(session, JANUARY, 10**9, "closing")


def test_only_the_close_books_into_a_closing_month(session: Session) -> None:
    """While a month closes it takes entries only from transactions that say they belong to the close."""
    one = book(session)
    move(session, JANUARY, one, "closing")
    with pytest.raises(PeriodLocked, match="closing"), session.begin_nested():
        post(session, [capital(one, 5)])
    allow_closing_entries(session)
    assert post(session, [capital(one, 5)])


@pytest.mark.parametrize("privileged", [False, True], ids=["to closing", "to locked"])
def test_no_entry_slips_into_a_closing_month(committed_engine: Engine, *, privileged: bool) -> None:
    """Writers race against the close of twelve months: whatever they got in is sealed, and nothing comes late."""
    one = perform(committed_engine, book)
    months = [date(2021, number, 1) for number in range(1, 13)]
    start = {month: Barrier(4) for month in months}
    booked: list[int] = []

    def write(session: Session, month: date) -> list[int]:
        if privileged:
            allow_closing_entries(session)
        return post(session, [capital(one, 5, month)])

    def writer() -> None:
        for month in months:
            start[month].wait()
            while True:
                try:
                    booked.extend(perform(committed_engine, lambda session: write(session, month)))  # noqa: B023
                except PeriodLocked:
                    break

    writers = [Thread(target=writer) for _ in range(3)]
    for thread in writers:
        thread.start()
    for month in months:
        start[month].wait()
        perform(committed_engine, lambda session: move(session, month, one, "closing"))  # noqa: B023
        perform(committed_engine, lambda session: lock_month(session, month, [one], made_by="asel"))  # noqa: B023
    for thread in writers:
        thread.join()
    with Session(committed_engine) as session:
        sealed = session.scalars(text("SELECT entry_id FROM entry_seal")).all()
        assert sorted(booked) == sorted(sealed)
        assert [found for _, found in verify(session) if found] == []


def test_two_changes_cannot_undo_each_other(committed_engine: Engine) -> None:
    """Reopening a month and closing the next at the same moment: one of them is refused."""
    one = perform(committed_engine, book)
    perform(committed_engine, lambda session: close(session, JANUARY, [one]))
    both = Barrier(2)

    def race(month: date, state: State) -> None:
        def change(session: Session) -> None:
            session.execute(text("SELECT 1"))
            both.wait()
            move(session, month, one, state, "daniyar", "late register")

        try:
            perform(committed_engine, change)
        except PeriodOrder:
            refused.append(month)

    refused: list[date] = []
    threads = [Thread(target=race, args=change) for change in [(JANUARY, "open"), (FEBRUARY, "closing")]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
