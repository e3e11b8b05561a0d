"""What must hold of oversight, asked of the rows again: checks for `ledger.verification`.

No loan is proved to be used beyond what was paid out of it, and nothing is withdrawn that was not confirmed.
"""

from __future__ import annotations

from ledger.verification import Check

CHECKS: tuple[Check, ...] = (
    Check(
        "target-use-within-loan",
        "confirmations of a loan are between nothing and what was paid out",
        """
        SELECT 'loan ' || u.loan_id AS place, 'from 0 to ' || coalesce(d.tiyn, 0) || ' tiyn' AS expected,
            u.tiyn || ' tiyn' AS found
        FROM (SELECT loan_id, sum(amount) AS tiyn FROM target_use GROUP BY loan_id) AS u
        LEFT JOIN (SELECT loan_id, sum(amount) AS tiyn FROM disbursement GROUP BY loan_id) AS d USING (loan_id)
        WHERE u.tiyn NOT BETWEEN 0 AND coalesce(d.tiyn, 0)
        """,
    ),
)
