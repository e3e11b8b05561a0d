"""One entry of a book: its lines, its event and reversals, the command behind it, and the row of a file it came from.

An entry is never edited. The card says whether its month still takes corrections on its own day, and what was
corrected by what, and which line of a bank statement has it. Of the event's entries in other books only whose they are
is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import chart
from ledger.errors import NotFound
from ledger.periods import State, first_day, states
from ledger.tables import CommandRow, EntryRow, OrganisationRow, PeriodChangeRow, PostingRow
from lending.microcredits.tables import DisbursementRow, LoanRow, RepaymentRow
from lending.registers.tables import RegisterRow
from reports.cards.bank import LineOfEntry, line_of_entry
from reports.report import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A leg of the entry; sums in tiyn, one of the two is zero."""

    account: str
    name: Name
    subject: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row of an accepted register; the row is numbered as in the file."""

    register_id: int
    file_name: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCard:
    """An entry with what led to it and what became of it.

    ``recorded_by`` and ``channel`` are of the command, empty where none is kept. ``locked_at`` is when its month was
    locked last; None while the month takes entries. ``repayment_id`` is set where the entry is a repayment that may be
    reversed.
    """

    id: int
    event_id: int
    book_id: int
    book: Name
    kind: str
    source: str
    effective_on: date
    recorded_at: datetime
    lines: tuple[Line, ...]
    reverses: int | None
    reversed_by: int | None
    other_books: tuple[Name, ...]
    recorded_by: str
    channel: str
    came_from: FileRow | None
    loan_id: int | None
    repayment_id: int | None
    bank_line: LineOfEntry | None
    month_state: State
    locked_at: datetime | None


def entry_card(session: Session, entry_id: int) -> EntryCard:
    """The entry with this id; ``session`` sees everything and its reader has seen the entry.

    Raises:
        NotFound.
    """
    row = session.get(EntryRow, entry_id)
    if row is None:
        raise NotFound(what="entry", name=str(entry_id))
    command = session.get(CommandRow, row.command_id) if row.command_id else None
    repayment = session.scalar(select(RepaymentRow).where(RepaymentRow.event_id == row.event_id))
    state = states(session, row.effective_on, [row.book_id])[row.book_id]
    return EntryCard(
        id=row.id, event_id=row.event_id, book_id=row.book_id, book=_books(session, [row.book_id])[0], kind=row.kind,
        source=row.source, effective_on=row.effective_on, recorded_at=row.recorded_at, lines=_lines(session, row.id),
        reverses=row.reverses, reversed_by=session.scalar(select(EntryRow.id).where(EntryRow.reverses == row.id)),
        other_books=_books(session, _others(session, row)),
        recorded_by=command.actor if command else "", channel=command.channel if command else "",
        came_from=_file_row(session, row, repayment), loan_id=repayment.loan_id if repayment else None,
        repayment_id=repayment.id if repayment and repayment.amount > 0 and row.reverses is None else None,
        bank_line=line_of_entry(session, row.id), month_state=state,
        locked_at=_locked_at(session, row) if state in ("locked", "final") else None,
    )  # fmt: skip


def _lines(session: Session, entry_id: int) -> tuple[Line, ...]:
    rows = session.scalars(select(PostingRow).where(PostingRow.entry_id == entry_id).order_by(PostingRow.line))
    by_id = chart.accounts_by_id()
    found = [(by_id[row.account_id], row) for row in rows]
    return tuple(
        Line(
            account=account.code, name=Name(kk=account.name_kk, ru=account.name_ru, en=account.name_en),
            subject=row.subject, debit=max(row.amount, 0), credit=max(-row.amount, 0),
        )
        for account, row in found
    )  # fmt: skip


def _others(session: Session, row: EntryRow) -> list[int]:
    others = select(EntryRow.book_id).where(EntryRow.event_id == row.event_id, EntryRow.book_id != row.book_id)
    return sorted(set(session.scalars(others)))


def _books(session: Session, ids: list[int]) -> tuple[Name, ...]:
    rows = session.scalars(select(OrganisationRow).where(OrganisationRow.id.in_(ids)).order_by(OrganisationRow.id))
    return tuple(Name(kk=each.name_kk, ru=each.name_ru, en=each.name_en) for each in rows)


def _file_row(session: Session, row: EntryRow, repayment: RepaymentRow | None) -> FileRow | None:
    loan = session.scalar(
        select(LoanRow)
        .join(DisbursementRow, DisbursementRow.loan_id == LoanRow.id)
        .where(DisbursementRow.event_id == row.event_id)
    )
    source = repayment or loan
    if source is None or source.register_id is None or source.register_row is None:
        return None
    register = session.get_one(RegisterRow, source.register_id)
    return FileRow(register_id=register.id, file_name=register.file_name, row=source.register_row)


def _locked_at(session: Session, row: EntryRow) -> datetime | None:
    return session.scalar(
        select(PeriodChangeRow.recorded_at)
        .where(
            PeriodChangeRow.book_id == row.book_id, PeriodChangeRow.month == first_day(row.effective_on),
            PeriodChangeRow.to_state == "locked",
        )
        .order_by(PeriodChangeRow.id.desc())
        .limit(1)
    )  # fmt: skip
