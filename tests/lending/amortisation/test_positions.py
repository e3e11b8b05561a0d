"""Where a loan stands between due dates: principal, open interest, interest put off. All of it exact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ledger.money import tenge
from lending.amortisation import Plan, Terms, Tranche, schedule
from lending.amortisation.positions import Position, position

ISSUED = date(2019, 3, 15)


def plan(**changes: Any) -> Plan:
    """A loan of 1 200 at 12 % in four equal parts, changed."""
    plain: dict[str, Any] = {"principal": tenge(1200), "annual_rate": Decimal("0.12"), "instalments": 4}
    return schedule(Terms(**(plain | {"disbursed_on": ISSUED, "method": "equal-principal"} | changes)))


def test_inside_a_period() -> None:
    """Ten days of May: one instalment paid, a third of a month earned."""
    assert position(plan(), date(2019, 4, 25)) == Position(1, 90_000, date(2019, 4, 15), Fraction(300), 0)


def test_on_a_due_date() -> None:
    """The instalment of the day is paid, and the new period has earned nothing."""
    assert position(plan(), date(2019, 5, 15)) == Position(2, 60_000, date(2019, 5, 15), Fraction(0), 0)


def test_interest_put_off() -> None:
    """Two months of interest wait, less the parts already paid."""
    graced = plan(interest_grace=2, principal_grace=2)
    assert [position(graced, on).deferred for on in (date(2019, 5, 15), date(2019, 6, 15))] == [2400, 1200]


def test_interest_made_principal() -> None:
    """Capitalised interest is principal and no longer put off."""
    graced = plan(interest_grace=2, principal_grace=2, interest_grace_treatment="capitalise")
    at = position(graced, date(2019, 5, 15))
    assert (at.principal, at.deferred) == (122_400, 0)


def test_a_tranche_counts_from_its_day() -> None:
    """Drawn today, a tranche is owed today and has earned nothing yet."""
    tranches = (Tranche(ISSUED, tenge(600)), Tranche(date(2019, 3, 30), tenge(600)))
    at = position(plan(tranches=tranches), date(2019, 3, 30))
    assert (at.principal, at.accrued) == (120_000, Fraction(300))
