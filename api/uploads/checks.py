"""What `nesie verify` proves of registers: the file kept is the one that came, and what it told is recorded."""

from __future__ import annotations

from ledger.verification import Check

CHECKS: tuple[Check, ...] = (
    Check(
        "uploads-kept",
        "every uploaded file still has the length and the digest it came with",
        """
        SELECT 'upload ' || id AS place, size || ' bytes, ' || encode(substr(sha256, 1, 8), 'hex') AS expected,
            length(content) || ' bytes, ' || encode(substr(sha256(content), 1, 8), 'hex') AS found
        FROM upload WHERE sha256 <> sha256(content) OR size <> length(content)
        """,
    ),
    Check(
        "registers-as-uploaded",
        "an accepted register has the rows and the control sum that its file was judged to have",
        """
        SELECT 'register ' || r.id || ', upload ' || u.id AS place,
            (u.verdict ->> 'rows') || ' rows, ' || (u.verdict ->> 'amount') AS expected,
            r.rows || ' rows, ' || r.amount AS found
        FROM register r JOIN upload u USING (organisation_id, kind, sha256)
        WHERE u.verdict IS NULL OR (u.verdict ->> 'rows')::bigint <> r.rows
            OR (u.verdict ->> 'amount')::bigint <> r.amount
        """,
    ),
    Check(
        "registers-recorded",
        "every row of an accepted register was either added or recorded before, and what was added is there",
        """
        SELECT 'register ' || r.id AS place,
            r.rows || ' rows, ' || (r.told ->> 'added') || ' added' AS expected,
            (r.told ->> 'added')::bigint + (r.told ->> 'unchanged')::bigint || ' rows, '
                || coalesce(kept.rows::text, '?') || ' there' AS found
        FROM register r LEFT JOIN (
            SELECT register_id, 'repayments' AS kind, count(*) AS rows FROM repayment WHERE amount > 0 GROUP BY 1
            UNION ALL
            SELECT register_id, 'target-use', count(*) FROM target_use WHERE amount > 0 GROUP BY 1
        ) AS kept ON kept.register_id = r.id AND kept.kind = r.kind
        WHERE (r.told ->> 'added')::bigint + (r.told ->> 'unchanged')::bigint <> r.rows
            OR (r.kind IN ('repayments', 'target-use') AND coalesce(kept.rows, 0) <> (r.told ->> 'added')::bigint)
        """,
    ),
)
