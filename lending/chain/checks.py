"""What must hold of the chain, checked again from the rows.

The ledger and the chain's own rows tell the same story twice; every check sets one against the other, or adds up
what must be conserved. The list is handed to `ledger.verification.verify` together with the ledger's.
"""

from __future__ import annotations

from ledger.verification import Check

CHECKS: tuple[Check, ...] = (
    Check(
        "lots-explained",
        "the movements of every lot add up to its money in the ledger",
        """
        SELECT coalesce('lot:' || m.lot_id, b.subject) AS place, 'ledger ' || coalesce(b.amount, 0) AS expected,
            'movements ' || coalesce(m.amount, 0) AS found
        FROM (SELECT lot_id, sum(amount) AS amount FROM lot_movement GROUP BY 1) AS m
        FULL JOIN (
            SELECT p.subject, sum(p.amount) AS amount FROM posting p
            JOIN account a ON a.id = p.account_id AND a.code = 'programme-cash' GROUP BY 1
        ) AS b ON b.subject = 'lot:' || m.lot_id
        WHERE coalesce(m.amount, 0) <> coalesce(b.amount, 0)
        """,
    ),
    Check(
        "lots-not-negative",
        "no lot holds less than nothing on any day",
        """
        SELECT 'lot ' || lot_id || ' on ' || moved_on AS place, 'at least 0' AS expected, balance::text AS found
        FROM (
            SELECT lot_id, moved_on, sum(sum(amount)) OVER (PARTITION BY lot_id ORDER BY moved_on) AS balance
            FROM lot_movement GROUP BY lot_id, moved_on
        ) AS daily WHERE balance < 0
        """,
    ),
    Check(
        "movements-of-events",
        "every movement of a lot is a posting of its event to that lot",
        """
        SELECT 'event ' || coalesce(m.event_id, p.event_id) || ' lot:' || coalesce(m.lot_id::text, '?') AS place,
            'posted ' || coalesce(p.amount, 0) AS expected, 'moved ' || coalesce(m.amount, 0) AS found
        FROM (SELECT event_id, lot_id, sum(amount) AS amount FROM lot_movement GROUP BY 1, 2) AS m
        FULL JOIN (
            SELECT e.event_id, p.subject, sum(p.amount) AS amount FROM posting p JOIN entry e ON e.id = p.entry_id
            JOIN account a ON a.id = p.account_id AND a.code = 'programme-cash' GROUP BY 1, 2
        ) AS p ON p.event_id = m.event_id AND p.subject = 'lot:' || m.lot_id
        WHERE coalesce(m.amount, 0) <> coalesce(p.amount, 0)
        """,
    ),
    Check(
        "child-has-what-parent-gave",
        "what a facility's lots received is what left the lots of its parent, lot by lot",
        """
        SELECT 'lot ' || coalesce(c.child, p.child) || ' from lot ' || coalesce(c.parent, p.parent) AS place,
            'given ' || coalesce(p.amount, 0) AS expected, 'received ' || coalesce(c.amount, 0) AS found
        FROM (SELECT lot_id AS child, other_lot_id AS parent, sum(amount) AS amount FROM lot_movement
              WHERE kind = 'received' AND other_lot_id IS NOT NULL GROUP BY 1, 2) AS c
        FULL JOIN (SELECT other_lot_id AS child, lot_id AS parent, -sum(amount) AS amount FROM lot_movement
                   WHERE kind = 'lent' AND other_lot_id IS NOT NULL GROUP BY 1, 2) AS p USING (child, parent)
        WHERE coalesce(c.amount, 0) <> coalesce(p.amount, 0)
        """,
    ),
    Check(
        "drawdowns-within-agreement",
        "no more is drawn under a facility than was agreed",
        """
        SELECT 'facility ' || f.number AS place, 'at most ' || f.amount AS expected, 'drawn ' || sum(m.amount) AS found
        FROM facility f JOIN lot l ON l.facility_id = f.id JOIN lot_movement m ON m.lot_id = l.id
        WHERE m.kind = 'received' GROUP BY f.id HAVING sum(m.amount) > f.amount
        """,
    ),
    Check(
        "lent-within-windows",
        "no money was lent after the last day it might be",
        """
        SELECT 'lot ' || m.lot_id || ' event ' || m.event_id AS place, 'by ' || l.usable_until AS expected,
            'on ' || m.moved_on AS found
        FROM lot_movement m JOIN lot l ON l.id = m.lot_id
        WHERE m.kind = 'lent' AND m.amount < 0 AND m.moved_on > l.usable_until
        """,
    ),
    Check(
        "schedules-plan-the-debt",
        "the last schedule of every facility plans all that was drawn",
        """
        SELECT 'facility ' || f.number AS place, 'drawn ' || drawn.amount AS expected,
            'planned ' || coalesce(plan.amount, 0) AS found
        FROM facility f
        JOIN LATERAL (
            SELECT coalesce(sum(m.amount), 0) AS amount FROM lot l JOIN lot_movement m ON m.lot_id = l.id
            WHERE l.facility_id = f.id AND m.kind = 'received'
        ) AS drawn ON true
        LEFT JOIN LATERAL (
            SELECT principal_before + coalesce((SELECT sum(part) FROM unnest(principal) AS part), 0) AS amount
            FROM facility_schedule s WHERE s.facility_id = f.id ORDER BY version DESC LIMIT 1
        ) AS plan ON true
        WHERE drawn.amount <> coalesce(plan.amount, 0)
        """,
    ),
    Check(
        "facility-debt-explained",
        "what a facility owes is what was drawn less what was paid and what became owed to the budget",
        """
        SELECT 'facility ' || f.number AS place, 'ledger ' || coalesce(-b.amount, 0) AS expected,
            'rows ' || told.amount AS found
        FROM facility f LEFT JOIN (
            SELECT p.subject, sum(p.amount) AS amount FROM posting p
            JOIN account a ON a.id = p.account_id AND a.code = 'facility-debt' GROUP BY 1
        ) AS b ON b.subject = 'facility:' || f.id
        JOIN LATERAL (
            SELECT (SELECT coalesce(sum(m.amount), 0) FROM lot l JOIN lot_movement m ON m.lot_id = l.id
                    WHERE l.facility_id = f.id AND m.kind = 'received')
                 - (SELECT coalesce(sum(p.principal), 0) FROM facility_payment p WHERE p.facility_id = f.id)
                 - (SELECT coalesce(sum(r.amount), 0) FROM budget_return r WHERE r.facility_id = f.id)
                 + (SELECT coalesce(sum(m.amount), 0) FROM lot l JOIN lot_movement m ON m.lot_id = l.id
                    WHERE l.facility_id = f.id AND m.kind = 'budget'
                      AND NOT EXISTS (SELECT FROM budget_return_payment q JOIN budget_return r
                                      ON r.id = q.budget_return_id
                                      WHERE q.event_id = m.event_id AND r.lot_id = m.lot_id)) AS amount
        ) AS told ON true
        WHERE coalesce(-b.amount, 0) <> told.amount
        """,
    ),
    Check(
        "returns-owed",
        "what the ledger says is owed back to the budget is what the returns and their payments say",
        """
        SELECT 'facility ' || f.number AS place, 'ledger ' || coalesce(-b.amount, 0) AS expected,
            'rows ' || told.amount AS found
        FROM facility f LEFT JOIN (
            SELECT p.subject, sum(p.amount) AS amount FROM posting p
            JOIN account a ON a.id = p.account_id AND a.code = 'facility-return-payable' GROUP BY 1
        ) AS b ON b.subject = 'facility:' || f.id
        JOIN LATERAL (
            SELECT coalesce(sum(r.amount - coalesce((SELECT sum(p.amount) FROM budget_return_payment p
                                                     WHERE p.budget_return_id = r.id), 0)), 0) AS amount
            FROM budget_return r WHERE r.facility_id = f.id
        ) AS told ON true
        WHERE coalesce(-b.amount, 0) <> told.amount
        """,
    ),
    Check(
        "facility-months-add-up",
        "the interest of every facility's month is what its accruals and payments have posted by then",
        """
        SELECT replace(subject, ':', ' ') || ' ' || to_char(day, 'YYYY-MM') AS place,
            'accrued ' || accrued AS expected, 'posted ' || posted AS found
        FROM (
            SELECT subject, day, accrued, sum(amount) OVER (
                PARTITION BY subject ORDER BY day, accrued IS NOT NULL ROWS UNBOUNDED PRECEDING
            ) AS posted
            FROM (
                SELECT p.subject, p.effective_on AS day, p.amount, NULL::bigint AS accrued
                FROM posting p JOIN account a ON a.id = p.account_id AND a.code = 'facility-interest-expense'
                UNION ALL
                SELECT 'facility:' || facility_id, (month + interval '1 month' - interval '1 day')::date, 0,
                    accrued_total
                FROM facility_month
            ) AS steps
        ) AS told
        WHERE accrued <> posted
        """,
    ),
)
