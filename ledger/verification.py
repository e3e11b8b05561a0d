"""Verification: what must hold, checked again from the rows.

A check is a name and a query whose every row is a discrepancy; nothing is assumed from the way the rows were
written. The ledger's own checks are here; packages above add theirs and hand all of them to `verify`. Whatever is
neither sealed nor derivable here would be a place to tamper unseen, so every new table needs a check.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger import chart
from ledger.seals import ENTRY_DIGESTS, FIRST_LINK


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


def _chart_literal() -> str:
    """The chart as an SQL literal; a blank after each colon keeps SQLAlchemy from seeing parameters in it."""
    rows = [asdict(account) for account in chart.accounts().values()]
    return "'" + json.dumps(rows, ensure_ascii=False, separators=(", ", ": ")).replace("'", "''") + "'"


CHECKS: tuple[Check, ...] = (
    Check(
        "chart-installed",
        "the database's chart of accounts is the published one",
        f"""
        SELECT 'account ' || coalesce(ours.row ->> 'code', theirs.row ->> 'code') AS place,
            coalesce(ours.row::text, 'none') AS expected, coalesce(theirs.row::text, 'none') AS found
        FROM (SELECT row FROM jsonb_array_elements({_chart_literal()}) AS row) AS ours
        FULL JOIN (SELECT to_jsonb(account) AS row FROM account) AS theirs ON theirs.row -> 'id' = ours.row -> 'id'
        WHERE theirs.row IS DISTINCT FROM ours.row
        """,  # noqa: S608 - our own chart
    ),
    Check(
        "entries-balance",
        "every entry's legs are all there in order, sum to zero, and bear its book and date",
        """
        SELECT 'entry ' || coalesce(e.id, p.entry_id) AS place,
            'legs ' || coalesce(e.legs::text, 'none') || ', sum 0, same book and date' AS expected,
            'legs ' || count(p.line) || ', sum ' || coalesce(sum(p.amount), 0) AS found
        FROM entry e FULL JOIN posting p ON p.entry_id = e.id
        GROUP BY e.id, e.legs, e.book_id, e.effective_on, p.entry_id
        HAVING e.id IS NULL OR count(p.line) <> e.legs OR coalesce(sum(p.amount), 1) <> 0
            OR min(p.line) <> 0 OR max(p.line) <> e.legs - 1
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
        "every reversal is the exact mirror of its original, in the same book and not before it, for whole events",
        """
        SELECT 'entry ' || r.id AS place, 'mirror of entry ' || o.id AS expected, 'something else' AS found
        FROM entry r JOIN entry o ON o.id = r.reverses
        WHERE r.book_id <> o.book_id OR r.effective_on < o.effective_on OR EXISTS (
            SELECT line, account_id, subject, sum(amount) FROM posting WHERE entry_id IN (r.id, o.id)
            GROUP BY line, account_id, subject HAVING sum(amount) <> 0 OR count(*) <> 2)
        UNION ALL
        SELECT 'event ' || o.event_id, 'all entries reversed together', count(r.id) || ' of ' || count(*)
        FROM entry o LEFT JOIN entry r ON r.reverses = o.id
        WHERE o.event_id IN (SELECT event_id FROM entry WHERE id IN (SELECT reverses FROM entry))
        GROUP BY o.event_id HAVING count(r.id) <> count(*) OR count(DISTINCT r.event_id) <> 1
        """,
    ),
    Check(
        "sealed-entries",
        "every sealed entry still has the digest it was sealed with",
        f"""
        SELECT 'entry ' || s.entry_id || coalesce(' line ' || lines.changed, '') AS place,
            'sealed ' || encode(substr(s.digest, 1, 8), 'hex') AS expected,
            coalesce(encode(substr(fresh.digest, 1, 8), 'hex'), 'missing') AS found
        FROM entry_seal s LEFT JOIN seal USING (book_id, number)
        LEFT JOIN ({ENTRY_DIGESTS.format(which="true")}) AS fresh USING (entry_id)
        LEFT JOIN LATERAL (
            SELECT string_agg(line::text, ', ' ORDER BY line) AS changed
            FROM generate_series(0, greatest(length(s.marks), length(fresh.marks)) / 4 - 1) AS line
            WHERE substr(s.marks, line * 4 + 1, 4) <> substr(fresh.marks, line * 4 + 1, 4)
        ) AS lines ON true
        WHERE fresh.digest IS DISTINCT FROM s.digest OR fresh.book_id <> s.book_id OR fresh.month <> seal.month
            OR seal.month IS NULL
        """,  # noqa: S608 - put together from constants
    ),
    Check(
        "closed-months-sealed",
        "every entry of a locked or final month is sealed, and every locking of a month has its seal",
        """
        SELECT 'entry ' || e.id AS place, 'sealed' AS expected, 'not sealed' AS found
        FROM entry e JOIN period p ON p.book_id = e.book_id AND p.month = date_trunc('month', e.effective_on)::date
        LEFT JOIN entry_seal s ON s.entry_id = e.id WHERE p.state IN ('locked', 'final') AND s.entry_id IS NULL
        UNION ALL
        SELECT 'book ' || coalesce(c.book_id, s.book_id) || ' month ' || to_char(coalesce(c.month, s.month), 'YYYY-MM'),
            coalesce(c.locked, 0) || ' seals', coalesce(s.seals, 0) || ' seals'
        FROM (SELECT book_id, month, count(*) AS locked FROM period_change WHERE to_state = 'locked'
              GROUP BY book_id, month) AS c
        FULL JOIN (SELECT book_id, month, count(*) AS seals FROM seal GROUP BY book_id, month) AS s
            ON s.book_id = c.book_id AND s.month = c.month
        WHERE c.locked IS DISTINCT FROM s.seals
        """,
    ),
    Check(
        "seals-chain",
        "every seal covers its entries and the seal of its book before it, the first the organisation itself",
        f"""
        SELECT 'book ' || s.book_id || ' month ' || to_char(s.month, 'YYYY-MM') || ' seal ' || s.number AS place,
            s.entries || ' entries, seal ' || encode(substr(s.digest, 1, 8), 'hex') AS expected,
            covered.entries || ' entries, hash to ' || encode(substr(fresh.digest, 1, 8), 'hex') AS found
        FROM (
            SELECT seal.*, lag(number, 1, 0::bigint) OVER chain AS number_before,
                lag(digest, 1, {FIRST_LINK}) OVER chain AS digest_before
            FROM seal JOIN organisation o ON o.id = seal.book_id
            WINDOW chain AS (PARTITION BY book_id ORDER BY number)
        ) AS s CROSS JOIN LATERAL (
            SELECT count(*) AS entries,
                coalesce(string_agg(e.digest, ''::bytea ORDER BY e.entry_id), ''::bytea) AS digests
            FROM entry_seal e WHERE e.book_id = s.book_id AND e.number = s.number
        ) AS covered CROSS JOIN LATERAL (
            SELECT seal_digest(s.book_id, s.number, s.month, covered.entries, s.digest_before, covered.digests)
                AS digest
        ) AS fresh
        WHERE fresh.digest <> s.digest OR s.previous <> s.digest_before OR s.number <> s.number_before + 1
            OR s.entries <> covered.entries
        """,  # noqa: S608 - put together from constants
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
        "commands-answered",
        "every entry that names a command names a recorded one, and every command has its answer",
        """
        SELECT 'entry ' || e.id AS place, 'command ' || e.command_id AS expected, 'none' AS found
        FROM entry e LEFT JOIN command c ON c.id = e.command_id WHERE e.command_id IS NOT NULL AND c.id IS NULL
        UNION ALL
        SELECT 'command ' || id, 'an answer', 'none' FROM command WHERE result IS NULL
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
