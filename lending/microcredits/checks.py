"""What must hold of microcredits, asked of the rows again: checks for `ledger.verification`.

The ledger, the rows of what happened, the lots and the schedules tell one story in four ways; each check compares two
of them, loan by loan, and trusts neither. Every query yields a row for each breach and nothing when all is well.
"""

from __future__ import annotations

from ledger.verification import Check
from lending.microcredits.penalties import caps


def _ledger(*codes: str) -> str:
    """Balance by subject of some accounts together, in tiyn."""
    names = ", ".join(f"'{code}'" for code in codes)
    return f"""
        SELECT p.subject, sum(p.amount) AS tiyn FROM posting p JOIN account a ON a.id = p.account_id
        WHERE a.code IN ({names}) GROUP BY p.subject
    """  # noqa: S608 - codes of our own chart


def _agree(name: str, tells: str, ledger: str, rows: str) -> Check:
    """A check that two queries of ``subject, tiyn`` agree for every subject."""
    return Check(
        name,
        tells,
        f"""
        SELECT coalesce(b.subject, r.subject) AS place, coalesce(r.tiyn, 0) || ' tiyn' AS expected,
            coalesce(b.tiyn, 0) || ' tiyn' AS found
        FROM ({ledger}) AS b FULL JOIN ({rows}) AS r USING (subject)
        WHERE coalesce(b.tiyn, 0) <> coalesce(r.tiyn, 0)
        """,  # noqa: S608 - both queries are written below
    )


OUTSTANDING = """
    SELECT 'loan:' || loan_id AS subject, sum(tiyn) AS tiyn FROM (
        SELECT loan_id, amount AS tiyn FROM disbursement UNION ALL SELECT loan_id, -principal FROM repayment
        UNION ALL SELECT loan_id, -principal FROM write_off
    ) AS moved GROUP BY loan_id
"""
OWED_TO_LOTS = """
    SELECT 'loan:' || loan_id AS subject, sum(tiyn) AS tiyn FROM (
        SELECT loan_id, amount AS tiyn FROM disbursement UNION ALL SELECT loan_id, -principal FROM repayment
        UNION ALL SELECT loan_id, -made_whole FROM write_off UNION ALL SELECT loan_id, -to_lots FROM loan_recovery
    ) AS moved GROUP BY loan_id
"""
INTEREST = """
    SELECT 'loan:' || loan_id AS subject, sum(tiyn) AS tiyn FROM (
        SELECT loan_id, accrued - interest AS tiyn FROM repayment UNION ALL SELECT loan_id, accrued FROM loan_month
        UNION ALL SELECT loan_id, accrued - interest FROM write_off
    ) AS moved GROUP BY loan_id
"""
PENALTY = """
    SELECT 'loan:' || loan_id AS subject, sum(tiyn) AS tiyn FROM (
        SELECT loan_id, penalty_accrued - penalty AS tiyn FROM repayment
        UNION ALL SELECT loan_id, penalty_accrued FROM loan_month
        UNION ALL SELECT loan_id, penalty_accrued - penalty FROM write_off
        UNION ALL SELECT loan_id, penalty_accrued - amount FROM penalty_waiver
    ) AS moved GROUP BY loan_id
"""
TO_RECOVER = """
    SELECT 'loan:' || loan_id AS subject, sum(tiyn) AS tiyn FROM (
        SELECT loan_id, principal + interest + penalty AS tiyn FROM write_off
        UNION ALL SELECT loan_id, -amount FROM loan_recovery
    ) AS moved GROUP BY loan_id
"""

CHECKS: tuple[Check, ...] = (
    _agree(
        "loan-principal",
        "the ledger's principal of every loan is what was paid out less what was repaid or written off",
        _ledger("loan-principal", "loan-principal-overdue"),
        OUTSTANDING,
    ),
    _agree(
        "loan-interest",
        "the ledger's interest of every loan is what was accrued less what was paid or written off",
        _ledger("loan-interest", "loan-interest-overdue"),
        INTEREST,
    ),
    _agree(
        "loan-overpayment",
        "the ledger holds for every borrower what the payments left over",
        _ledger("overpayment"),
        "SELECT 'loan:' || loan_id AS subject, -sum(overpayment) AS tiyn FROM repayment GROUP BY loan_id",
    ),
    _agree(
        "loan-penalty",
        "the ledger's penalty of every loan, fines aside, is what was charged less what was paid, forgiven or lost",
        _ledger("loan-penalty", "fine-income"),
        PENALTY,
    ),
    _agree(
        "loan-lots",
        "every loan owes the lots the principal that neither it nor, after a write-off, the lender has brought back",
        "SELECT 'loan:' || loan_id AS subject, -sum(amount) AS tiyn FROM lot_movement WHERE loan_id IS NOT NULL "
        "GROUP BY loan_id",
        OWED_TO_LOTS,
    ),
    _agree(
        "loans-written-off",
        "what is kept off balance of every loan is what was written off less what was recovered",
        _ledger("written-off"),
        TO_RECOVER,
    ),
    Check(
        "recoveries-within-losses",
        "no more is recovered of a loan than was written off, and no less than nothing",
        f"""
        SELECT place.subject AS place, 'at least 0' AS expected, place.tiyn || ' tiyn' AS found
        FROM ({TO_RECOVER}) AS place WHERE place.tiyn < 0
        """,  # noqa: S608 - the query is written above
    ),
    Check(
        "penalty-within-caps",
        "no year of a loan has cost more penalty than its share of the amount, and no contract charges above the caps",
        f"""
        SELECT 'loan ' || m.loan_id || ' ' || to_char(m.month, 'YYYY-MM') AS place,
            'at most ' || floor(l.amount * {caps().year_share}) AS expected, 'charged ' || m.penalty_in_year AS found
        FROM loan_month m JOIN loan l ON l.id = m.loan_id
        WHERE m.penalty_in_year > l.amount * {caps().year_share}
        UNION ALL
        SELECT 'loan ' || id, 'from 0 to {caps().share_first} and {caps().share_after} a day',
            penalty_rate || ' and ' || penalty_rate_after
        FROM loan WHERE penalty_rate NOT BETWEEN 0 AND {caps().share_first}
            OR penalty_rate_after NOT BETWEEN 0 AND {caps().share_after}
        """,  # noqa: S608 - numbers of our own file
    ),
    Check(
        "losses-undone",
        "an undoing of a write-off or a recovery is its opposite",
        """
        SELECT 'write-off ' || u.id AS place, 'the opposite of ' || w.id AS expected, 'something else' AS found
        FROM write_off u JOIN write_off w ON w.id = u.reverses
        WHERE (u.loan_id, -u.principal, -u.interest, -u.penalty, -u.accrued, -u.penalty_accrued, -u.provision,
               -u.made_whole)
            <> (w.loan_id, w.principal, w.interest, w.penalty, w.accrued, w.penalty_accrued, w.provision, w.made_whole)
        UNION ALL
        SELECT 'recovery ' || u.id, 'the opposite of ' || r.id, 'something else'
        FROM loan_recovery u JOIN loan_recovery r ON r.id = u.reverses
        WHERE (u.loan_id, -u.amount, -u.to_lots) <> (r.loan_id, r.amount, r.to_lots)
        """,
    ),
    Check(
        "schedules-decided",
        "every restructuring of a schedule has its decision, and every decision what it decided",
        """
        SELECT 'loan ' || coalesce(s.loan_id, d.loan_id) AS place, coalesce(d.decided, 0) || ' decided' AS expected,
            coalesce(s.made, 0) || ' made' AS found
        FROM (SELECT loan_id, count(*) AS made FROM loan_schedule WHERE reason = 'restructured' GROUP BY 1) AS s
        FULL JOIN (SELECT loan_id, count(*) AS decided FROM loan_decision WHERE kind = 'restructuring' GROUP BY 1) AS d
            USING (loan_id)
        WHERE coalesce(s.made, 0) <> coalesce(d.decided, 0)
        """,
    ),
    Check(
        "loan-receivables",
        "nothing receivable from a borrower, and nothing held for one, is negative",
        """
        SELECT p.subject || ' ' || a.code AS place, 'not negative' AS expected, sum(p.amount) || ' tiyn' AS found
        FROM posting p JOIN account a ON a.id = p.account_id
        WHERE a.code IN ('loan-principal', 'loan-principal-overdue', 'loan-interest', 'loan-interest-overdue',
            'loan-penalty', 'overpayment')
        GROUP BY p.subject, a.code HAVING sum(p.amount) * CASE a.code WHEN 'overpayment' THEN -1 ELSE 1 END < 0
        """,
    ),
    Check(
        "repayment-parts",
        "the parts of every payment make up what was received, and an undoing is its opposite",
        """
        SELECT 'repayment ' || id AS place, amount || ' tiyn' AS expected,
            principal + interest + penalty + overpayment || ' tiyn' AS found
        FROM repayment WHERE amount <> principal + interest + penalty + overpayment
        UNION ALL
        SELECT 'repayment ' || u.id, 'the opposite of ' || r.id, 'something else'
        FROM repayment u JOIN repayment r ON r.id = u.reverses
        WHERE u.loan_id <> r.loan_id OR (u.amount, u.principal, u.interest, u.penalty, u.overpayment, u.accrued)
            <> (-r.amount, -r.principal, -r.interest, -r.penalty, -r.overpayment, -r.accrued)
        """,
    ),
    Check(
        "loan-schedules",
        "the schedule in force accounts for all that was paid out, or was agreed where nothing was yet",
        """
        SELECT 'loan ' || l.id || ' version ' || s.version AS place, lent.tiyn || ' tiyn' AS expected,
            s.principal_before + (SELECT coalesce(sum(p), 0) FROM unnest(s.principal) p) || ' tiyn' AS found
        FROM loan l
        JOIN LATERAL (SELECT * FROM loan_schedule WHERE loan_id = l.id ORDER BY version DESC LIMIT 1) AS s ON true
        JOIN LATERAL (SELECT coalesce(sum(amount), l.amount) AS tiyn FROM disbursement WHERE loan_id = l.id) AS lent
            ON true
        WHERE s.principal_before + (SELECT coalesce(sum(p), 0) FROM unnest(s.principal) p) <> lent.tiyn
        UNION ALL
        SELECT 'loan ' || l.id, 'a signed schedule', 'none' FROM loan l
        WHERE NOT EXISTS (SELECT FROM loan_schedule WHERE loan_id = l.id AND version = 1)
        """,
    ),
    Check(
        "loan-status",
        "a contract without money is contracted, a repaid loan owes nothing, no loan is paid out beyond its sum",
        f"""
        SELECT 'loan ' || l.id AS place, 'a status that fits' AS expected,
            l.status || ', paid out ' || coalesce(out.tiyn, 0) || ', owes ' || coalesce(owed.tiyn, 0) AS found
        FROM loan l
        LEFT JOIN (SELECT loan_id, sum(amount) AS tiyn FROM disbursement GROUP BY loan_id) AS out ON out.loan_id = l.id
        LEFT JOIN ({OUTSTANDING}) AS owed ON owed.subject = 'loan:' || l.id
        WHERE (l.status = 'contracted') <> (out.tiyn IS NULL) OR coalesce(out.tiyn, 0) > l.amount
            OR (l.status IN ('repaid', 'written-off') AND owed.tiyn <> 0)
            OR (l.status = 'written-off') <> EXISTS (
                SELECT FROM write_off w WHERE w.loan_id = l.id AND w.reverses IS NULL
                    AND NOT EXISTS (SELECT FROM write_off u WHERE u.reverses = w.id))
        """,  # noqa: S608 - the query is written above
    ),
    Check(
        "loan-months",
        "every month-end position re-adds from the accruals, disbursements, repayments and write-offs up to it",
        """
        WITH position AS (
            SELECT DISTINCT ON (loan_id, month) *, (month + interval '1 month')::date AS next
            FROM loan_month ORDER BY loan_id, month, run_id DESC
        ), moved AS (
            SELECT loan_id, paid_on AS on_day, amount AS principal, 0 AS repaid, 0 AS interest, 0 AS accrued
            FROM disbursement
            UNION ALL
            SELECT loan_id, paid_on, -principal, principal, interest, accrued FROM repayment
            UNION ALL
            SELECT loan_id, written_off_on, -principal, principal, interest, accrued FROM write_off
            UNION ALL
            SELECT loan_id, month, 0, 0, 0, accrued FROM loan_month
        )
        SELECT 'loan ' || p.loan_id || ' ' || to_char(p.month, 'YYYY-MM') AS place,
            concat_ws(' ', sum(m.principal), sum(m.repaid), sum(m.interest), sum(m.accrued)) AS expected,
            concat_ws(' ', p.principal, p.principal_repaid, p.interest_repaid, p.accrued_total) AS found
        FROM position p JOIN moved m ON m.loan_id = p.loan_id AND m.on_day < p.next
        GROUP BY p.loan_id, p.month, p.principal, p.principal_repaid, p.interest_repaid, p.accrued_total
        HAVING (sum(m.principal), sum(m.repaid), sum(m.interest), sum(m.accrued))
            <> (p.principal, p.principal_repaid, p.interest_repaid, p.accrued_total)
        """,
    ),
)
