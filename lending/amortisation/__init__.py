"""Amortisation: schedules, accrual and effective rates, by pure arithmetic on integers.

One engine serves one loan and a million: a single schedule is a batch of one. It knows no database, clock or
environment; what a programme allows is judged in `lending.programmes`.
"""

from __future__ import annotations

from lending.amortisation.explanations import explain
from lending.amortisation.interchange import plan_to_json, terms_from_json
from lending.amortisation.plans import Instalment, Plan, Request, schedule, schedules
from lending.amortisation.terms import Flow, Opening, Terms, Tranche

__all__ = [
    "Flow",
    "Instalment",
    "Opening",
    "Plan",
    "Request",
    "Terms",
    "Tranche",
    "explain",
    "plan_to_json",
    "schedule",
    "schedules",
    "terms_from_json",
]
