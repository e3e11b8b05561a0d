"""What the demo's lenders write down: rows of their registers, and what they decide to relend.

Pure: plans and holdings in, rows by register field out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from api.demo.borrowers import Borrower
from api.demo.calibration import Calibration, Stream
from api.demo.law import loan_rate
from api.demo.portfolio import PlannedLoan, planned_loan
from api.demo.registers_written import Cell

#: One agreement in this many leaves returned money lying, until its window ends.
SLEEPY = 5


@dataclass(frozen=True, slots=True)
class Holding:
    """Money that came back under one agreement and may be lent again, in whole tenge."""

    facility_number: str
    lender: str
    region: str
    stream: Stream
    matures_on: date
    tenge: int


def issued_row(plan: PlannedLoan, facility_number: str, contract_number: str) -> dict[str, Cell]:
    """A row of the register of issued loans."""
    return {
        "facility_number": facility_number,
        "contract_number": contract_number,
        "contract_date": plan.contract_date,
        "disbursed_on": plan.disbursed_on,
        "amount": Decimal(plan.amount).quantize(Decimal("0.01")),
        "annual_rate": f"{(loan_rate() * 100).normalize():f}%",
        "months": plan.instalments * plan.every_months,
        "every_months": str(plan.every_months),
        "method": plan.method,
        "principal_grace_months": plan.principal_grace * plan.every_months,
        "interest_grace_months": plan.interest_grace * plan.every_months,
        "borrower_id": plan.borrower_id,
        "borrower_name": plan.borrower_name,
        "borrower_kind": "individual-entrepreneur",
        "registered_on": plan.registered_on,
        "start_up": "yes" if plan.start_up else "no",
        "purpose": plan.purpose,
        "sector": plan.sector,
        "territory": plan.territory_type,
        "kato": plan.region,
        "oked": plan.oked,
        "jobs_promised": plan.jobs_promised,
    }


def repayment_row(borrower: Borrower, paid_on: date, tiyn: int) -> dict[str, Cell]:
    """A row of the register of repayments."""
    return {
        "contract_number": borrower.contract_number,
        "paid_on": paid_on,
        "amount": Decimal(tiyn).scaleb(-2),
        "bank_reference": f"{borrower.loan_id}/{borrower.paid}",
    }


def target_use_row(borrower: Borrower, confirmed_on: date, tiyn: int) -> dict[str, Cell]:
    """A row of the register of target-use confirmations."""
    return {
        "contract_number": borrower.contract_number,
        "confirmed_on": confirmed_on,
        "amount": Decimal(tiyn).scaleb(-2),
        "document_kind": "invoice",
        "document_number": f"СФ-{borrower.loan_id}",
        "document_on": confirmed_on - timedelta(days=3),
    }


def lateness(facility_id: int) -> timedelta:
    """How late money owed back to the budget is paid: one agreement in `SLEEPY` needs ten months."""
    return timedelta(days=0 if facility_id % SLEEPY else 300)


def relent(
    calibration: Calibration, holdings: Iterable[Holding], month: date, random: Random
) -> Iterator[tuple[PlannedLoan, Holding]]:
    """Loans made again out of money that came back, as long as a holding suffices for one more."""
    for holding in holdings:
        if sum(map(ord, holding.facility_number)) % SLEEPY == 0:
            continue
        left = holding.tenge
        while True:
            day = month + timedelta(days=random.randrange(12, 22))
            plan = planned_loan(calibration, holding.stream, holding.region, month.year, day, random)
            ends_on = plan.disbursed_on + timedelta(days=31 * plan.instalments * plan.every_months)
            if plan.amount > left or ends_on > holding.matures_on:
                break
            left -= plan.amount
            yield plan, holding
