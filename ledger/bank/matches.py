"""What is decided about lines: matched by the machine or by a person, set aside, and undone with a reason.

Every decision takes the book's lock first, so that two people never give one entry to two lines; were the lock
forgotten, an index would refuse the second. Nothing of a decision is changed but that it falls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Select, exists, insert, select, update
from sqlalchemy.orm import Session

from ledger.bank import matching
from ledger.bank.matching import Ground, Suggestion, Waiting
from ledger.bank.movements import ClueQuery, amounts, unmatched
from ledger.bank.tables import BankLineRow, BankMatchEntryRow, BankMatchRow, BankUndoingRow
from ledger.bank.values import EntryMatched, Line, LineSettled, LineWaits, Movement, SumsDiffer, tenge_text
from ledger.errors import NotFound
from ledger.locks import lock

#: What services of a book's statements lock, by the book.
LOCK = "bank"


def line_of(row: BankLineRow) -> Line:
    """A line on record as a value."""
    return Line(
        on=row.moved_on, number=row.number, amount=row.amount, other_name=row.other_name, other_id=row.other_id,
        other_account=row.other_account, purpose=row.purpose, code=row.code,
    )  # fmt: skip


def waiting(book: int) -> Select[BankLineRow]:
    """The statement of a book's lines that are neither matched nor set aside, the oldest first."""
    settled = exists().where(BankMatchRow.line_id == BankLineRow.id, BankMatchRow.standing)
    return (
        select(BankLineRow)
        .where(BankLineRow.organisation_id == book, ~settled)
        .order_by(BankLineRow.moved_on, BankLineRow.id)
    )


def match_certain(session: Session, book: int, clues: Sequence[ClueQuery], *, made_by: str) -> int:
    """Match every waiting line of a book that has an entry of its own beyond confusion; how many there were.

    The book is locked by whoever calls.
    """
    by = matching.rules()
    lines = [Waiting(row.id, line_of(row)) for row in session.scalars(waiting(book))]
    pairs = matching.certain(lines, _around(session, book, [each.line.on for each in lines], clues), by)
    sums = {each.id: each.line.amount for each in lines}
    _write(session, {pair.line_id: {pair.entry_id: sums[pair.line_id]} for pair in pairs}, "automatic",
           {pair.line_id: pair.rule for pair in pairs}, made_by)  # fmt: skip
    return len(pairs)


def match_again(session: Session, book: int, clues: Sequence[ClueQuery], *, made_by: str) -> int:
    """Look again for what is certain, after more was recorded; how many lines were matched."""
    lock(session, LOCK, [book])
    return match_certain(session, book, clues, made_by=made_by)


def suggested(
    session: Session, book: int, rows: Sequence[BankLineRow], clues: Sequence[ClueQuery]
) -> dict[int, list[Suggestion]]:  # fmt: skip
    """What may be chosen for each of these waiting lines of a book, by line."""
    by = matching.rules()
    ground = Ground.of(_around(session, book, [row.moved_on for row in rows], clues))
    return {row.id: matching.suggestions(line_of(row), ground, by) for row in rows}


def match(session: Session, line_id: int, entry_ids: Sequence[int], *, made_by: str) -> int:
    """Match a line to entries of its own book that make up its sum; the id of the match.

    Raises:
        NotFound, LineSettled, EntryMatched, SumsDiffer.
    """
    row = _free(session, line_id)
    chosen = sorted(set(entry_ids))
    sums = amounts(session, row.organisation_id, chosen)
    for entry_id in chosen:
        if entry_id not in sums:
            raise EntryMatched(entry=entry_id)
    if sum(sums.values()) != row.amount:
        raise SumsDiffer(line=tenge_text(row.amount), entries=tenge_text(sum(sums.values())))
    return _write(session, {row.id: sums}, "by-hand", {}, made_by)[0]


def set_aside(session: Session, line_id: int, reason: str, *, made_by: str) -> int:
    """Set a line aside that the books need not know, such as a fee of the bank, with the reason; the id of that.

    Raises:
        NotFound, LineSettled.
    """
    row = _free(session, line_id)
    return _write(session, {row.id: {}}, "aside", {row.id: reason}, made_by)[0]


def undo(session: Session, line_id: int, reason: str, *, made_by: str) -> int:
    """Take back what was decided about a line; the id of the match that fell.

    Raises:
        NotFound, LineWaits.
    """
    row = _locked(session, line_id)
    match_id = _standing(session, row)
    if match_id is None:
        raise LineWaits(line=line_id)
    session.execute(insert(BankUndoingRow).values(match_id=match_id, reason=reason, made_by=made_by))
    session.execute(update(BankMatchRow).where(BankMatchRow.id == match_id).values(standing=False))
    return match_id


def _locked(session: Session, line_id: int) -> BankLineRow:
    row = session.get(BankLineRow, line_id)
    if row is None:
        raise NotFound(what="bank line", name=str(line_id))
    lock(session, LOCK, [row.organisation_id])
    return row


def _free(session: Session, line_id: int) -> BankLineRow:
    """The line, locked, and still without a decision."""
    row = _locked(session, line_id)
    if _standing(session, row) is not None:
        raise LineSettled(line=line_id)
    return row


def _standing(session: Session, row: BankLineRow) -> int | None:
    return session.scalar(select(BankMatchRow.id).where(BankMatchRow.line_id == row.id, BankMatchRow.standing))


def _around(session: Session, book: int, days: Sequence[date], clues: Sequence[ClueQuery]) -> list[Movement]:
    """Movements without a line, as far around these days as the rules look."""
    if not days:
        return []
    reach = timedelta(days=matching.rules().days)
    return unmatched(session, book, min(days) - reach, max(days) + reach, clues)


def _write(
    session: Session, sums: Mapping[int, Mapping[int, int]], how: str, reasons: Mapping[int, str], made_by: str
) -> list[int]:  # fmt: skip
    """Record decisions: by line the entries with what each moves; the ids in the order of the lines."""
    if not sums:
        return []
    made = insert(BankMatchRow).returning(BankMatchRow.id, sort_by_parameter_order=True)
    ids = session.scalars(made, [
        {"line_id": line_id, "how": how, "reason": reasons.get(line_id, ""), "standing": True, "made_by": made_by}
        for line_id in sums
    ]).all()  # fmt: skip
    parts = [
        {"match_id": match_id, "entry_id": entry_id, "amount": amount, "standing": True}
        for match_id, entries in zip(ids, sums.values(), strict=True)
        for entry_id, amount in entries.items()
    ]
    if parts:
        session.execute(insert(BankMatchEntryRow), parts)
    return list(ids)
