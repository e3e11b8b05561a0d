"""What a facility owes, asked of the ledger.

The borrower's book carries the debt of a facility on three accounts: principal, interest payable, and what is owed
back to the budget. This module reads them, and the days on which the principal changed; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger import chart
from ledger.balances import balances
from lending import bookings

ACCOUNTS = ("facility-debt", "facility-interest-payable", "facility-interest-expense", "facility-return-payable")


@dataclass(frozen=True, slots=True)
class Debt:
    """Tiyn a facility owes: principal, accrued interest, and money owed back to the budget.

    ``interest_accrued`` is all interest posted so far; what was paid of it is the difference to ``interest``.
    """

    principal: int = 0
    interest: int = 0
    owed_back: int = 0
    interest_accrued: int = 0


def debts(session: Session, facility_ids: Collection[int], on: date = date.max) -> dict[int, Debt]:
    """Debts at the close of ``on``, by default with everything booked so far, whatever its date."""
    subjects = {bookings.facility(facility_id): facility_id for facility_id in facility_ids}
    found: dict[int, dict[str, int]] = {facility_id: {} for facility_id in facility_ids}
    for line in balances(session, effective_on=on, accounts=ACCOUNTS, subjects=list(subjects)):
        found[subjects[line.subject]][line.account] = line.tiyn
    return {
        facility_id: Debt(
            principal=-by_account.get("facility-debt", 0),
            interest=-by_account.get("facility-interest-payable", 0),
            owed_back=-by_account.get("facility-return-payable", 0),
            interest_accrued=by_account.get("facility-interest-expense", 0),
        )
        for facility_id, by_account in found.items()
    }


DAILY = text(
    """
    SELECT subject, effective_on, -sum(amount)::bigint AS amount FROM posting
    WHERE account_id = :account AND subject = ANY(:subjects)
    GROUP BY subject, effective_on ORDER BY subject, effective_on
    """
)


def principal_by_day(session: Session, facility_ids: Collection[int]) -> dict[int, list[tuple[date, int]]]:
    """Changes of the principal owed, tiyn by day, in order of days."""
    subjects = {bookings.facility(facility_id): facility_id for facility_id in facility_ids}
    values = {"account": chart.account("facility-debt").id, "subjects": list(subjects)}
    found: dict[int, list[tuple[date, int]]] = {facility_id: [] for facility_id in facility_ids}
    for row in session.execute(DAILY, values):
        found[subjects[row.subject]].append((row.effective_on, row.amount))
    return found


LAST = text(
    """
    SELECT subject, max(effective_on) AS effective_on FROM posting
    WHERE subject = ANY(:subjects) AND account_id = ANY(CAST(:accounts AS smallint[])) GROUP BY subject
    """
)


def last_movements(session: Session, facility_ids: Collection[int]) -> dict[int, date]:
    """Day of the last booking on each facility's debt, interest or return; those without one are left out."""
    subjects = {bookings.facility(facility_id): facility_id for facility_id in facility_ids}
    accounts = [chart.account(code).id for code in ACCOUNTS]
    rows = session.execute(LAST, {"subjects": list(subjects), "accounts": accounts})
    return {subjects[row.subject]: row.effective_on for row in rows}
