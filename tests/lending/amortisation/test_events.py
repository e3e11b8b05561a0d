"""What events leave of a plan. Worked schedules are on `docs/algorithms/prepayment-and-rescheduling.md`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.money import tenge
from lending.amortisation import Plan, Terms, Tranche, schedule
from lending.amortisation.events import Drawdown, Event, Prepayment, RateChange, Rescheduling, apply, versions
from lending.amortisation.refusals import BadTerms, EventOutOfPlace

ISSUED = date(2019, 1, 31)
DUE = date(2019, 3, 31)


def plan(**changes: Any) -> Plan:
    """A loan of 1 200 at 12 % in six months, changed."""
    plain: dict[str, Any] = {"principal": tenge(1200), "annual_rate": Decimal("0.12"), "instalments": 6}
    return schedule(Terms(**(plain | {"disbursed_on": ISSUED} | changes)))


EQUAL: dict[str, Any] = {"method": "equal-principal"}
CUSTOM: dict[str, Any] = {
    "method": "custom",
    "custom_principal": tuple(map(tenge, (0, 100, 200, 300, 300, 300))),
}
BALLOON: dict[str, Any] = {"method": "custom", "fixed_principal": tenge(100)}


@pytest.mark.parametrize(
    ("terms", "then", "principal"),
    [
        (EQUAL, "lower", (100, 100, 100, 100)),
        (EQUAL, "shorten", (200, 200)),
        (CUSTOM, "lower", (12727, 19091, 19091, 19091)),
        (CUSTOM, "shorten", (200, 300, 200)),
        (BALLOON, "lower", (60, 60, 60, 420)),
        (BALLOON, "shorten", (100, 100, 100, 300)),
        ({"method": "bullet"}, "lower", (0, 0, 0, 800)),
        ({"method": "bullet"}, "shorten", (0, 0, 0, 800)),
    ],
)
def test_prepayment_of_400(terms: dict[str, Any], then: Any, principal: tuple[int, ...]) -> None:
    """Each method gives up its last instalments, or part of each of them."""
    rest = apply(plan(**terms), Prepayment(DUE, tenge(400), then))
    assert rest.principal == tuple(part if part > 1000 else part * 100 for part in principal)


def test_shortened_annuity_keeps_its_payment() -> None:
    """The level stays to the tiyn, and fewer instalments follow."""
    before = plan()
    after = apply(before, Prepayment(DUE, tenge(400), "shorten"))
    assert after.level == before.level
    assert len(after.due_on) == 2


def test_rate_change_counts_from_its_day() -> None:
    """Half a period at the old rate and half at the new."""
    after = apply(plan(method="bullet"), RateChange(date(2019, 4, 15), Decimal("0.06")))
    assert after.interest[:2] == (600 + 300, 600)


def test_drawdown_is_repaid_with_the_rest() -> None:
    """What is drawn joins the principal."""
    assert apply(plan(**EQUAL), Drawdown(DUE, tenge(400))).principal == (30_000,) * 4


def test_rescheduling_takes_new_terms() -> None:
    """What the event names is replaced, the rest stays, and so does the anchor of the 31st."""
    after = apply(plan(**EQUAL), Rescheduling(on=DUE, instalments=8, principal_grace=4))
    assert after.principal == (0,) * 4 + (20_000,) * 4
    assert after.due_on[1] == date(2019, 5, 31)


def test_a_new_method_drops_agreed_parts() -> None:
    """A custom schedule rescheduled as an annuity forgets its parts."""
    assert apply(plan(**CUSTOM), Rescheduling(on=DUE, method="equal-principal")).principal == (27_500,) * 4


def test_new_parts_replace_agreed_ones() -> None:
    """A fixed sum takes the place of custom parts, the method staying custom."""
    assert apply(plan(**CUSTOM), Rescheduling(on=DUE, fixed_principal=tenge(50))).principal == (5_000,) * 3 + (95_000,)


def test_interest_put_off_goes_along() -> None:
    """An event inside a grace keeps what was put off, and the rest of the grace."""
    graced = plan(method="bullet", interest_grace=3)
    after = apply(graced, RateChange(DUE, Decimal("0.12")))
    assert after.interest == graced.interest[2:]


def test_tranches_to_come_still_come() -> None:
    """A tranche agreed for later is drawn in the new plan too."""
    tranches = (Tranche(ISSUED, tenge(600)), Tranche(date(2019, 5, 10), tenge(600)))
    after = apply(plan(method="bullet", tranches=tranches), Prepayment(DUE, tenge(100)))
    assert (after.balance[0], after.balance[1]) == (50_000, 110_000)


def test_the_effective_rate_is_of_the_rest() -> None:
    """On the day of a change that changes nothing, the rate is still that of the loan, in mid-period too."""
    before = plan(instalments=24)
    for on in (DUE, date(2019, 4, 15)):
        after = apply(before, RateChange(on, Decimal("0.12")))
        assert abs(after.effective_rate - before.effective_rate) < Decimal("0.002")


def test_versions_leave_the_signed_plan() -> None:
    """Every event adds a plan; those before are as they were."""
    signed = plan()
    all_of_them = versions(signed, [RateChange(DUE, Decimal("0.1")), Prepayment(date(2019, 5, 1), tenge(100))])
    assert all_of_them[0] == plan()
    assert [len(each.due_on) for each in all_of_them] == [6, 4, 3]


@pytest.mark.parametrize("amount", [0, -1])
def test_amounts_are_positive(amount: int) -> None:
    """Nothing is prepaid or drawn backwards."""
    for event in (Prepayment, Drawdown):
        with pytest.raises(BadTerms):
            event(DUE, tenge(amount))


@pytest.mark.parametrize(
    "event",
    [
        RateChange(date(2019, 1, 30), Decimal("0.1")),
        RateChange(date(2019, 7, 31), Decimal("0.1")),
        Prepayment(DUE, tenge(5000), "lower"),
        Prepayment(DUE, tenge(5000), "shorten"),
    ],
)
def test_events_out_of_place(event: Event) -> None:
    """Before issue, after the end, or beyond what is owed, an event is refused."""
    with pytest.raises(EventOutOfPlace):
        apply(plan(), event)
