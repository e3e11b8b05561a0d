"""Positions of a loan the slow way: one loan, one day after another, interest in fractions.

Written from `docs/algorithms/positions.md`, sharing no code with `lending.microcredits.positions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.oracles.amortisation import nearest, year_fraction

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Version:
    """A schedule in force from ``valid_from``; dues are (date, principal, deferred interest).

    ``deferred_before`` is the interest put off from its first day to its first due date.
    """

    valid_from: date
    rate: Decimal
    principal_before: int
    dues: tuple[tuple[date, int, int], ...]
    deferred_before: int = 0


@dataclass(frozen=True)
class Life:
    """Everything that happened to a loan: versions in order, money out, and money back (date, principal, interest)."""

    day_count: str
    rounding: str
    versions: tuple[Version, ...]
    disbursed: tuple[tuple[date, int], ...]
    repaid: tuple[tuple[date, int, int], ...]


@dataclass(frozen=True)
class Position:
    """What the columns of `Positions` must say of the loan."""

    disbursed: int
    principal: int
    principal_repaid: int
    interest_repaid: int
    accrued_total: int
    accrued_at_due: int
    open_interest: Fraction
    principal_due: int
    principal_overdue: int
    interest_due: int
    interest_overdue: int
    days_past_due: int
    next_due_on: date | None


def position(life: Life, as_of: date, accrue_to: date) -> Position:
    """The position at the close of ``as_of`` with interest of the days before ``accrue_to``."""
    known = [version for version in life.versions if version.valid_from <= as_of]
    out = sum(amount for on, amount in life.disbursed if on <= as_of)
    back = [(principal, interest) for on, principal, interest in life.repaid if on <= as_of]
    principal_repaid, interest_repaid = (sum(parts) for parts in zip((0, 0), *back, strict=True))
    begun = min(on for on, _ in life.disbursed)
    accrued, at_due, open_interest = _interest(life, known, begun, accrue_to)
    principal_claims = {day: _principal_claim(known, day) for day in _days(begun, as_of + DAY)}
    interest_claims = {day: _interest_claim(known, at_due, day)[1] for day in _days(begun, as_of + DAY)}
    eve = as_of - DAY

    def unpaid(claims: dict[date, int], day: date, repaid: int) -> int:
        return max(0, min(claims.get(day, 0), claims[as_of]) - repaid)

    since = min(_unpaid_since(principal_claims, principal_repaid, as_of),
                _unpaid_since(interest_claims, interest_repaid, as_of))  # fmt: skip
    return Position(
        disbursed=out,
        principal=out - principal_repaid,
        principal_repaid=principal_repaid,
        interest_repaid=interest_repaid,
        accrued_total=accrued,
        accrued_at_due=_interest_claim(known, at_due, as_of)[0],
        open_interest=open_interest,
        principal_due=unpaid(principal_claims, as_of, principal_repaid),
        principal_overdue=unpaid(principal_claims, eve, principal_repaid),
        interest_due=unpaid(interest_claims, as_of, interest_repaid),
        interest_overdue=unpaid(interest_claims, eve, interest_repaid),
        days_past_due=(as_of - since).days,
        next_due_on=min((on for on, _, _ in known[-1].dues if on > as_of), default=None),
    )


def _days(start: date, stop: date) -> Iterator[date]:
    while start < stop:
        yield start
        start += DAY


def _in_force(known: list[Version], day: date) -> Version:
    """The last version that is valid by ``day``; before the first, the first."""
    return ([version for version in known if version.valid_from <= day] or known[:1])[-1]


def _interest(
    life: Life, known: list[Version], begun: date, accrue_to: date
) -> tuple[int, dict[date, tuple[int, int]], Fraction]:
    """Interest accrued in all; accrued and deferred at each due date; and exactly, of the open period."""
    balance, closed, period, started = 0, 0, Fraction(0), begun
    at_due: dict[date, tuple[int, int]] = {}
    for day in _days(begun, accrue_to):
        balance += sum(amount for on, amount in life.disbursed if on == day)
        balance -= sum(principal for on, principal, _ in life.repaid if on == day)
        part = year_fraction(life.day_count, started, day + DAY) - year_fraction(life.day_count, started, day)
        period += balance * Fraction(_in_force(known, day).rate) * part
        for on, _, deferred in _in_force(known, day).dues:
            if on == day + DAY:
                closed, period, started = closed + nearest(period, life.rounding), Fraction(0), on
                at_due[on] = (closed, deferred)
    return closed + nearest(period, life.rounding), at_due, period


def _principal_claim(known: list[Version], day: date) -> int:
    """Principal fallen due by ``day``, by the version in force on it."""
    version = _in_force(known, day)
    return version.principal_before + sum(principal for on, principal, _ in version.dues if on <= day)


def _interest_claim(known: list[Version], at_due: dict[date, tuple[int, int]], day: date) -> tuple[int, int]:
    """Interest accrued at the last due date up to ``day``, in all and without what is put off on the day.

    A version in force that has seen no due date of its own yet puts off what it began with.
    """
    last, (accrued, deferred) = max(((on, pair) for on, pair in at_due.items() if on <= day), default=(day, (0, 0)))
    version = _in_force(known, day)
    own = bool(at_due) and version.valid_from < last
    return accrued, accrued - (deferred if own else version.deferred_before)


def _unpaid_since(claims: dict[date, int], repaid: int, as_of: date) -> date:
    """The first day from which on every claim, that of ``as_of`` included, was above ``repaid``; else ``as_of``."""
    since = as_of + DAY
    while since - DAY in claims and claims[since - DAY] > repaid:
        since -= DAY
    return min(since, as_of)
