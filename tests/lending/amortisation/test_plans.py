"""Plans of single loans: methods, tranches, graces. Exactness is proven in `tests/properties`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ledger.money import tenge
from lending.amortisation import Instalment, Plan, Request, Terms, Tranche, schedule, schedules

ISSUED = date(2019, 3, 15)


def plan(**changes: Any) -> Plan:
    """A loan of 1 200 in four months, changed."""
    plain: dict[str, Any] = {"principal": tenge(1200), "annual_rate": Decimal("0.12"), "instalments": 4}
    return schedule(Terms(**(plain | {"disbursed_on": ISSUED} | changes)))


def test_a_line_in_money() -> None:
    """An instalment shows its number, date, days and five amounts."""
    assert plan(method="equal-principal").instalments[1] == Instalment(
        2, date(2019, 5, 15), 30, tenge("300.00"), tenge("9.00"), tenge("309.00"), tenge("600.00")
    )


def test_bullet_repays_at_the_end() -> None:
    """Interest as it falls due, principal with the last instalment."""
    assert plan(method="bullet").principal == (0, 0, 0, 120_000)


def test_custom_parts_are_kept() -> None:
    """The contract's parts are the principal of each instalment."""
    parts = (tenge(0), tenge(200), tenge(1000), tenge(0))
    assert plan(method="custom", custom_principal=parts).principal == (0, 20_000, 100_000, 0)


def test_a_fixed_sum_and_a_balloon() -> None:
    """A fixed sum after the grace, the rest at the end."""
    assert plan(method="custom", fixed_principal=tenge(100), principal_grace=1).principal == (
        0,
        10_000,
        10_000,
        100_000,
    )


def test_an_agreed_instalment_is_paid() -> None:
    """An agreed annuity payment is paid until nothing is left."""
    totals = [line.total for line in plan(fixed_instalment=tenge(500)).instalments]
    assert totals[:2] == [tenge(500), tenge(500)]
    assert totals[3] == tenge(0)


def test_a_tranche_earns_from_its_day() -> None:
    """Half the loan drawn half-way through a month earns half a month's interest in it."""
    tranches = (Tranche(ISSUED, tenge(600)), Tranche(date(2019, 3, 30), tenge(600)))
    drawn = plan(method="bullet", tranches=tranches)
    assert drawn.interest[:2] == (600 + 300, 1200)


def test_a_tranche_lifts_the_level() -> None:
    """Drawn after repayment began, a tranche is repaid over the instalments that are left."""
    tranches = (Tranche(ISSUED, tenge(600)), Tranche(date(2019, 4, 15), tenge(600)))
    drawn = plan(tranches=tranches, annual_rate=Decimal(0))
    assert drawn.principal == (15_000, 35_000, 35_000, 35_000)


def test_a_tranche_in_mid_period_keeps_the_level_even() -> None:
    """The level worked out for a tranche clears it with its part of a month: no residue beyond rounding."""
    tranches = (Tranche(ISSUED, tenge(600)), Tranche(date(2019, 5, 2), tenge(600)))
    totals = [line.total.amount for line in plan(tranches=tranches, instalments=24).instalments]
    assert len(set(totals[1:-1])) == 1
    assert abs(totals[-1] - totals[1]) < 1


def test_a_long_first_period_does_not_grow_the_balance() -> None:
    """Interest above the level is paid, and the principal waits."""
    late = plan(first_due_on=date(2022, 3, 15))
    assert late.principal[0] == 0
    assert max(late.balance) == 120_000


def test_capitalised_interest_is_told() -> None:
    """What joined the principal is the interest of the grace."""
    graced = plan(principal_grace=1, interest_grace=1, interest_grace_treatment="capitalise")
    assert (graced.capitalised, graced.balance[0]) == (1200, 121_200)


def test_order_is_kept() -> None:
    """Plans come back in the order asked, whatever shapes they have."""
    asked = [Request(plan(instalments=count).terms) for count in (4, 3, 4, 2)]
    assert [len(each.due_on) for each in schedules(asked)] == [4, 3, 4, 2]
    assert schedules([]) == []
