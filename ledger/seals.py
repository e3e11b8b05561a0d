"""Seals and snapshots: what makes a closed month provable and a balance quick.

Sealing a month gives every entry in it a digest (SHA-256 of its canonical text and of its lines in order), keeps
four bytes of each line's own digest so that a changed line can be named, and chains the month's digest to the
book's seal before it, the first one to the organisation's own row. A month reopened and locked again gets a
further seal over the entries added since, so no seal is ever replaced and one kept outside the database (an
anchor) stays in the chain for good. A snapshot keeps the closing balance of every account and subject. Seals and
snapshots are derivable, and `ledger.verification` derives them again. Canonical texts are in ``guards.sql``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session
from sqlalchemy.types import ARRAY, BigInteger, Date

from ledger.periods import change_state, first_day

#: Digests of entries as they are now; ``{which}`` narrows the entries.
ENTRY_DIGESTS = """
    SELECT e.id AS entry_id, e.book_id, date_trunc('month', e.effective_on)::date AS month,
        sha256(convert_to(entry_text(e) || E'\\n' || string_agg(posting_text(p), E'\\n' ORDER BY p.line), 'UTF8'))
            AS digest,
        string_agg(substr(sha256(convert_to(posting_text(p), 'UTF8')), 1, 4), ''::bytea ORDER BY p.line) AS marks
    FROM entry e JOIN posting p ON p.entry_id = e.id
    WHERE {which} GROUP BY e.id
"""

UNSEALED = """
    e.book_id = ANY(:books) AND e.effective_on >= :month AND e.effective_on < CAST(:month AS date) + interval '1 month'
    AND NOT EXISTS (SELECT FROM entry_seal s WHERE s.entry_id = e.id)
"""

#: What the first seal of a book is chained to, ``o`` being its organisation.
FIRST_LINK = "sha256(convert_to(organisation_text(o), 'UTF8'))"

SEAL = f"""
    WITH due AS (
        SELECT o.id AS book_id, 1 + coalesce(newest.number, 0) AS number,
            coalesce(newest.digest, {FIRST_LINK}) AS previous
        FROM organisation o LEFT JOIN LATERAL (
            SELECT number, digest FROM seal WHERE book_id = o.id ORDER BY number DESC LIMIT 1) AS newest ON true
        WHERE o.id = ANY(:books)
    ), sealed AS (
        INSERT INTO entry_seal (entry_id, book_id, number, digest, marks)
        SELECT entry_id, book_id, number, digest, marks
        FROM ({ENTRY_DIGESTS.format(which=UNSEALED)}) AS fresh JOIN due USING (book_id) ORDER BY entry_id
        RETURNING entry_id, book_id, digest
    ), digests AS (
        SELECT book_id, count(*) AS entries, string_agg(digest, ''::bytea ORDER BY entry_id) AS joined
        FROM sealed GROUP BY book_id
    )
    INSERT INTO seal (book_id, number, month, entries, previous, digest)
    SELECT book_id, number, :month, coalesce(entries, 0), previous,
        seal_digest(book_id, number, :month, coalesce(entries, 0), previous, coalesce(joined, ''::bytea))
    FROM due LEFT JOIN digests USING (book_id)
"""  # noqa: S608 - put together from constants

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


#: In the order of the key: its index then grows at one end, which takes half the time.
TAKE_SNAPSHOT = f"""
    INSERT INTO snapshot (book_id, month, account_id, subject, balance)
    SELECT book_id, :month, account_id, subject, balance FROM ({MONTH_BALANCES}) AS closing
    ORDER BY book_id, account_id, subject
"""  # noqa: S608 - put together from constants


def run(session: Session, statement: str, books: Collection[int], month: date) -> Any:
    """Execute one of the statements of this module for a set of books and a month."""
    prepared = text(statement).bindparams(bindparam("books", type_=ARRAY(BigInteger)), bindparam("month", type_=Date))
    return session.execute(prepared, {"books": list(books), "month": first_day(month)})


def lock_month(
    session: Session, month: date, books: Collection[int], *, made_by: str, reason: str = ""
) -> None:  # fmt: skip
    """Lock ``month`` of each book, then take its snapshot and seal it: the only order that misses nothing.

    Taking the lock waits for every transaction that is still booking into the month; what they booked is in the
    snapshot and the seal, which are read afterwards.

    Raises:
        PeriodOrder: one of the months is not closing; nothing is changed.
    """
    change_state(session, month, books, "locked", made_by=made_by, reason=reason)
    take_snapshot(session, month, books)
    seal(session, month, books)


def take_snapshot(session: Session, month: date, books: Collection[int]) -> int:
    """Keep the closing balances of ``month`` in each book; returns how many. Taken again after a reopening."""
    run(session, "DELETE FROM snapshot WHERE book_id = ANY(:books) AND month = :month", books, month)
    return int(run(session, TAKE_SNAPSHOT, books, month).rowcount)


def seal(session: Session, month: date, books: Collection[int]) -> None:
    """Seal ``month`` of each book: its entries not sealed yet, chained to the book's seal before."""
    run(session, SEAL, books, month)


def seals_of(session: Session, month: date) -> dict[int, str]:
    """Hex digest of the newest seal of ``month`` by book: what to keep outside the database as an anchor."""
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (book_id) book_id, encode(digest, 'hex') AS digest FROM seal"
            " WHERE month = :month ORDER BY book_id, number DESC"
        ),
        {"month": first_day(month)},
    )
    return {row.book_id: row.digest for row in rows}


def missing_anchors(session: Session, anchors: Collection[str]) -> list[str]:
    """Those of the hex digests kept outside that are no seals here: a book was rewritten, or a backup is older."""
    rows = session.execute(
        text(
            "SELECT anchor FROM unnest(CAST(:anchors AS text[])) AS kept (anchor)"
            " WHERE NOT EXISTS (SELECT FROM seal WHERE encode(digest, 'hex') = anchor) ORDER BY anchor"
        ),
        {"anchors": list(anchors)},
    )
    return [row.anchor for row in rows]
