"""Money that a book moved at its bank and no line of a statement has yet, with the clues by which it may be recognised.

An entry moves what its legs on the accounts of money come to together, so that what one person paid in one sum is one
movement however it was divided. Clues come from queries of the packages that know what an event was about, as checks
of the verification do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import BigInteger, Select, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from ledger import chart
from ledger.bank.tables import BankMatchEntryRow
from ledger.bank.values import Clues, Movement
from ledger.tables import EntryRow, PostingRow

#: Accounts whose money lies at a bank, as ``guards.sql`` has them too.
BANK_ACCOUNTS = ("cash", "programme-cash")

ClueKind = Literal["reference", "number", "party"]
#: A query of ``event_id``, ``kind`` (a `ClueKind`) and ``clue`` for the events in ``:events``.
ClueQuery = str

#: Whoever else keeps an entry of the event is a party to it.
PARTIES: ClueQuery = """
    SELECT e.event_id, 'party' AS kind, o.bin AS clue FROM entry e JOIN organisation o ON o.id = e.book_id
    WHERE e.event_id = ANY(:events) AND e.book_id <> :book AND o.bin IS NOT NULL
"""


def account_ids() -> list[int]:
    """Numbers of the accounts whose money lies at a bank."""
    return [chart.account(code).id for code in BANK_ACCOUNTS]


def is_matched(entry: type[EntryRow]) -> Any:
    """Whether a line has the entry."""
    return exists().where(BankMatchEntryRow.entry_id == entry.id, BankMatchEntryRow.standing)


def is_undone() -> Any:
    """Whether an entry and its reversal cancel out, neither of them having a line."""
    other = aliased(EntryRow)
    pair = or_(other.reverses == EntryRow.id, other.id == EntryRow.reverses)
    return exists().where(pair, ~is_matched(other))


def money_moved() -> Select[int, int, int, date, int]:
    """``id``, ``event_id``, ``book_id``, ``effective_on``, ``amount`` of every entry that moves money at a bank."""
    amount = func.sum(PostingRow.amount).cast(BigInteger)
    return (
        select(EntryRow.id, EntryRow.event_id, EntryRow.book_id, EntryRow.effective_on, amount.label("amount"))
        .join(PostingRow, PostingRow.entry_id == EntryRow.id)
        .where(PostingRow.account_id.in_(account_ids()))
        .group_by(EntryRow.id)
        .having(amount != 0)
    )


def unmatched(
    session: Session, book: int, first: date, last: date, clues: Sequence[ClueQuery] = ()
) -> list[Movement]:  # fmt: skip
    """Movements of a book from ``first`` through ``last`` that no line has, by entry."""
    query = money_moved().add_columns(is_undone().label("undone"))
    rows = session.execute(
        query.where(
            PostingRow.book_id == book, PostingRow.effective_on.between(first, last), ~is_matched(EntryRow)
        ).order_by(EntryRow.id)
    ).all()
    told = _clues(session, book, [row.event_id for row in rows], (PARTIES, *clues))
    return [
        Movement(
            entry_id=row.id, on=row.effective_on, amount=row.amount, undone=row.undone,
            clues=told.get(row.event_id, Clues()),
        )
        for row in rows
    ]  # fmt: skip


def amounts(session: Session, book: int, entry_ids: Sequence[int]) -> dict[int, int]:
    """What entries of a book move at its bank, by entry; those that move nothing or have a line are left out."""
    query = money_moved().where(EntryRow.book_id == book, EntryRow.id.in_(entry_ids), ~is_matched(EntryRow))
    return {row.id: row.amount for row in session.execute(query)}


def _clues(session: Session, book: int, events: Sequence[int], queries: Sequence[ClueQuery]) -> dict[int, Clues]:
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    if not events:
        return {}
    for query in queries:
        for event_id, kind, clue in session.execute(text(query), {"events": list(events), "book": book}):
            found[event_id][kind].add(clue)
    return {
        event_id: Clues(
            references=frozenset(kinds["reference"]), numbers=frozenset(kinds["number"]),
            parties=frozenset(kinds["party"]),
        )
        for event_id, kinds in found.items()
    }  # fmt: skip
