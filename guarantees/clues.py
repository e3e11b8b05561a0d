"""What guarantors know of the money in their entries, added to what lending knows: guarantees, claims, allocations.

Payouts and recoveries are about a loan's guarantee, transfers about an allocation; lenders and akimats are found by the
entries of the same event in their books.
"""

from __future__ import annotations

from ledger.bank.movements import ClueQuery
from lending.bank import clues

RECOVERIES: ClueQuery = """
    SELECT event_id, 'reference' AS kind, bank_reference AS clue FROM recovery
    WHERE event_id = ANY(:events) AND bank_reference <> ''
"""

NUMBERS: ClueQuery = r"""
    SELECT e.event_id, 'number' AS kind, told.clue FROM entry e
    CROSS JOIN LATERAL (SELECT split_part(e.source, '\:', 1) AS what,
                               substring(e.source FROM '^[a-z]+\:([0-9]+)$')::bigint AS id) AS of
    CROSS JOIN LATERAL (
        SELECT number AS clue FROM allocation WHERE of.what = 'allocation' AND id = of.id
        UNION ALL SELECT number FROM guarantee WHERE of.what = 'guarantee' AND id = of.id
        UNION ALL SELECT number FROM claim WHERE of.what = 'claim' AND id = of.id
        UNION ALL SELECT g.number FROM claim c JOIN guarantee g ON g.id = c.guarantee_id
            WHERE of.what = 'claim' AND c.id = of.id
    ) AS told
    WHERE e.event_id = ANY(:events) AND e.book_id = :book
"""

CLUES: tuple[ClueQuery, ...] = (*clues.CLUES, RECOVERIES, NUMBERS)
