"""What reports of oversight say of a loan beside its figures: whose it is, where, under which contract.

One reading for all of them, in the order they are printed: by region, lender, day of the first payment and loan.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import columns
from reports.report import Cell, Row
from reports.scope import LOANS, Scope


class WatchedLoan(NamedTuple):
    """A loan paid out by the day of the report; ``amount`` is what was paid out, in tiyn."""

    loan_id: int
    lender_id: int
    region_code: str
    contract_number: str
    contract_date: date
    borrower: str
    id_number: str
    issued_on: date
    amount: int


#: The columns that `told` fills.
COLUMNS = (
    columns.LENDER, columns.NUMBER, columns.BORROWER, columns.ID_NUMBER, columns.CONTRACT_NUMBER,
    columns.CONTRACT_DATE, columns.ISSUED_ON,
)  # fmt: skip

READ = text(f"""
    WITH {LOANS}
    SELECT loans.id, loans.lender_id, coalesce(loans.region_code, '') AS region_code, loans.contract_number,
        loans.contract_date, b.name, b.id_number, paid.issued_on, paid.amount
    FROM loans JOIN borrower b ON b.id = loans.borrower_id JOIN (
        SELECT loan_id, min(paid_on) AS issued_on, sum(amount)::bigint AS amount FROM disbursement
        WHERE paid_on <= :end GROUP BY loan_id
    ) AS paid ON paid.loan_id = loans.id
    WHERE CAST(:chosen AS bigint[]) IS NULL OR loans.id = ANY(:chosen)
    ORDER BY region_code, loans.lender_id, paid.issued_on, loans.id
""")  # noqa: S608 - put together from constants


def watched_loans(session: Session, scope: Scope, chosen: Collection[int] | None = None) -> dict[int, WatchedLoan]:
    """The loans in sight that were paid out by the day of the report, by id; all of them, or the ``chosen`` ones."""
    values = {**scope.values, "end": scope.on, "chosen": None if chosen is None else list(chosen)}
    return {row[0]: WatchedLoan(*row) for row in session.execute(READ, values)}


def told(number: int, loan: WatchedLoan, scope: Scope) -> Row:
    """The cells of `COLUMNS` for the ``number``-th loan of a section."""
    cells: tuple[Cell, ...] = (
        scope.name(loan.lender_id), number, loan.borrower, loan.id_number, loan.contract_number, loan.contract_date,
        loan.issued_on,
    )  # fmt: skip
    return cells
