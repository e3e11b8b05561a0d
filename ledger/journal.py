"""The journal as text that hledger reads, so that a second implementation can add up our books.

An entry becomes a transaction with its number as code and its event and source as comment; an account is named
``book:account:subject``, so that balances of a book or an account are its parents' sums. Amounts are in tenge
with two decimals, debits positive. Entries come by date and number, so the same rows give the same bytes; rows
are streamed, so the length of a journal is no matter. References and codes (`ledger.entries`) hold nothing that
hledger would read as anything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import chart
from ledger.money import from_tiyn
from ledger.tables import EntryRow, OrganisationRow, PostingRow

HEADING = "decimal-mark .\ncommodity 1000.00 KZT\n"
#: Rows fetched at a time.
CHUNK = 5000


def journal(
    session: Session, *, books: Collection[int] | None = None, start: date | None = None, through: date | None = None
) -> Iterator[str]:
    """Pieces of the journal, a transaction each: to be written one after the other.

    ``None`` means every book, from the first day, to the last; ``start`` and ``through`` are included.
    """
    query = (
        select(
            EntryRow.id, EntryRow.event_id, EntryRow.kind, EntryRow.source, EntryRow.effective_on,
            EntryRow.reverses, OrganisationRow.code, PostingRow.account_id, PostingRow.subject, PostingRow.amount,
        )
        .join(PostingRow, PostingRow.entry_id == EntryRow.id)
        .join(OrganisationRow, OrganisationRow.id == EntryRow.book_id)
        .order_by(EntryRow.effective_on, EntryRow.id, PostingRow.line)
        .execution_options(stream_results=True, yield_per=CHUNK)
    )  # fmt: skip
    if books is not None:
        query = query.where(EntryRow.book_id.in_(books))
    if start is not None:
        query = query.where(EntryRow.effective_on >= start)
    if through is not None:
        query = query.where(EntryRow.effective_on <= through)
    yield HEADING
    for _, legs in groupby(session.execute(query), key=lambda row: row.id):
        yield _transaction(list(legs))


def account_name(book: str, account: str, subject: str) -> str:
    """What an account of a book is called in the journal."""
    return ":".join(filter(None, (book, account, subject)))


def _transaction(legs: list[Any]) -> str:
    entry = legs[0]
    reverses = f", reverses:{entry.reverses}" if entry.reverses else ""
    lines = [
        f"\n{entry.effective_on} ({entry.id}) {entry.kind}  ; event:{entry.event_id}, source:{entry.source}{reverses}"
    ]
    by_id = chart.accounts_by_id()
    for leg in legs:
        name = account_name(leg.code, by_id[leg.account_id].code, leg.subject)
        lines.append(f"    {name}  {from_tiyn(leg.amount).amount} KZT")
    return "\n".join(lines) + "\n"
