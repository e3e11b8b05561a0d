"""Where a loan that runs to its plan stands on a date: what is owed, and what the open period has earned.

Events start from here and explanations take their numbers from here. Interest is an exact fraction of tiyn
until it is rounded at the end of its period. Payments that came late or early are the ledger's matter.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ledger.money import round_ratio, to_tiyn
from lending.amortisation.day_counts import YEAR, numerators
from lending.amortisation.months import day_numbers
from lending.amortisation.plans import Plan


@dataclass(frozen=True)
class Position:
    """A loan at the start of a day, with every instalment whose interest period has ended paid.

    ``paid``: how many instalments those are; ``principal``: tiyn outstanding; ``period_started_on`` and
    ``accrued``: the open period and its exact interest so far, in tiyn; ``deferred``: whole tiyn of interest
    of closed periods put off by a grace.
    """

    paid: int
    principal: int
    period_started_on: date
    accrued: Fraction
    deferred: int


def position(plan: Plan, on: date) -> Position:
    """The position at the start of ``on``, from the disbursement to the end of the last period.

    Interest covers the days before ``on``; a tranche drawn on that day is already owed.
    """
    paid = bisect_right(plan.accrues_to, on)
    earned = sum(earned_interest(plan, k) for k in range(paid))
    capitalised = plan.capitalised if paid >= plan.terms.interest_grace else 0
    principal = opening_balance(plan, paid) + sum(
        to_tiyn(draw.amount) for draw in plan.draws[1:] if period_start(plan, paid) <= draw.on <= on
    )
    return Position(
        paid=paid,
        principal=principal,
        period_started_on=period_start(plan, paid),
        accrued=exact_interest(plan, paid, on) if paid < len(plan.accrues_to) else Fraction(0),
        deferred=plan.opening.deferred + earned - sum(plan.interest[:paid]) - capitalised,
    )


def period_start(plan: Plan, k: int) -> date:
    """First day of interest period ``k`` (from 0)."""
    return plan.accrues_to[k - 1] if k else plan.opening.period_started_on


def opening_balance(plan: Plan, k: int) -> int:
    """Tiyn owed when period ``k`` (from 0) opens, before tranches drawn in it."""
    return plan.balance[k - 1] if k else to_tiyn(plan.draws[0].amount)


def exact_interest(plan: Plan, k: int, until: date) -> Fraction:
    """Exact tiyn earned in period ``k`` (from 0) before ``until``, a day of that period or its end."""
    start = period_start(plan, k)
    opened = start if k else plan.terms.disbursed_on
    amounts = [(opened, opening_balance(plan, k))]
    amounts += [(draw.on, to_tiyn(draw.amount)) for draw in plan.draws[1:] if start <= draw.on < until]
    rate = Fraction(plan.terms.annual_rate)
    earned = sum((amount * rate * fraction(plan, start, since, until) for since, amount in amounts), Fraction(0))
    return earned if k else plan.opening.accrued + earned


def fraction(plan: Plan, start: date, since: date, until: date) -> Fraction:
    """Part of a year from ``since`` to ``until`` within a period begun on ``start``."""
    day_count = plan.terms.day_count
    ends = day_numbers([since, until])
    counted = numerators(day_count, day_numbers([start, start]), ends)
    return Fraction(int(counted[1] - counted[0]), YEAR[day_count])


def earned_interest(plan: Plan, k: int) -> int:
    """Whole tiyn earned in the closed period ``k`` (from 0), rounded by the plan's rule."""
    exact = exact_interest(plan, k, plan.accrues_to[k])
    return round_ratio(exact.numerator, exact.denominator, plan.terms.rounding)
