"""What lending knows of the money in its entries: references of the bank, numbers of contracts, who borrowed.

Each is a query of clues (`ledger.bank.movements.ClueQuery`); packages above add theirs.
"""

from __future__ import annotations

from ledger.bank.movements import ClueQuery

REFERENCES: ClueQuery = """
    SELECT event_id, 'reference' AS kind, bank_reference AS clue FROM repayment
    WHERE event_id = ANY(:events) AND bank_reference <> ''
    UNION ALL
    SELECT event_id, 'reference', bank_reference FROM loan_recovery
    WHERE event_id = ANY(:events) AND bank_reference <> ''
"""

#: Of a loan: its contract and its borrower. What is no number of a loan gives NULL and is of none.
LOANS: ClueQuery = r"""
    SELECT e.event_id, told.kind, told.clue FROM entry e
    JOIN loan l ON l.id = substring(e.source FROM '^loan\:([0-9]+)$')::bigint
    JOIN borrower b ON b.id = l.borrower_id
    CROSS JOIN LATERAL (VALUES ('number', l.contract_number), ('party', b.id_number)) AS told (kind, clue)
    WHERE e.event_id = ANY(:events) AND e.book_id = :book
"""

FACILITIES: ClueQuery = r"""
    SELECT e.event_id, 'number' AS kind, f.number AS clue FROM entry e
    JOIN facility f ON f.id = substring(e.source FROM '^facility\:([0-9]+)$')::bigint
    WHERE e.event_id = ANY(:events) AND e.book_id = :book
"""

CLUES: tuple[ClueQuery, ...] = (REFERENCES, LOANS, FACILITIES)
