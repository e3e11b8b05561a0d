"""What of bank statements is verified from the rows: they add up, matches make up lines, nothing is matched twice.

The database's own constraints promise most of it; these look again, in case somebody went past them.
"""

from __future__ import annotations

from ledger.verification import Check

CHECKS: tuple[Check, ...] = (
    Check(
        "bank-statements-add-up",
        "opening balance, money in and money out of every bank statement make its closing balance, and its lines its "
        "turnovers",
        """
        SELECT 'bank statement ' || s.id AS place,
            'closing ' || s.closing || ', new in ' || s.money_in - s.known_in
                || ', new out ' || s.money_out - s.known_out AS expected,
            'closing ' || s.opening + s.money_in - s.money_out
                || ', new in ' || coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0)
                || ', new out ' || coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0) AS found
        FROM bank_statement s LEFT JOIN bank_line l ON l.statement_id = s.id
            AND l.organisation_id = s.organisation_id AND l.account = s.account
            AND l.moved_on BETWEEN s.first_on AND s.last_on
        GROUP BY s.id
        HAVING s.opening + s.money_in - s.money_out <> s.closing
            OR coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0) <> s.money_in - s.known_in
            OR coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0) <> s.money_out - s.known_out
        """,
    ),
    Check(
        "bank-matches-make-up-lines",
        "entries matched to a line of a bank statement are of its book and move exactly its money; what is set aside "
        "has none",
        """
        SELECT 'bank line ' || l.id AS place, 'entries of ' || CASE m.how WHEN 'aside' THEN 0 ELSE l.amount END
            AS expected, 'entries of ' || coalesce(sum(moved.amount), 0) AS found
        FROM bank_match m JOIN bank_line l ON l.id = m.line_id
        LEFT JOIN bank_match_entry part ON part.match_id = m.id
        LEFT JOIN LATERAL (
            SELECT sum(p.amount) AS amount FROM posting p
            WHERE p.entry_id = part.entry_id AND p.book_id = l.organisation_id AND p.account_id = ANY (bank_accounts())
        ) AS moved ON true
        GROUP BY l.id, m.id
        HAVING coalesce(sum(moved.amount), 0) <> CASE m.how WHEN 'aside' THEN 0 ELSE l.amount END
            OR bool_or(part.amount IS DISTINCT FROM moved.amount) OR (m.how = 'aside') <> (count(part.entry_id) = 0)
        """,
    ),
    Check(
        "bank-matched-once",
        "an entry has one standing match at most, a line one standing decision, and what fell says why",
        """
        SELECT 'entry ' || entry_id AS place, 'one standing match' AS expected, count(*)::text AS found
        FROM bank_match_entry WHERE standing GROUP BY entry_id HAVING count(*) > 1
        UNION ALL
        SELECT 'bank line ' || line_id, 'one standing decision', count(*)::text
        FROM bank_match WHERE standing GROUP BY line_id HAVING count(*) > 1
        UNION ALL
        SELECT 'bank match ' || m.id, CASE WHEN u.match_id IS NULL THEN 'standing' ELSE 'fallen' END,
            'match ' || m.standing || ', entry ' || coalesce(part.standing::text, 'none')
        FROM bank_match m LEFT JOIN bank_undoing u ON u.match_id = m.id
        LEFT JOIN bank_match_entry part ON part.match_id = m.id
        WHERE m.standing = (u.match_id IS NOT NULL) OR part.standing <> m.standing
        """,
    ),
)
