"""What must hold of oversight, asked of the rows again: checks for `ledger.verification`.

No loan is proved to be used beyond what was paid out of it, nobody is counted in two jobs, what was demanded is in
the books and in the schedule, and nobody closed a violation alone.
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
    Check(
        "explanations-in-order",
        "no explanation came before it was asked for",
        """
        SELECT 'request ' || r.id AS place, 'not before ' || r.asked_on AS expected, e.answered_on::text AS found
        FROM explanation_request r JOIN explanation e ON e.request_id = r.id WHERE e.answered_on < r.asked_on
        """,
    ),
    Check(
        "violations-within-loan",
        "no violation concerns more than was paid out of its loan",
        """
        SELECT 'violation ' || v.id AS place, 'up to ' || coalesce(d.tiyn, 0) || ' tiyn' AS expected,
            v.amount || ' tiyn' AS found
        FROM violation v
        LEFT JOIN (SELECT loan_id, sum(amount) AS tiyn FROM disbursement GROUP BY loan_id) AS d USING (loan_id)
        WHERE v.amount > coalesce(d.tiyn, 0)
        """,
    ),
    Check(
        "violations-closed-by-two",
        "a violation is closed after it was found, as one person proposed and another decided",
        """
        SELECT 'violation ' || c.violation_id AS place, 'two people, after it was found' AS expected,
            coalesce(p.proposed_by, 'nobody') || ' and ' || c.closed_by || ' on ' || c.closed_on AS found
        FROM violation_closing c
        LEFT JOIN violation_proposal p ON p.id = c.proposal_id AND p.violation_id = c.violation_id
        LEFT JOIN violation v ON v.id = c.violation_id
        WHERE p.id IS NULL OR v.id IS NULL OR folded_name(p.proposed_by) = folded_name(c.closed_by)
            OR c.closed_on < p.proposed_on OR p.proposed_on < v.found_on
        """,
    ),
    Check(
        "demands-booked",
        "every fine demanded is the one in the books, and was agreed before the violation",
        """
        SELECT 'demand for violation ' || m.violation_id AS place, m.fine || ' tiyn on ' || m.made_on AS expected,
            coalesce(sum(p.amount), 0) || ' tiyn on ' || coalesce(min(p.effective_on)::text, 'no day') AS found
        FROM demand m JOIN violation v ON v.id = m.violation_id
        LEFT JOIN (
            SELECT e.event_id, p.subject, p.amount, p.effective_on FROM entry e JOIN posting p ON p.entry_id = e.id
            JOIN account a ON a.id = p.account_id WHERE a.code = 'loan-penalty'
        ) AS p ON p.event_id = m.event_id AND p.subject = 'loan:' || v.loan_id AND p.effective_on = m.made_on
        GROUP BY m.violation_id, m.fine, m.made_on HAVING coalesce(sum(p.amount), 0) <> m.fine
        UNION ALL
        SELECT 'demand for violation ' || m.violation_id, 'a fine agreed by ' || v.found_on, 'none was agreed'
        FROM demand m JOIN violation v ON v.id = m.violation_id
        WHERE m.fine > 0 AND NOT EXISTS (
            SELECT FROM breach_terms t WHERE t.loan_id = v.loan_id AND t.agreed_on <= v.found_on
        )
        """,
    ),
    Check(
        "demands-scheduled",
        "what a demand called in falls due by its day",
        """
        SELECT 'demand for violation ' || m.violation_id AS place, 'due by ' || m.pay_by AS expected,
            'due until ' || s.due_on[cardinality(s.due_on)] AS found
        FROM demand m JOIN violation v ON v.id = m.violation_id
        JOIN LATERAL (
            SELECT * FROM loan_schedule WHERE loan_id = v.loan_id AND valid_from <= m.made_on
            ORDER BY version DESC LIMIT 1
        ) AS s ON true
        WHERE m.standing AND m.principal > 0 AND s.due_on[cardinality(s.due_on)] > m.pay_by
        """,
    ),
    Check(
        "demands-withdrawn-by-two",
        "a demand stands unless two people withdrew it; then its fine is mirrored, and nothing of it is scheduled",
        """
        SELECT 'demand ' || m.id AS place, 'withdrawn ' || (w.demand_id IS NOT NULL) AS expected,
            'standing ' || m.standing AS found
        FROM demand m LEFT JOIN demand_withdrawal w ON w.demand_id = m.id
        WHERE m.standing = (w.demand_id IS NOT NULL)
        UNION ALL
        SELECT 'demand ' || m.id, m.fine || ' tiyn taken back from ' || m.made_on || ' by two people',
            coalesce(-sum(p.amount), 0) || ' tiyn on ' || w.withdrawn_on || ' by ' || w.decided_by || ' and '
                || w.confirmed_by
        FROM demand m JOIN demand_withdrawal w ON w.demand_id = m.id JOIN violation v ON v.id = m.violation_id
        LEFT JOIN (
            SELECT e.event_id, p.subject, p.amount FROM entry e JOIN posting p ON p.entry_id = e.id
            JOIN account a ON a.id = p.account_id WHERE a.code = 'loan-penalty'
        ) AS p ON p.event_id = w.event_id AND p.subject = 'loan:' || v.loan_id
        GROUP BY m.id, w.demand_id
        HAVING coalesce(-sum(p.amount), 0) <> m.fine OR w.withdrawn_on < m.made_on
            OR folded_name(w.decided_by) = folded_name(w.confirmed_by)
        UNION ALL
        SELECT 'loan ' || v.loan_id, 'the schedule before the demand', 'called in for ' || max(m.pay_by)
        FROM demand m JOIN violation v ON v.id = m.violation_id
        JOIN LATERAL (
            SELECT reason FROM loan_schedule WHERE loan_id = v.loan_id ORDER BY version DESC LIMIT 1
        ) AS s ON s.reason = 'demanded'
        GROUP BY v.loan_id HAVING NOT bool_or(m.standing AND m.principal > 0)
        """,
    ),
    Check(
        "jobs-held-by-one",
        "no job is held by two people at a time, and nobody holds two jobs of a borrower",
        """
        WITH held AS (
            SELECT c.*, l.borrower_id, daterange(c.starts_on, e.last_day, '[]') AS during
            FROM job_contract c JOIN loan l ON l.id = c.loan_id LEFT JOIN job_contract_end e ON e.contract_id = c.id
        )
        SELECT 'labour contract ' || o.id AS place, 'a free job and person' AS expected,
            'held with labour contract ' || h.id AS found
        FROM held h JOIN held o ON o.borrower_id = h.borrower_id AND o.id > h.id AND o.during && h.during
        WHERE (o.loan_id, o.job) = (h.loan_id, h.job) OR o.iin = h.iin
        """,
    ),
    Check(
        "jobs-after-receipt",
        "labour contracts that prove jobs were concluded once the loan was received, and ended after they started",
        """
        SELECT 'labour contract ' || c.id AS place, 'from ' || coalesce(d.received_on::text, 'receipt') AS expected,
            concat_ws(' to ', c.concluded_on, e.last_day) AS found
        FROM job_contract c LEFT JOIN job_contract_end e ON e.contract_id = c.id
        LEFT JOIN (SELECT loan_id, min(paid_on) AS received_on FROM disbursement GROUP BY loan_id) AS d USING (loan_id)
        WHERE d.received_on IS NULL OR c.concluded_on < d.received_on OR e.last_day < c.starts_on
        """,
    ),
    Check(
        "job-evidence-told-once",
        "every paper beside a labour contract was seen after the contract began, contributions once a month",
        """
        SELECT 'evidence ' || e.id AS place, 'the first of a month from ' || c.concluded_on AS expected,
            e.month::text AS found
        FROM job_evidence e JOIN job_contract c ON c.id = e.contract_id
        WHERE e.month <> date_trunc('month', e.month) OR e.month < date_trunc('month', c.concluded_on)
        """,
    ),
    Check(
        "changes-of-use-after-contract",
        "no use of land or housing changed before the contract that promised it",
        """
        SELECT 'loan ' || u.loan_id AS place, 'from ' || l.contract_date AS expected, u.changed_on::text AS found
        FROM change_of_use u JOIN loan l ON l.id = u.loan_id WHERE u.changed_on < l.contract_date
        """,
    ),
)
