"""What must hold of microcredits, asked of the rows again: checks for `ledger.verification`.

The ledger, the rows of what happened, the lots and the schedules tell one story in four ways; each check compares two
of them, loan by loan, and trusts neither. Every query yields a row for each breach and nothing when all is well.
"""

from __future__ import annotations

from ledger.verification import Check


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
    ) AS moved GROUP BY loan_id
"""
INTEREST = """
    SELECT 'loan:' || loan_id AS subject, sum(tiyn) AS tiyn FROM (
        SELECT loan_id, accrued - interest AS tiyn FROM repayment UNION ALL SELECT loan_id, accrued FROM loan_month
    ) AS moved GROUP BY loan_id
"""

CHECKS: tuple[Check, ...] = (
    _agree(
        "loan-principal",
        "the ledger's principal of every loan is what was paid out less what was repaid",
        _ledger("loan-principal", "loan-principal-overdue"),
        OUTSTANDING,
    ),
    _agree(
        "loan-interest",
        "the ledger's interest of every loan is what was accrued less what was paid",
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
        "loan-lots",
        "every loan owes the lots what it owes in principal",
        "SELECT 'loan:' || loan_id AS subject, -sum(amount) AS tiyn FROM lot_movement WHERE loan_id IS NOT NULL "
        "GROUP BY loan_id",
        OUTSTANDING,
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
            OR (l.status = 'repaid' AND owed.tiyn <> 0)
        """,  # noqa: S608 - the query is written above
    ),
    Check(
        "loan-months",
        "every month-end position re-adds from the accruals, disbursements and repayments up to it",
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
