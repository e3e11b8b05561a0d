"""What `nesie verify` proves of the audit: nothing sealed was changed, removed, put in or put elsewhere."""

from __future__ import annotations

from ledger.verification import Check

CHECKS: tuple[Check, ...] = (
    Check(
        "audit-unchanged",
        "every sealed event, command and change of a period still is what it was when it was sealed",
        """
        SELECT s.kind || ' ' || s.row_id AS place, 'sealed ' || encode(substr(s.digest, 1, 8), 'hex') AS expected,
            coalesce(encode(substr(fresh.digest, 1, 8), 'hex'), 'missing') AS found
        FROM audit_seal s LEFT JOIN (
            SELECT 'audit_event' AS kind, e.id AS row_id, audit_digest(e) AS digest FROM audit_event e
            UNION ALL SELECT 'command', c.id, audit_digest(c) FROM command c
            UNION ALL SELECT 'period_change', p.id, audit_digest(p) FROM period_change p
        ) AS fresh USING (kind, row_id)
        WHERE fresh.digest IS DISTINCT FROM s.digest
        """,
    ),
    Check(
        "audit-chain",
        "every link of the audit covers its row, its place and the link before it",
        """
        SELECT 'link ' || s.number || ', ' || s.kind || ' ' || s.row_id AS place,
            'number ' || s.number_before + 1 || ', ' || encode(substr(fresh.link, 1, 8), 'hex') AS expected,
            'number ' || s.number || ', ' || encode(substr(s.link, 1, 8), 'hex') AS found
        FROM (
            SELECT audit_seal.*, lag(number, 1, 0::bigint) OVER chain AS number_before,
                lag(link, 1, ''::bytea) OVER chain AS link_before
            FROM audit_seal WINDOW chain AS (ORDER BY number)
        ) AS s CROSS JOIN LATERAL (
            SELECT audit_link(s.number, s.kind, s.row_id, s.digest, s.link_before) AS link
        ) AS fresh
        WHERE fresh.link <> s.link OR s.number <> s.number_before + 1
        """,
    ),
    Check(
        "audit-sealed-in-time",
        "nothing without a seal is more than a day older than the newest seal: what an act writes is sealed by then",
        """
        SELECT fresh.kind || ' ' || fresh.row_id AS place, 'sealed within a day' AS expected,
            'recorded ' || to_char(fresh.recorded_at, 'YYYY-MM-DD HH24:MI') || ', no seal' AS found
        FROM audit_unsealed('-infinity') AS fresh
        WHERE fresh.recorded_at < (SELECT max(recorded_at) FROM audit_seal) - interval '1 day'
        """,
    ),
)
