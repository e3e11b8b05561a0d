"""Seals and snapshots: what makes a closed month provable and a balance quick.

Sealing a month gives every entry in it a digest (SHA-256 of its canonical text and of its lines in order), keeps
four bytes of each line's own digest so that a changed line can be named, and chains the month's digest to the
month before. A snapshot keeps the closing balance of every account and subject. Both are derivable from entries
and postings, and `ledger.verification` derives them again. Canonical texts are defined in ``guards.sql``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session
from sqlalchemy.types import ARRAY, BigInteger

from ledger.periods import first_day

#: Digests of entries as they are now; ``{which}`` narrows the entries.
ENTRY_DIGESTS = """
    SELECT e.id AS entry_id, e.book_id, date_trunc('month', e.effective_on)::date AS month,
        sha256(convert_to(entry_text(e) || E'\\n' || string_agg(posting_text(p), E'\\n' ORDER BY p.line), 'UTF8'))
            AS digest,
        string_agg(substr(sha256(convert_to(posting_text(p), 'UTF8')), 1, 4), ''::bytea ORDER BY p.line) AS marks
    FROM entry e JOIN posting p ON p.entry_id = e.id
    WHERE {which} GROUP BY e.id
"""

SEAL_ENTRIES = (
    "INSERT INTO entry_seal (entry_id, book_id, month, digest, marks) SELECT entry_id, book_id, month, digest, marks"
    f" FROM ({ENTRY_DIGESTS}) AS fresh ORDER BY entry_id"
)
UNSEALED = """
    e.book_id = ANY(:books) AND e.effective_on >= :month AND e.effective_on < CAST(:month AS date) + interval '1 month'
    AND NOT EXISTS (SELECT FROM entry_seal s WHERE s.entry_id = e.id)
"""

#: Digest of a book's month from the seals of its entries and the seal of the month before.
MONTH_DIGESTS = """
    SELECT b.book_id, count(s.entry_id) AS entries, coalesce(before.digest, ''::bytea) AS previous,
        sha256(coalesce(before.digest, ''::bytea) || coalesce(string_agg(s.digest, ''::bytea ORDER BY s.entry_id),
               ''::bytea)) AS digest
    FROM unnest(:books) AS b (book_id)
    LEFT JOIN entry_seal s ON s.book_id = b.book_id AND s.month = :month
    LEFT JOIN LATERAL (SELECT digest FROM seal WHERE seal.book_id = b.book_id AND seal.month < :month
                       ORDER BY seal.month DESC, version DESC LIMIT 1) AS before ON true
    GROUP BY b.book_id, before.digest
"""

SEAL_MONTH = f"""
    INSERT INTO seal (book_id, month, version, entries, previous, digest)
    SELECT book_id, :month, 1 + (SELECT count(*) FROM seal WHERE seal.book_id = fresh.book_id AND seal.month = :month),
        entries, previous, digest
    FROM ({MONTH_DIGESTS}) AS fresh
"""

#: Balances at the end of a month from the snapshot before it and the month's postings.
MONTH_BALANCES = """
    SELECT book_id, account_id, subject, sum(amount)::bigint AS balance FROM (
        SELECT book_id, account_id, subject, balance AS amount FROM snapshot
        WHERE book_id = ANY(:books) AND month = CAST(:month AS date) - interval '1 month'
        UNION ALL
        SELECT book_id, account_id, subject, amount FROM posting
        WHERE book_id = ANY(:books) AND effective_on >= :month
          AND effective_on < CAST(:month AS date) + interval '1 month'
    ) AS moved GROUP BY book_id, account_id, subject HAVING sum(amount) <> 0
"""


def run(session: Session, statement: str, books: Collection[int], month: date) -> Any:
    """Execute one of the statements of this module for a set of books and a month."""
    prepared = text(statement).bindparams(bindparam("books", type_=ARRAY(BigInteger)))
    return session.execute(prepared, {"books": list(books), "month": first_day(month)})


def take_snapshot(session: Session, month: date, books: Collection[int]) -> int:
    """Keep the closing balances of ``month`` in each book; returns how many. Taken again after a reopening."""
    run(session, "DELETE FROM snapshot WHERE book_id = ANY(:books) AND month = :month", books, month)
    insert = f"INSERT INTO snapshot (book_id, month, account_id, subject, balance) " \
             f"SELECT book_id, :month, account_id, subject, balance FROM ({MONTH_BALANCES}) AS closing"  # noqa: S608 - constants only  # fmt: skip
    return int(run(session, insert, books, month).rowcount)


def seal(session: Session, month: date, books: Collection[int]) -> None:
    """Seal ``month`` of each book: its entries not sealed yet, then the month, chained to the month before."""
    run(session, SEAL_ENTRIES.format(which=UNSEALED), books, month)
    run(session, SEAL_MONTH, books, month)


def seals_of(session: Session, month: date) -> dict[int, str]:
    """Hex digest of the newest seal of ``month`` by book: what to keep outside the database as an anchor."""
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (book_id) book_id, encode(digest, 'hex') AS digest FROM seal"
            " WHERE month = :month ORDER BY book_id, version DESC"
        ),
        {"month": first_day(month)},
    )
    return {row.book_id: row.digest for row in rows}
