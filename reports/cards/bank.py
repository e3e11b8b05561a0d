"""Bank statements of one book as a page tells them: how many lines are matched, those that wait, one line's story.

Also the bank's part of closing a month, and the line that an entry is matched to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.bank.matches import suggested, waiting
from ledger.bank.matching import Reason
from ledger.bank.movements import ClueQuery, is_matched, is_undone, money_moved
from ledger.bank.tables import BankLineRow, BankMatchEntryRow, BankMatchRow, BankStatementRow, BankUndoingRow
from ledger.errors import NotFound
from ledger.periods import first_day, last_day
from ledger.tables import EntryRow

#: Lines that a page shows with what is suggested for them; the list has the rest.
SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line of a statement; ``amount`` in tiyn, money in positive."""

    id: int
    on: date
    number: str
    amount: int
    other_name: str
    other_id: str
    other_account: str
    purpose: str
    code: str
    account: str
    statement_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTold:
    """An entry that moves money: what it is and what it is about."""

    id: int
    on: date
    kind: str
    source: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Entries suggested for a line, and why."""

    entries: tuple[EntryTold, ...]
    reasons: tuple[Reason, ...]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BankCard:
    """A book's statements: lines of the newest one's days by what was decided, all that wait, the first of them.

    ``newest`` is its first and last day, None where no statement was taken in.
    """

    newest: tuple[date, date] | None
    lines: int
    automatic: int
    by_hand: int
    aside: int
    waiting: int
    waits: tuple[tuple[Told, tuple[Offer, ...]], ...]
    entries_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about a line, by whom and when; ``undone_*`` when it fell."""

    how: str
    reason: str
    made_by: str
    recorded_at: datetime
    standing: bool
    undone_by: str
    undone_because: str
    entries: tuple[EntryTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """A line with all that was decided about it, the newest first, and what is suggested while it waits."""

    line: Told
    decisions: tuple[Decision, ...]
    offers: tuple[Offer, ...]

    @property
    def waits(self) -> bool:
        """Whether nothing stands."""
        return not any(each.standing for each in self.decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMonth:
    """The bank's part of a month: whether the book takes statements in, whether one tells of the month, what waits."""

    takes_in: bool
    told: bool
    waiting: int
    unmatched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfEntry:
    """The line of a statement that has an entry."""

    id: int
    number: str
    on: date
    how: str


def bank_card(session: Session, book: int, clues: Sequence[ClueQuery]) -> BankCard:
    """The statements of a book; ``session`` sees everything."""
    newest = session.scalar(
        select(BankStatementRow)
        .where(BankStatementRow.organisation_id == book)
        .order_by(BankStatementRow.last_on.desc(), BankStatementRow.id.desc())
        .limit(1)
    )
    counted = _by_decision(session, book, newest)
    rows = session.scalars(waiting(book).limit(SHOWN)).all()
    left = money_moved().where(EntryRow.book_id == book, ~is_matched(EntryRow), ~is_undone())
    days = (newest.first_on, newest.last_on) if newest else None
    return BankCard(
        newest=days, lines=sum(counted.values()), automatic=counted.get("automatic", 0),
        by_hand=counted.get("by-hand", 0), aside=counted.get("aside", 0),
        waiting=_count(session, waiting(book)), waits=_with_offers(session, book, rows, clues),
        entries_left=_count(session, left.where(EntryRow.effective_on.between(*days))) if days else 0,
    )  # fmt: skip


def line_card(session: Session, line_id: int, clues: Sequence[ClueQuery]) -> LineCard:
    """A line; ``session`` sees everything and its reader has seen the line.

    Raises:
        NotFound.
    """
    row = session.get(BankLineRow, line_id)
    if row is None:
        raise NotFound(what="bank line", name=str(line_id))
    decisions = _decisions(session, line_id)
    stands = any(each.standing for each in decisions)
    [(line, offers)] = _with_offers(session, row.organisation_id, [row], () if stands else clues, offered=not stands)
    return LineCard(line=line, decisions=decisions, offers=offers)


def bank_month(session: Session, book: int, month: date) -> BankMonth:
    """The bank's part of closing a month of a book; ``session`` sees everything.

    A book takes statements in from the month of its first one on.
    """
    start, end = first_day(month), last_day(month)
    statement = BankStatementRow
    since = session.scalar(select(func.min(statement.first_on)).where(statement.organisation_id == book))
    if since is None or first_day(since) > start:
        return BankMonth(takes_in=False, told=False, waiting=0, unmatched=0)
    told = session.scalar(
        select(func.count()).where(
            statement.organisation_id == book, statement.first_on <= end, statement.last_on >= start
        )
    )
    lines = waiting(book).where(BankLineRow.moved_on.between(start, end))
    left = money_moved().where(
        EntryRow.book_id == book, EntryRow.effective_on.between(start, end), ~is_matched(EntryRow), ~is_undone()
    )
    return BankMonth(
        takes_in=True, told=bool(told), waiting=_count(session, lines), unmatched=_count(session, left)
    )  # fmt: skip


def line_of_entry(session: Session, entry_id: int) -> LineOfEntry | None:
    """The line that an entry is matched to; None where it has none."""
    found = [line for _, line in _lines_of(session, EntryRow.id == entry_id)]
    return found[0] if found else None


def lines_of_events(session: Session, event_ids: Sequence[int]) -> dict[int, tuple[LineOfEntry, ...]]:
    """The lines in sight to which entries of events are matched, by event: each side of a payment has its own."""
    found: dict[int, tuple[LineOfEntry, ...]] = {}
    for event_id, line in _lines_of(session, EntryRow.event_id.in_(event_ids)):
        found[event_id] = (*found.get(event_id, ()), line)
    return found


def _lines_of(session: Session, which: ColumnElement[bool]) -> list[tuple[int, LineOfEntry]]:
    rows = session.execute(
        select(EntryRow.event_id, BankLineRow, BankMatchRow.how)
        .join(BankMatchEntryRow, BankMatchEntryRow.entry_id == EntryRow.id)
        .join(BankMatchRow, BankMatchRow.id == BankMatchEntryRow.match_id)
        .join(BankLineRow, BankLineRow.id == BankMatchRow.line_id)
        .where(which, BankMatchEntryRow.standing)
        .order_by(BankLineRow.id)
    )
    return [(event, LineOfEntry(id=row.id, number=row.number, on=row.moved_on, how=how)) for event, row, how in rows]


def _count(session: Session, rows: Any) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _by_decision(session: Session, book: int, newest: BankStatementRow | None) -> dict[str, int]:
    """Lines of the days of a statement by what was decided about them; those that wait under an empty name."""
    if newest is None:
        return {}
    decided = func.coalesce(BankMatchRow.how, "")
    rows = session.execute(
        select(decided, func.count())
        .select_from(BankLineRow)
        .outerjoin(BankMatchRow, (BankMatchRow.line_id == BankLineRow.id) & BankMatchRow.standing)
        .where(BankLineRow.organisation_id == book, BankLineRow.moved_on.between(newest.first_on, newest.last_on))
        .group_by(decided)
    )
    return {row[0]: row[1] for row in rows}


def _with_offers(
    session: Session, book: int, rows: Sequence[BankLineRow], clues: Sequence[ClueQuery], *, offered: bool = True
) -> tuple[tuple[Told, tuple[Offer, ...]], ...]:  # fmt: skip
    found = suggested(session, book, rows, clues) if offered else {}
    entries = _entries(session, {one for offers in found.values() for each in offers for one in each.entry_ids})
    return tuple(
        (
            _told(row),
            tuple(
                Offer(entries=tuple(entries[one] for one in each.entry_ids), reasons=each.reasons, days=each.days)
                for each in found.get(row.id, ())
            ),
        )
        for row in rows
    )


def _told(row: BankLineRow) -> Told:
    return Told(
        id=row.id, on=row.moved_on, number=row.number, amount=row.amount, other_name=row.other_name,
        other_id=row.other_id, other_account=row.other_account, purpose=row.purpose, code=row.code,
        account=row.account, statement_id=row.statement_id,
    )  # fmt: skip


def _entries(session: Session, ids: set[int]) -> Mapping[int, EntryTold]:
    query = money_moved().add_columns(EntryRow.kind, EntryRow.source).where(EntryRow.id.in_(ids))
    return {
        row.id: EntryTold(id=row.id, on=row.effective_on, kind=row.kind, source=row.source, amount=row.amount)
        for row in session.execute(query)
    }


def _decisions(session: Session, line_id: int) -> tuple[Decision, ...]:
    rows: Sequence[tuple[BankMatchRow, BankUndoingRow | None]] = session.execute(
        select(BankMatchRow, BankUndoingRow)
        .outerjoin(BankUndoingRow, BankUndoingRow.match_id == BankMatchRow.id)
        .where(BankMatchRow.line_id == line_id)
        .order_by(BankMatchRow.id.desc())
    ).all()
    parts: dict[int, list[int]] = {}
    for match_id, entry_id in session.execute(
        select(BankMatchEntryRow.match_id, BankMatchEntryRow.entry_id)
        .where(BankMatchEntryRow.match_id.in_([row.id for row, _ in rows]))
        .order_by(BankMatchEntryRow.entry_id)
    ):
        parts.setdefault(match_id, []).append(entry_id)
    entries = _entries(session, {entry for own in parts.values() for entry in own})
    return tuple(
        Decision(
            how=row.how, reason=row.reason, made_by=row.made_by, recorded_at=row.recorded_at, standing=row.standing,
            undone_by=undone.made_by if undone else "", undone_because=undone.reason if undone else "",
            entries=tuple(entries[entry] for entry in parts.get(row.id, ())),
        )
        for row, undone in rows
    )  # fmt: skip
