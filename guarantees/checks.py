"""What must hold of guarantees, checked again from rows and ledger: the checks this package adds to verification.

No guarantee above its cap, no commitment above its allocation, no claim paid twice, no risk above what was
guaranteed; and the ledger says what the rows say.
"""

from __future__ import annotations

from ledger import chart
from ledger.verification import Check


def _balances(code: str, prefix: str) -> str:
    """A subquery of balances of an account by the id in its subjects, debits positive."""
    return (
        f"(SELECT substr(subject, {len(prefix) + 2})::bigint AS id, sum(amount)::bigint AS tiyn FROM posting "  # noqa: S608
        f"WHERE account_id = {chart.account(code).id} GROUP BY subject)"
    )


#: Changes of guarantees summed up, with the contract and the latest sum.
GUARANTEES = """
    (SELECT g.*, t.commission, last.amount, last.share, last.kind AS state
     FROM guarantee g
     JOIN (SELECT guarantee_id, sum(commission)::bigint AS commission, max(id) AS last FROM guarantee_change
           GROUP BY guarantee_id) AS t ON t.guarantee_id = g.id
     JOIN guarantee_change last ON last.id = t.last)
"""

#: Allocations with what is agreed, absorbed and transferred.
ALLOCATIONS = f"""
    (SELECT a.id, a.number,
        (SELECT coalesce(sum(amount), 0)::bigint FROM allocation_change c WHERE c.allocation_id = a.id) AS amount,
        (SELECT coalesce(sum(commission), 0)::bigint FROM {GUARANTEES} AS g WHERE g.allocation_id = a.id) AS absorbed,
        (SELECT coalesce(sum(amount), 0)::bigint FROM commission_transfer t WHERE t.allocation_id = a.id)
            AS transferred
     FROM allocation a)
"""  # noqa: S608 - put together from constants

#: What was paid on claims and came back, by guarantee.
PAID = """
    (SELECT c.guarantee_id AS id, sum(CASE s.kind WHEN 'paid' THEN s.amount ELSE -s.amount END)::bigint AS paid
     FROM claim c JOIN claim_step s ON s.claim_id = c.id AND s.kind IN ('paid', 'undone') GROUP BY 1)
"""
RECOVERED = "(SELECT guarantee_id AS id, sum(guarantor_part)::bigint AS part FROM recovery GROUP BY 1)"

CHECKS: tuple[Check, ...] = (
    Check(
        "guarantees-within-caps",
        "no guarantee exceeds the cap of its borrower's class",
        f"""
        SELECT 'guarantee ' || g.number AS place, 'at most ' || g.share_max || ' of ' || l.amount AS expected,
            g.amount || ' tiyn' AS found
        FROM {GUARANTEES} AS g JOIN loan l ON l.id = g.loan_id
        WHERE g.share > g.share_max OR g.amount > floor(l.amount * g.share_max)
        """,  # noqa: S608
    ),
    Check(
        "loans-guaranteed-once",
        "no loan has two guarantees in force",
        f"""
        SELECT 'loan ' || loan_id AS place, '1 guarantee' AS expected, count(*)::text AS found
        FROM {GUARANTEES} AS g WHERE state NOT IN ('cancelled', 'released', 'expired')
        GROUP BY loan_id HAVING count(*) > 1
        """,  # noqa: S608
    ),
    Check(
        "commissions-within-allocations",
        "neither absorbed commissions nor transfers exceed their allocation",
        f"""
        SELECT 'allocation ' || number AS place, 'at most ' || amount || ' tiyn' AS expected,
            absorbed || ' absorbed, ' || transferred || ' transferred' AS found
        FROM {ALLOCATIONS} AS a WHERE absorbed > amount OR transferred > amount OR transferred < 0
        """,  # noqa: S608
    ),
    Check(
        "commissions-booked",
        "what is ahead and what is owed of each allocation are the ledger's",
        f"""
        SELECT 'allocation ' || a.number AS place,
            'ahead ' || greatest(a.transferred - a.absorbed, 0) || ', owed ' || greatest(a.absorbed - a.transferred, 0)
                AS expected,
            'ahead ' || coalesce(ahead.tiyn, 0) || ', owed ' || coalesce(-owed.tiyn, 0) AS found
        FROM {ALLOCATIONS} AS a
        LEFT JOIN {_balances("commission-advance", "allocation")} AS ahead ON ahead.id = a.id
        LEFT JOIN {_balances("commission-payable", "allocation")} AS owed ON owed.id = a.id
        WHERE coalesce(ahead.tiyn, 0) <> greatest(a.transferred - a.absorbed, 0)
            OR coalesce(-owed.tiyn, 0) <> greatest(a.absorbed - a.transferred, 0)
        """,  # noqa: S608
    ),
    Check(
        "commissions-of-guarantees",
        "the akimat's expense on a guarantee is what the guarantor has earned of it and what is deferred",
        f"""
        SELECT 'guarantee ' || g.number AS place, g.commission || ' tiyn' AS expected,
            coalesce(cost.tiyn, 0) || ' spent, ' || coalesce(-later.tiyn, 0) || ' deferred, '
                || coalesce(-income.tiyn, 0) || ' earned' AS found
        FROM {GUARANTEES} AS g
        LEFT JOIN {_balances("commission-expense", "guarantee")} AS cost ON cost.id = g.id
        LEFT JOIN {_balances("commission-deferred", "guarantee")} AS later ON later.id = g.id
        LEFT JOIN {_balances("commission-income", "guarantee")} AS income ON income.id = g.id
        WHERE coalesce(cost.tiyn, 0) <> g.commission
            OR coalesce(-later.tiyn, 0) - coalesce(income.tiyn, 0) <> g.commission
            OR coalesce(later.tiyn, 0) > 0 OR coalesce(income.tiyn, 0) > 0
        """,  # noqa: S608
    ),
    Check(
        "exposure-within-guarantees",
        "the risk of a guarantee is the same in both books, not negative, and within the guaranteed sum",
        f"""
        SELECT 'guarantee ' || g.number AS place,
            '0 to ' || g.amount - coalesce(paid.paid, 0) + coalesce(back.part, 0) AS expected,
            coalesce(-issued.tiyn, 0) || ' issued, ' || coalesce(received.tiyn, 0) || ' received' AS found
        FROM {GUARANTEES} AS g
        LEFT JOIN {_balances("guarantee-issued", "guarantee")} AS issued ON issued.id = g.id
        LEFT JOIN {_balances("guarantee-received", "guarantee")} AS received ON received.id = g.id
        LEFT JOIN {PAID} AS paid ON paid.id = g.id LEFT JOIN {RECOVERED} AS back ON back.id = g.id
        WHERE coalesce(issued.tiyn, 0) + coalesce(received.tiyn, 0) <> 0 OR coalesce(received.tiyn, 0) < 0
            OR coalesce(received.tiyn, 0) > g.amount - coalesce(paid.paid, 0) + coalesce(back.part, 0)
        """,  # noqa: S608
    ),
    Check(
        "claims-paid-once",
        "a claim is paid once, after two people approved that sum, and repays the loan by as much",
        """
        SELECT 'claim ' || c.number AS place, 'two approvals of ' || s.amount || ', repaid ' || s.amount AS expected,
            (SELECT count(DISTINCT made_by) FROM claim_step a
             WHERE a.claim_id = c.id AND a.kind = 'approved' AND a.amount = s.amount)
            || ' approvals, ' || count(*) OVER (PARTITION BY c.id) || ' payouts, repaid ' || repaid.amount AS found
        FROM claim c JOIN claim_step s ON s.claim_id = c.id AND s.kind = 'paid'
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount), 0)::bigint AS amount FROM repayment r WHERE r.id = ANY(s.repayments)
        ) AS repaid
        WHERE repaid.amount <> s.amount
            OR (SELECT count(*) FROM claim_step p WHERE p.claim_id = c.id AND p.kind = 'paid') > 1
            OR (SELECT count(DISTINCT made_by) FROM claim_step a
                WHERE a.claim_id = c.id AND a.kind = 'approved' AND a.amount = s.amount) < 2
        """,
    ),
    Check(
        "subrogated-debts",
        "what passed to a guarantor is what he paid less what he recovered, and is provided for in whole",
        f"""
        SELECT 'guarantee ' || g.number AS place,
            coalesce(paid.paid, 0) - coalesce(back.part, 0) || ' tiyn, provided for' AS expected,
            coalesce(debt.tiyn, 0) || ', provision ' || coalesce(kept.tiyn, 0) AS found
        FROM guarantee g LEFT JOIN {PAID} AS paid ON paid.id = g.id LEFT JOIN {RECOVERED} AS back ON back.id = g.id
        LEFT JOIN {_balances("subrogated-debt", "guarantee")} AS debt ON debt.id = g.id
        LEFT JOIN {_balances("subrogated-provision", "guarantee")} AS kept ON kept.id = g.id
        WHERE coalesce(debt.tiyn, 0) <> coalesce(paid.paid, 0) - coalesce(back.part, 0)
            OR coalesce(debt.tiyn, 0) + coalesce(kept.tiyn, 0) <> 0 OR coalesce(debt.tiyn, 0) < 0
        """,  # noqa: S608
    ),
    Check(
        "claims-booked",
        "an accepted claim is owed until it is paid or ended, and no longer",
        f"""
        SELECT 'claim ' || c.number AS place, owed.amount || ' tiyn' AS expected,
            coalesce(-booked.tiyn, 0) || ' payable, ' || coalesce(-proceeds.tiyn, 0) || ' awaited' AS found
        FROM claim c
        CROSS JOIN LATERAL (
            SELECT CASE WHEN bool_or(s.kind IN ('paid', 'refused', 'withdrawn')) THEN 0
                ELSE coalesce(max(s.amount) FILTER (WHERE s.kind = 'accepted'), 0) END AS amount
            FROM claim_step s WHERE s.claim_id = c.id
        ) AS owed
        LEFT JOIN {_balances("claim-payable", "claim")} AS booked ON booked.id = c.id
        LEFT JOIN {_balances("claim-proceeds", "claim")} AS proceeds ON proceeds.id = c.id
        WHERE coalesce(-booked.tiyn, 0) <> owed.amount OR coalesce(-proceeds.tiyn, 0) <> owed.amount
        """,  # noqa: S608
    ),
)
