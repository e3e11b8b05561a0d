"""Verification: what must hold, checked again from the rows.

A check is a name and a query whose every row is a discrepancy; nothing is assumed from the way the rows were
written. The ledger's own checks are here; packages above add theirs and hand all of them to `verify`. Whatever is
neither sealed nor derivable here would be a place to tamper unseen, so every new table needs a check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.seals import ENTRY_DIGESTS


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that does not hold: which check, where, what was expected and what was found."""

    check: str
    where: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Check:
    """A named invariant. ``query`` yields ``place``, ``expected`` and ``found`` for each breach of it."""

    name: str
    tells: str
    query: str


CHECKS: tuple[Check, ...] = (
    Check(
        "entries-balance",
        "every entry's legs are all there, sum to zero, and bear its book and date",
        """
        SELECT 'entry ' || coalesce(e.id, p.entry_id) AS place,
            'legs ' || coalesce(e.legs::text, 'none') || ', sum 0, same book and date' AS expected,
            'legs ' || count(p.line) || ', sum ' || coalesce(sum(p.amount), 0) AS found
        FROM entry e FULL JOIN posting p ON p.entry_id = e.id
        GROUP BY e.id, e.legs, e.book_id, e.effective_on, p.entry_id
        HAVING e.id IS NULL OR count(p.line) <> e.legs OR coalesce(sum(p.amount), 1) <> 0
            OR min(p.book_id) <> e.book_id OR max(p.book_id) <> e.book_id
            OR min(p.effective_on) <> e.effective_on OR max(p.effective_on) <> e.effective_on
        """,
    ),
    Check(
        "accounts-fit-kinds",
        "no book carries an account that its kind of organisation does not keep",
        """
        SELECT 'book ' || o.code AS place, 'an account of ' || o.kind AS expected, coalesce(a.code, 'unknown') AS found
        FROM (SELECT DISTINCT book_id, account_id FROM posting) AS used
        LEFT JOIN account a ON a.id = used.account_id LEFT JOIN organisation o ON o.id = used.book_id
        WHERE a.id IS NULL OR o.id IS NULL OR NOT (a.kinds @> '["*"]' OR a.kinds @> to_jsonb(o.kind))
        """,
    ),
    Check(
        "mirrored-books",
        "what one organisation has to receive is what the other has to pay, subject by subject",
        """
        SELECT one.code || ' ' || p.subject AS place, 'the opposite of ' || two.code AS expected,
            'difference ' || sum(p.amount) AS found
        FROM account one JOIN account two ON two.code = one.mirror AND one.type = 'asset'
        JOIN posting p ON p.account_id IN (one.id, two.id)
        GROUP BY one.code, two.code, p.subject HAVING sum(p.amount) <> 0
        """,
    ),
    Check(
        "reversals-mirror",
        "every reversal is the exact mirror of its original, in the same book",
        """
        SELECT 'entry ' || r.id AS place, 'mirror of entry ' || o.id AS expected, 'something else' AS found
        FROM entry r JOIN entry o ON o.id = r.reverses
        WHERE r.book_id <> o.book_id OR EXISTS (
            SELECT line, account_id, subject, sum(amount) FROM posting WHERE entry_id IN (r.id, o.id)
            GROUP BY line, account_id, subject HAVING sum(amount) <> 0 OR count(*) <> 2)
        """,
    ),
    Check(
        "sealed-entries",
        "every sealed entry still has the digest it was sealed with",
        f"""
        SELECT 'entry ' || s.entry_id || coalesce(' line ' || lines.changed, '') AS place,
            'sealed ' || encode(substr(s.digest, 1, 8), 'hex') AS expected,
            coalesce(encode(substr(fresh.digest, 1, 8), 'hex'), 'missing') AS found
        FROM entry_seal s
        LEFT JOIN ({ENTRY_DIGESTS.format(which="true")}) AS fresh USING (entry_id)
        LEFT JOIN LATERAL (
            SELECT string_agg(line::text, ', ' ORDER BY line) AS changed
            FROM generate_series(0, greatest(length(s.marks), length(fresh.marks)) / 4 - 1) AS line
            WHERE substr(s.marks, line * 4 + 1, 4) <> substr(fresh.marks, line * 4 + 1, 4)
        ) AS lines ON true
        WHERE fresh.digest IS DISTINCT FROM s.digest OR fresh.book_id <> s.book_id OR fresh.month <> s.month
        """,
    ),
    Check(
        "closed-months-sealed",
        "every entry of a locked or final month is sealed, and every such month has a seal",
        """
        SELECT 'entry ' || e.id AS place, 'sealed' AS expected, 'not sealed' AS found
        FROM entry e JOIN period p ON p.book_id = e.book_id AND p.month = date_trunc('month', e.effective_on)::date
        LEFT JOIN entry_seal s ON s.entry_id = e.id WHERE p.state IN ('locked', 'final') AND s.entry_id IS NULL
        UNION ALL
        SELECT 'book ' || p.book_id || ' month ' || to_char(p.month, 'YYYY-MM'), 'a seal', 'none'
        FROM period p LEFT JOIN seal s USING (book_id, month)
        WHERE p.state IN ('locked', 'final') AND s.book_id IS NULL
        """,
    ),
    Check(
        "seals-chain",
        "every month's seal covers its entries and the seal of the month before",
        """
        WITH newest AS (
            SELECT DISTINCT ON (book_id, month) * FROM seal ORDER BY book_id, month, version DESC
        ), chained AS (
            SELECT *, coalesce(lag(digest) OVER (PARTITION BY book_id ORDER BY month), ''::bytea) AS before FROM newest
        )
        SELECT 'book ' || c.book_id || ' month ' || to_char(c.month, 'YYYY-MM') AS place,
            'seal ' || encode(substr(c.digest, 1, 8), 'hex') AS expected,
            'entries hash to ' || encode(substr(fresh.digest, 1, 8), 'hex') AS found
        FROM chained c CROSS JOIN LATERAL (
            SELECT count(*) AS entries,
                sha256(c.previous || coalesce(string_agg(s.digest, ''::bytea ORDER BY s.entry_id), ''::bytea)) AS digest
            FROM entry_seal s WHERE s.book_id = c.book_id AND s.month = c.month
        ) AS fresh
        WHERE fresh.digest <> c.digest OR c.previous <> c.before OR fresh.entries <> c.entries
        """,
    ),
    Check(
        "snapshots-derive",
        "every snapshot of a closed month is the one before plus the month's postings",
        """
        SELECT 'snapshot of book ' || moved.book_id || ' ' || to_char(moved.month, 'YYYY-MM') || ' account '
                || moved.account_id || ' ' || moved.subject AS place,
            'before + postings' AS expected, 'differs by ' || -sum(moved.amount) AS found
        FROM (
            SELECT book_id, month, account_id, subject, -balance AS amount FROM snapshot
            UNION ALL
            SELECT book_id, (month + interval '1 month')::date, account_id, subject, balance FROM snapshot
            UNION ALL
            SELECT book_id, date_trunc('month', effective_on)::date, account_id, subject, amount FROM posting
        ) AS moved
        JOIN period p USING (book_id, month) WHERE p.state IN ('locked', 'final')
        GROUP BY moved.book_id, moved.month, moved.account_id, moved.subject HAVING sum(moved.amount) <> 0
        """,
    ),
    Check(
        "periods-told",
        "the state of every month is where its recorded changes left it",
        """
        SELECT 'book ' || p.book_id || ' month ' || to_char(p.month, 'YYYY-MM') AS place,
            coalesce(told.to_state, 'open') AS expected, p.state AS found
        FROM period p LEFT JOIN LATERAL (
            SELECT to_state FROM period_change c WHERE c.book_id = p.book_id AND c.month = p.month
            ORDER BY id DESC LIMIT 1
        ) AS told ON true
        WHERE p.state <> coalesce(told.to_state, 'open')
        """,
    ),
)


def verify(session: Session, checks: Sequence[Check] = CHECKS) -> Iterator[tuple[Check, list[Discrepancy]]]:
    """Run every check and yield it with its discrepancies, none when it holds."""
    for check in checks:
        rows: Any = session.execute(text(check.query))
        yield check, [Discrepancy(check.name, row.place, row.expected, row.found) for row in rows]
