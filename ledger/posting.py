"""The one writer of entries and postings.

Whoever wants something booked hands over events; this module turns a whole batch into columns and writes it by one
statement (small batches) or one COPY per table (large ones). The same guards in the database check both ways, and
their refusals come back as the typed errors here. Corrections are reversals: the mirrored entry, linked to the
original, once. Which event is booked how is decided by the ``bookings`` modules above.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import psycopg2
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger import chart
from ledger.entries import Entry, Event, Posting
from ledger.errors import Broken, Conflict, NotFound, Refused
from ledger.tables import EntryRow, PostingRow
from ledger.unit_of_work import sqlstate

#: Batches of more postings than this travel by COPY instead of as arrays.
COPY_ABOVE = 500
#: NULL as COPY reads it.
NULL = "\\N"


@dataclass(eq=False, kw_only=True)
class AccountNotUsable(Broken):
    """A posting names an account that the kind of organisation does not keep, or that the chart does not have."""

    code = "account-not-usable"
    sentence = "Organisations of kind {kind} do not keep the account {account} (book {book})."
    account: str
    kind: str
    book: int


@dataclass(eq=False, kw_only=True)
class AppendOnly(Refused):
    """Somebody tried to change or remove what is recorded."""

    code = "append-only"
    sentence = "Rows of {table} are never changed or removed ({act}); correct them with a reversal."
    table: str
    act: str


@dataclass(eq=False, kw_only=True)
class UnsoundEntry(Broken):
    """The database refused an entry whose legs do not add up."""

    code = "unsound-entry"
    sentence = "Entry {entry} has {legs} legs of {declared} declared, and they sum to {total} tiyn instead of zero."
    entry: int
    total: int | None
    legs: int
    declared: int


@dataclass(eq=False, kw_only=True)
class NoBook(Refused):
    """An entry is dated before the book exists, or the book does not exist."""

    code = "no-book"
    sentence = "Book {book} does not exist or is not open yet on {day}. Choose a later date or another organisation."
    book: int
    day: str


@dataclass(eq=False, kw_only=True)
class PeriodLocked(Conflict):
    """An entry falls into a month that is closing, locked or final."""

    code = "period-locked"
    sentence = (
        "{month} is {state} in book {book}: nothing more can be booked there. Date the correction in the first "
        "open month; it will be a reversal and a new entry."
    )
    book: int
    month: str
    state: str


@dataclass(eq=False, kw_only=True)
class NotReversible(Conflict):
    """An entry cannot be reversed: unknown, a reversal itself, of another book, of a later day, or reversed already."""

    code = "not-reversible"
    sentence = (
        "Entry {entry} cannot be reversed: it is unknown, a reversal itself, reversed already, or dated after the "
        "reversal. Date the reversal on the entry's day or later; undo a reversal by a new entry."
    )
    entry: int


@dataclass(eq=False, kw_only=True)
class PeriodOrder(Refused):
    """A month cannot move to the wanted state."""

    code = "period-order"
    sentence = (
        "{month} of book {book} is {state} and cannot become {wanted}. Months close in order, not before they are "
        "over; a locked month is reopened by two people with a reason, and only the last one."
    )
    book: int
    month: str
    state: str
    wanted: str


@dataclass(eq=False, kw_only=True)
class MonthUnsealed(Broken):
    """A month was locked by a transaction that did not seal it."""

    code = "month-unsealed"
    sentence = "{month} of book {book} was locked without being sealed; lock it with ledger.seals.lock_month."
    book: int
    month: str


GUARDS: Mapping[str, type[Broken | Refused]] = {
    "NS001": AppendOnly,
    "NS002": UnsoundEntry,
    "NS003": NoBook,
    "NS004": PeriodLocked,
    "NS005": NotReversible,
    "NS006": PeriodOrder,
    "NS007": MonthUnsealed,
    "NS008": AccountNotUsable,
}


@contextmanager
def guard_errors() -> Iterator[None]:
    """Turn refusals of the database's guards into the typed errors of this module."""
    try:
        yield
    except DBAPIError as error:
        told = getattr(error.orig, "diag", None)
        if told is None:
            raise
        if told.constraint_name == "uq_entry_reverses":  # a race of two reversals: the detail is "(reverses)=(17)…"
            raise NotReversible(entry=int(re.sub(r"\D", "", told.message_detail))) from error
        guard = GUARDS.get(sqlstate(error))
        if guard is None:
            raise
        raise guard(**json.loads(told.message_detail)) from error


class Due(NamedTuple):
    """One entry about to be written: the place of its event in the batch, and the entry it reverses (0: none)."""

    number: int
    event: Event
    entry: Entry
    reverses: int


def post(session: Session, events: Sequence[Event]) -> list[int]:
    """Write events, one or a hundred thousand, and return their event ids in order.

    Raises:
        AccountNotUsable, UnsoundEntry, NoBook, PeriodLocked: nothing of the batch is written.
    """
    batch = [Due(number, event, each, 0) for number, event in enumerate(events) for each in event.entries]
    return [event_id for event_id, entry_id in _write(session, batch) if event_id == entry_id]


def post_columns(session: Session, columns: Columns) -> list[int]:
    """Write a batch that its caller already has as columns, and return the event id of each of its entries.

    For the close of a month, which makes no object for a loan. The same checks and guards apply; that the legs
    of each entry sum to zero is checked by the database.

    Raises:
        AccountNotUsable, UnsoundEntry, NoBook, PeriodLocked: nothing of the batch is written.
    """
    return [event_id for event_id, _ in _write(session, columns)]


def reverse(session: Session, event_id: int, effective_on: date, *, kind: str = "reversal") -> int:
    """Mirror every entry of an event on ``effective_on`` and return the id of the reversing event.

    Raises:
        NotFound: no such event. NotReversible: reversed already, a reversal itself, or dated after
        ``effective_on``. PeriodLocked.
    """
    rows = session.execute(
        select(EntryRow.id, EntryRow.book_id, EntryRow.source, PostingRow)
        .join(PostingRow, PostingRow.entry_id == EntryRow.id)
        .where(EntryRow.event_id == event_id)
        .order_by(EntryRow.id, PostingRow.line)
    ).all()
    if not rows:
        raise NotFound(what="event", name=str(event_id))
    by_id = chart.accounts_by_id()
    legs: dict[tuple[int, int], list[Posting]] = {}
    for entry_id, book, _, row in rows:
        legs.setdefault((entry_id, book), []).append(Posting(by_id[row.account_id].code, -row.amount, row.subject))
    mirrored = tuple(Entry(book, tuple(postings)) for (_, book), postings in legs.items())
    event = Event(kind, effective_on, rows[0].source, mirrored)
    batch = [Due(0, event, each, original) for each, (original, _) in zip(mirrored, legs, strict=True)]
    return _write(session, batch)[0][0]


def _write(session: Session, batch: list[Due]) -> list[tuple[int, int]]:
    """Write a batch; returns (event id, entry id) of each entry in order."""
    if not batch:
        return []
    session.flush()
    with guard_errors():
        if sum(len(due.entry.postings) for due in batch) <= COPY_ABOVE:
            return _write_arrays(session, batch)
        return _write_copy(session, batch)


#: Written for the driver itself, for the sake of single entries: the columns of the batch in their order.
POST_ENTRIES = """
    SELECT event_id, entry_id FROM post_entries(
        %s::int[], %s::bigint[], %s::text[], %s::text[], %s::date[], %s::int[], %s::bigint[],
        %s::int[], %s::int[], %s::smallint[], %s::text[], %s::bigint[], %s)
"""


def _write_arrays(session: Session, batch: list[Due]) -> list[tuple[int, int]]:
    accounts = chart.accounts()
    legs = [
        (position, line, leg) for position, due in enumerate(batch, 1) for line, leg in enumerate(due.entry.postings)
    ]
    arrays: tuple[list[Any], ...] = (
        [due.number for due in batch],
        [due.entry.book_id for due in batch],
        [due.event.kind for due in batch],
        [due.event.source for due in batch],
        [due.event.effective_on for due in batch],
        [len(due.entry.postings) for due in batch],
        [due.reverses for due in batch],
        [position for position, _, _ in legs],
        [line for _, line, _ in legs],
        [accounts[leg.account].id for _, _, leg in legs],
        [leg.subject for _, _, leg in legs],
        [leg.amount for _, _, leg in legs],
    )
    rows = session.connection().exec_driver_sql(POST_ENTRIES, (*arrays, session.info.get("command_id")))
    return [(event_id, entry_id) for event_id, entry_id in rows]


def _write_copy(session: Session, batch: list[Due]) -> list[tuple[int, int]]:
    """Write by one COPY a table. References hold neither tabs nor backslashes, so lines need no escaping."""
    ids = session.scalars(text("SELECT nextval('entry_id_seq') FROM generate_series(1, :n)"), {"n": len(batch)}).all()
    accounts = {code: account.id for code, account in chart.accounts().items()}
    command = session.info.get("command_id") or NULL
    first: dict[int, int] = {}
    entries, postings = [], []
    for entry_id, (number, event, each, reverses) in zip(ids, batch, strict=True):
        event_id = first.setdefault(number, entry_id)
        of_entry = f"{entry_id}\t{each.book_id}\t{event.effective_on}\t"
        entries.append(
            f"{of_entry}{event_id}\t{event.kind}\t{event.source}\t{len(each.postings)}\t{reverses or NULL}\t{command}\n"
        )
        for line, leg in enumerate(each.postings):
            postings.append(f"{of_entry}{line}\t{accounts[leg.account]}\t{leg.subject}\t{leg.amount}\n")
    copy(session, "entry (id, book_id, effective_on, event_id, kind, source, legs, reverses, command_id)", entries)
    copy(session, "posting (entry_id, book_id, effective_on, line, account_id, subject, amount)", postings)
    return [(first[due.number], entry_id) for due, entry_id in zip(batch, ids, strict=True)]


def copy(session: Session, table_and_columns: str, lines: Iterable[str]) -> None:
    """COPY tab-separated lines, each with its line break, into a table within the session's transaction."""
    connection = session.connection()
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(f"COPY {table_and_columns} FROM STDIN", io.StringIO("".join(lines)))
    except psycopg2.Error as error:
        raise DBAPIError.instance("COPY", None, error, psycopg2.Error) from error
    finally:
        cursor.close()
