"""Whose money a loan is, and what it left in a book: the chain above it as lines to read, and its postings.

The chain is read with the eyes of the system, for its upper links are other organisations' agreements; of those it
tells numbers and sums, and the loans that money came back from only to whoever may see them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.chart import accounts_by_id
from ledger.errors import NotFound
from ledger.organisations import organisations
from ledger.tables import EntryRow, PostingRow
from lending import bookings
from lending.chain.trace import Source, trace_loan
from reports.report import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A link of the chain: ``amount`` tiyn of the loan came by ``agreement``; ``depth`` 0 is the nearest.

    ``returned`` tiyn of the lot came back from ``loans`` loans before it was lent again, of which ``seen`` may be
    opened. ``treasury``: nothing is above it.
    """

    depth: int
    amount: int
    facility_id: int
    agreement: str
    lender: Name
    borrower: Name
    kind: str
    turn: int
    financial_year: int
    arrived_on: date
    usable_until: date | None
    returned: int
    loans: int
    seen: tuple[int, ...]
    treasury: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One posting about the loan in a book: tiyn, debit positive; ``account`` by its code."""

    entry_id: int
    on: date
    kind: str
    account: str
    account_name: Name
    amount: int
    reverses: int | None


#: Which of some loans the reader may see.
Seen = Callable[[Collection[int]], Collection[int]]


def origins(session: Session, loan_id: int, on: date, seen: Seen) -> list[Origin]:
    """The chain above a loan, link by link from the nearest up; nothing before it is paid out."""
    try:
        sources = trace_loan(session, loan_id, on)
    except NotFound:
        return []
    names = {each.id: Name(each.name_kk, each.name_ru, each.name_en) for each in organisations(session)}
    visible = frozenset(seen(_returning(sources)))
    return [line for source in sources for line in _lines(source, 0, names, visible)]


def _returning(sources: Sequence[Source]) -> set[int]:
    """Loans whose principal came back into a lot of ``sources`` or above them."""
    found: set[int] = set()
    while sources:
        found |= {loan for source in sources for loan in source.returned_from}
        sources = [above for source in sources for above in source.sources]
    return found


def _lines(source: Source, depth: int, names: dict[int, Name], visible: frozenset[int]) -> Iterator[Origin]:
    lot, back = source.lot, source.returned_from
    yield Origin(
        depth=depth, amount=source.amount, facility_id=lot.facility_id, agreement=source.agreement,
        lender=names[source.lender_id], borrower=names[source.borrower_id], kind=lot.kind, turn=lot.turn,
        financial_year=lot.financial_year, arrived_on=lot.arrived_on, usable_until=lot.usable_until,
        returned=sum(back.values()), loans=len(back), seen=tuple(sorted(visible & back.keys())),
        treasury=not source.sources and lot.kind == "fresh",
    )  # fmt: skip
    for above in source.sources:
        yield from _lines(above, depth + 1, names, visible)


def legs(session: Session, loan_id: int, book_id: int, on: date) -> list[Leg]:
    """Postings about a loan in one book up to a day, in the order of their days."""
    query = (
        select(
            EntryRow.id, EntryRow.effective_on, EntryRow.kind, EntryRow.reverses, PostingRow.account_id,
            PostingRow.amount,
        )
        .join(PostingRow, PostingRow.entry_id == EntryRow.id)
        .where(
            PostingRow.subject == bookings.loan(loan_id), PostingRow.book_id == book_id,
            PostingRow.effective_on <= on,
        )
        .order_by(EntryRow.effective_on, EntryRow.id, PostingRow.line)
    )  # fmt: skip
    chart = accounts_by_id()
    found = []
    for row in session.execute(query):
        account = chart[row.account_id]
        name = Name(account.name_kk, account.name_ru, account.name_en)
        found.append(
            Leg(
                entry_id=row.id, on=row.effective_on, kind=row.kind, account=account.code, account_name=name,
                amount=row.amount, reverses=row.reverses,
            )
        )  # fmt: skip
    return found
