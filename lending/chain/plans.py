"""What an agreement of the chain plans to repay: its grid of due dates, its terms, and whether it keeps ahead.

Pure. Due dates lie on one grid from the day of signing to maturity. The texts fix no pattern of principal below the
budget credit (reading A-24), so it is free, with one bound: of money passed on, no smaller part may have fallen due
below than above, or a lender would owe what its own borrower does not owe yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from ledger.money import from_tiyn
from lending.amortisation import Terms, schedule
from lending.programmes.months import add_months

#: Days that principal below may fall due after the same part of it above: the due dates of two links seldom agree.
BUFFER_DAYS = 31


class Agreement(Protocol):
    """The facts of a facility that its plan follows from, whether it is recorded or about to be."""

    @property
    def signed_on(self) -> date:
        """Where the grid of due dates begins."""

    @property
    def amount(self) -> int:
        """Agreed sum, tiyn."""

    @property
    def annual_rate(self) -> Decimal:
        """Fraction a year."""

    @property
    def months(self) -> int:
        """Term."""

    @property
    def every_months(self) -> int:
        """Months between due dates."""

    @property
    def principal_grace_months(self) -> int:
        """Months from the signing without principal."""

    @property
    def repayment(self) -> Mapping[str, Any]:
        """Method, day count, rounding and fixed instalment (tiyn, or None)."""


@dataclass(frozen=True, slots=True)
class Lag:
    """The first day by which a larger share of the principal is due above than below; shares as fractions."""

    on: date
    above: Decimal
    below: Decimal


def due_after(of: Agreement, on: date) -> list[date]:
    """Due dates of the grid after a day, to maturity."""
    steps = range(of.every_months, of.months + 1, of.every_months)
    return [day for step in steps if (day := add_months(of.signed_on, step)) > on]


def terms(of: Agreement, tiyn: int, on: date, due: Sequence[date]) -> Terms:
    """Terms to plan ``tiyn`` by, owed from a day and to be repaid on the dates ``due`` of the grid."""
    fixed = of.repayment["fixed_principal"]
    return Terms(
        principal=from_tiyn(tiyn),
        annual_rate=of.annual_rate,
        disbursed_on=on,
        first_due_on=due[0],
        due_day=of.signed_on.day,
        instalments=len(due),
        every_months=of.every_months,
        method=of.repayment["method"],
        day_count=of.repayment["day_count"],
        rounding=of.repayment["rounding"],
        principal_grace=sum(day <= add_months(of.signed_on, of.principal_grace_months) for day in due),
        fixed_principal=None if fixed is None else from_tiyn(fixed),
    )


def instalments(of: Agreement) -> list[tuple[date, int]]:
    """Principal by due date, in tiyn, as if the whole agreed sum were drawn on the day of signing."""
    plan = schedule(terms(of, of.amount, of.signed_on, due_after(of, of.signed_on)))
    return list(zip(plan.due_on, plan.principal, strict=True))


def lag(
    below: Iterable[tuple[date, int]], above: Iterable[tuple[date, int]], since: date, days: int = BUFFER_DAYS
) -> Lag | None:
    """Where principal ``below`` falls due later than the same share of what is due ``above`` after ``since`` (A-24).

    ``since`` is the day the money goes down: what was due above by then was paid from other money. Both are
    principal by due date; below may be ``days`` late, that day included, and a tiyn an instalment is rounding. None:
    nowhere.
    """
    lower, upper = sorted(below), sorted((day, tiyn) for day, tiyn in above if day > since)
    whole, left = sum(tiyn for _, tiyn in lower), sum(tiyn for _, tiyn in upper)
    owed = 0
    for number, (day, tiyn) in enumerate(upper, start=1):
        owed += tiyn
        fallen = [part for at, part in lower if at <= day + timedelta(days=days)]
        due = sum(fallen)
        if (due + len(fallen)) * left < (owed - number) * whole:
            return Lag(day, _share(owed, left), _share(due, whole))
    return None


def _share(part: int, whole: int) -> Decimal:
    """A part for telling: a fraction with four decimals."""
    return round(Decimal(part) / Decimal(whole), 4)
