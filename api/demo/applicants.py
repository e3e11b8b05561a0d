"""Applicants who ask for what the programme does not allow, and are refused by rule.

Pure: from a planned loan, that the programme would allow, to a filing that asks for one thing too much. Nothing is
left to chance, so the rest of the story stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from api.demo.law import loan_rate
from api.demo.portfolio import PlannedLoan
from lending.applications.values import Filing

#: One planned loan in this many has a neighbour who is refused.
ONE_IN = 25
#: What they ask for, one after another.
TOO_MUCH: tuple[dict[str, Any], ...] = (
    {"amount": "25000000.00"},
    {"annual_rate": str(loan_rate() + Decimal("0.015"))},
    {"months": 120},
    {"fees": [{"kind": "commission", "amount": "50000.00"}]},
    {"purpose": "consumer"},
    {"referral": False, "purpose": "open-microbusiness"},
    {"oked": "11.01"},
    {"principal_grace_months": 30, "months": 60},
)


def refused(plans: Sequence[PlannedLoan]) -> list[PlannedLoan]:
    """The plans whose neighbours apply too: every so many-th, by the order of the plans."""
    return [plan for place, plan in enumerate(plans) if place % ONE_IN == 0]


def filing(plan: PlannedLoan, facility_id: int, number: int) -> Filing:
    """An application like a planned loan but for one thing."""
    facts = {
        "borrower": {"id_number": plan.borrower_id, "kind": "individual-entrepreneur", "size": "micro",
                     "registered_on": str(plan.registered_on), "tax_registered": True},
        "territory": {"type": plan.territory_type, "kato": plan.region},
        "purpose": plan.purpose, "sector": plan.sector, "oked": plan.oked, "amount": f"{plan.amount}.00",
        "annual_rate": str(loan_rate()), "months": plan.instalments * plan.every_months,
        "every_months": plan.every_months, "method": plan.method, "day_count": "30/360",
        "principal_grace_months": 0, "interest_grace_months": 0,
        "fees": [], "job_clause": True, "jobs_promised": 2, "source": "fresh", "guarantee": False,
    }  # fmt: skip
    return Filing(
        facility_id=facility_id, number=f"З-{plan.year}-{number:05d}", channel="own", borrower_name=plan.borrower_name,
        applied_on=plan.contract_date, facts=facts | TOO_MUCH[number % len(TOO_MUCH)],
    )  # fmt: skip
