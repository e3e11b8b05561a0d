"""The one writer of entries and postings.

Whoever wants something booked hands over events; this module turns a whole batch into columns and writes it by one
statement (small batches) or one COPY per table (large ones). The same guards in the database check both ways, and
their refusals come back as the typed errors here. Corrections are reversals: the mirrored entry, linked to the
original, once. Which event is booked how is decided by the ``bookings`` modules above.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, repeat

import psycopg2
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger import chart
from ledger.entries import Entry, Event, NotAReference, Posting, is_reference
from ledger.errors import Broken, Conflict, NotFound, Refused
from ledger.tables import EntryRow, PostingRow
from ledger.unit_of_work import sqlstate

#: Batches of more entries or postings than this travel by COPY instead of as arrays.
COPY_ABOVE = 500
#: NULL as COPY reads it.
NULL = "\\N"
ENTRY_COLUMNS = ("id", "event_id", "book_id", "kind", "source", "effective_on", "legs", "reverses", "command_id")
POSTING_COLUMNS = ("entry_id", "book_id", "effective_on", "line", "account_id", "subject", "amount")


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
def guard_errors(reverses: Iterable[int] = ()) -> Iterator[None]:
    """Turn refusals of the database's guards into the typed errors of this module.

    ``reverses`` are the entries that the batch mirrors (0: none): of two reversals in a race PostgreSQL does not say
    which row was the second, since rows are under row-level security.
    """
    try:
        yield
    except DBAPIError as error:
        told = getattr(error.orig, "diag", None)
        if told is None:
            raise
        if told.constraint_name == "uq_entry_reverses":
            raise NotReversible(entry=next(filter(None, reverses))) from error
        guard = GUARDS.get(sqlstate(error))
        if guard is None:
            raise
        raise guard(**json.loads(told.message_detail)) from error


@dataclass(slots=True)
class Columns:
    """A batch as columns; ``event`` numbers the events of the batch, ``entry`` is the 1-based entry number."""

    event: list[int] = field(default_factory=list)
    book: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    day: list[date] = field(default_factory=list)
    legs: list[int] = field(default_factory=list)
    reverses: list[int] = field(default_factory=list)
    entry: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    account: list[int] = field(default_factory=list)
    subject: list[str] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)


def post(session: Session, events: Sequence[Event]) -> list[int]:
    """Write events, one or a hundred thousand, and return their event ids in order.

    Raises:
        AccountNotUsable, UnsoundEntry, NoBook, PeriodLocked: nothing of the batch is written.
    """
    ids = _write(session, _columns(events, repeat(0)))
    return [event_id for event_id, entry_id in ids if event_id == entry_id]


def post_columns(session: Session, columns: Columns) -> list[int]:
    """Write a batch that its caller already has as columns, and return the event id of each of its entries.

    For the close of a month, which makes no object for a loan. The same checks and guards apply; that the legs
    of each entry sum to zero is checked by the database.

    Raises:
        NotAReference, AccountNotUsable, UnsoundEntry, NoBook, PeriodLocked: nothing of the batch is written.
    """
    for name in {*columns.kind, *columns.source, *columns.subject}:
        if not is_reference(name):
            raise NotAReference(found=repr(name))
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
    return _write(session, _columns([event], [entry_id for entry_id, _ in legs]))[0][0]


def _columns(events: Sequence[Event], reverses: Iterable[int]) -> Columns:
    """The events as columns; ``reverses`` gives the entry that each entry of theirs mirrors (0: none)."""
    entries = [each for event in events for each in event.entries]
    legs = [leg for each in entries for leg in each.postings]
    accounts = chart.accounts()
    return Columns(
        event=[number for number, event in enumerate(events) for _ in event.entries],
        book=[each.book_id for each in entries],
        kind=[event.kind for event in events for _ in event.entries],
        source=[event.source for event in events for _ in event.entries],
        day=[event.effective_on for event in events for _ in event.entries],
        legs=[len(each.postings) for each in entries],
        reverses=list(islice(reverses, len(entries))),
        entry=[position for position, each in enumerate(entries, 1) for _ in each.postings],
        line=[line for each in entries for line in range(len(each.postings))],
        account=[accounts[leg.account].id for leg in legs],
        subject=[leg.subject for leg in legs],
        amount=[leg.amount for leg in legs],
    )


def _write(session: Session, columns: Columns) -> list[tuple[int, int]]:
    """Write the columns; returns (event id, entry id) of each entry in order."""
    if not columns.event:
        return []
    session.flush()
    with guard_errors(columns.reverses):
        if max(len(columns.event), len(columns.entry)) <= COPY_ABOVE:
            return _write_arrays(session, columns)
        return _write_copy(session, columns)


#: Written for the driver itself, for the sake of single entries: the columns of the batch in their order.
POST_ENTRIES = """
    SELECT event_id, entry_id FROM post_entries(
        %s::int[], %s::bigint[], %s::text[], %s::text[], %s::date[], %s::int[], %s::bigint[],
        %s::int[], %s::int[], %s::smallint[], %s::text[], %s::bigint[], %s)
"""


def _write_arrays(session: Session, columns: Columns) -> list[tuple[int, int]]:
    arrays = tuple(getattr(columns, name) for name in Columns.__slots__)
    rows = session.connection().exec_driver_sql(POST_ENTRIES, (*arrays, session.info.get("command_id")))
    return [(event_id, entry_id) for event_id, entry_id in rows]


def _write_copy(session: Session, columns: Columns) -> list[tuple[int, int]]:
    """Write by one COPY a table. References hold neither tabs nor backslashes, so lines need no escaping."""
    ids = session.scalars(
        text("SELECT nextval('entry_id_seq') FROM generate_series(1, :n)"), {"n": len(columns.event)}
    ).all()
    first: dict[int, int] = {}
    for number, entry_id in zip(columns.event, ids, strict=True):
        first.setdefault(number, entry_id)
    events = [first[number] for number in columns.event]
    command = session.info.get("command_id") or NULL
    days = {day: day.isoformat() for day in set(columns.day)}
    entries = [
        f"{entry_id}\t{event_id}\t{book}\t{kind}\t{source}\t{days[day]}\t{legs}\t{original or NULL}\t{command}\n"
        for entry_id, event_id, book, kind, source, day, legs, original in zip(
            ids, events, columns.book, columns.kind, columns.source, columns.day, columns.legs,
            columns.reverses, strict=True,
        )
    ]  # fmt: skip
    of_entry = [
        f"{entry_id}\t{book}\t{days[day]}\t" for entry_id, book, day in zip(ids, columns.book, columns.day, strict=True)
    ]
    postings = [
        f"{of_entry[position - 1]}{line}\t{account}\t{subject}\t{amount}\n"
        for position, line, account, subject, amount in zip(
            columns.entry, columns.line, columns.account, columns.subject, columns.amount, strict=True
        )
    ]
    copy(session, "entry", ENTRY_COLUMNS, entries)
    copy(session, "posting", POSTING_COLUMNS, postings)
    return list(zip(events, ids, strict=True))


def copy(session: Session, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY tab-separated lines, each with its line break, into ``columns`` of a table within the session's transaction.

    PostgreSQL copies into no table with row-level security, so the lines go by way of a temporary table of the
    connection, which stays for the next time and is left empty.
    """
    names, staging = ", ".join(columns), f"staged_{table}"
    made = f"CREATE TEMP TABLE IF NOT EXISTS {staging} AS SELECT {names} FROM public.{table} WITH NO DATA"  # noqa: S608 - names of ours
    taken = f"INSERT INTO public.{table} ({names}) SELECT * FROM {staging}"  # noqa: S608 - names of ours
    connection = session.connection()
    with closing(connection.connection.cursor()) as cursor, driver_errors():
        cursor.execute(made)
        cursor.copy_expert(f"COPY {staging} FROM STDIN", io.StringIO("".join(lines)))
        cursor.execute(f"{taken}; TRUNCATE {staging}")


@contextmanager
def driver_errors() -> Iterator[None]:
    """Errors of the driver itself, as SQLAlchemy tells them."""
    try:
        yield
    except psycopg2.Error as error:
        raise DBAPIError.instance("COPY", None, error, psycopg2.Error) from error
