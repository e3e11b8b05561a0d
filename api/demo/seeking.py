"""Contracts of the story's last days whose borrowers ask for a guarantee: what guarantors find on their desks.

They are signed and not paid out yet, since lenders wait for the guarantor. Each asks for the most that the class of its
borrower allows. The last of each guarantor is for a purpose that is lent for and not guaranteed, so that the rules can
be seen to refuse. They draw on a random source of their own, so that everything before them stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from api.demo.calibration import Calibration
from api.demo.guaranteeing import Asking, Pool
from api.demo.law import guaranteed_rate
from api.demo.portfolio import PlannedLoan, planned_loan
from ledger.identifiers import IdNumber
from ledger.money import tenge
from lending.microcredits.values import Borrower, Contract

#: What 746-GU-01 does not guarantee.
NOT_GUARANTEED = "develop-cooperative"
#: Days of December on which the contracts are signed.
SIGNED = range(10, 24)


def seekers(
    calibration: Calibration, pools: Collection[Pool], month: date, seed: int
) -> Iterator[tuple[PlannedLoan, Decimal]]:  # fmt: skip
    """Loans contracted in ``month`` where there are allocations, with the share of the guarantee each asks for."""
    random = Random(f"seekers {seed}")  # noqa: S311 - a story, not a secret
    for stream in sorted({stream for _, stream, _ in pools}):
        regions = sorted(region for _, of, region in pools if of == stream)
        for left in reversed(range(calibration.guarantees_waiting)):
            signed_on = month + timedelta(random.choice(SIGNED))
            plan = planned_loan(calibration, stream, random.choice(regions), month.year, signed_on, random)
            while plan.channel == "ffsa":  # its loans are not guaranteed
                plan = planned_loan(calibration, stream, plan.region, month.year, signed_on, random)
            yield plan if left else replace(plan, purpose=NOT_GUARANTEED), Asking.of(plan).share


def contract(plan: PlannedLoan, share: Decimal, number: str, lender_id: int, facility_id: int) -> Contract:
    """The contract of a planned loan that asks for a guarantee of ``share``."""
    return Contract(
        lender_id=lender_id, facility_id=facility_id, number=number, signed_on=plan.contract_date,
        borrower=Borrower(id_number=IdNumber(plan.borrower_id), kind="individual-entrepreneur", name=plan.borrower_name,
                          registered_on=plan.registered_on),
        disburse_on=plan.disbursed_on, amount=tenge(plan.amount), annual_rate=guaranteed_rate(),
        instalments=plan.instalments, every_months=plan.every_months,
        method="annuity" if plan.method == "annuity" else "equal-principal", principal_grace=plan.principal_grace,
        interest_grace=plan.interest_grace, purpose=plan.purpose, sector=plan.sector,
        territory_type=plan.territory_type, kato=plan.region, oked=plan.oked, start_up=plan.start_up,
        details={"guarantee_share": str(share), "jobs_promised": plan.jobs_promised},
    )  # fmt: skip
