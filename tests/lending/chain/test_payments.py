"""Tests of payments up the chain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.money import tenge
from ledger.posting import NotReversible
from lending import bookings
from lending.chain.debts import debts
from lending.chain.drawdown import draw
from lending.chain.facilities import open_facility
from lending.chain.payments import Due, due, pay, repay_early, settle_due, undo_payment
from lending.chain.pools import lots_of, pool_of
from lending.chain.refusals import MoneyMovedOn, MoreThanOwed, OutOfOrder
from lending.chain.schedules import versions
from lending.chain.tables import FacilityPaymentRow
from tests.lending.chain.world import World, build, organisations, terms

DAY = date(2019, 1, 15)
FIRST_DUE = date(2020, 1, 15)


def lot_figures(world: World, facility_id: int, on: date) -> list[tuple[str, int, int]]:
    """Kind, year and free tiyn of a facility's lots that hold something."""
    pool = pool_of(world.session, facility_id, [on])
    held = [(lot.kind, lot.financial_year, pool.free(lot.id, on)) for lot in pool.lots]
    return [each for each in held if each[2]]


def test_a_seventh_falls_due_each_year(world: World) -> None:
    """Seven yearly instalments: a seventh of the principal and a year's interest after the first year."""
    draw(world.session, world.credit.id, tenge(7_000_000), DAY)
    assert due(world.session, world.credit.id, FIRST_DUE) == Due(principal=100_000_000, interest=70_000)


def test_nothing_is_due_the_day_before(world: World) -> None:
    """Interest and principal fall due on their day, not before."""
    draw(world.session, world.credit.id, tenge(7_000_000), DAY)
    assert due(world.session, world.credit.id, date(2020, 1, 14)) == Due()


def test_principal_comes_from_lots_and_lack_from_own_money(world: World) -> None:
    """What the lots lack is paid from own money and stands in the payment."""
    world.draw_all("700", DAY)
    world.lend(1, "660", DAY)
    payment = pay(world.session, world.line.id, FIRST_DUE, principal=tenge(100))
    row = world.session.get_one(FacilityPaymentRow, payment)
    assert (row.principal, row.own_money) == (10_000, 6_000)


def test_returned_money_pays_first(world: World) -> None:
    """Returned principal goes up before fresh money that may still be lent."""
    world.draw_all("700", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "80", date(2019, 7, 1))
    pay(world.session, world.line.id, FIRST_DUE, principal=tenge(100))
    assert lot_figures(world, world.line.id, FIRST_DUE) == [("fresh", 2019, 58_000)]


def test_payee_cannot_lend_it_again(world: World) -> None:
    """Principal enters the payee's returned lot, whose window is shut at a link above the lenders."""
    world.draw_all("700", DAY)
    pay(world.session, world.line.id, FIRST_DUE, principal=tenge(100))
    [lot] = [lot for lot in lots_of(world.session, [world.loan.id]) if lot.kind == "returned"]
    assert (lot.turn, lot.usable(FIRST_DUE)) == (2, False)


def test_budget_receives_into_the_treasury(world: World) -> None:
    """The republican budget has no lots: what it gets back is the treasury's."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    pay(world.session, world.credit.id, FIRST_DUE, principal=tenge(100))
    assert balance_tiyn(world.session, "treasury", effective_on=FIRST_DUE, book=world.ids["budget"]) == -60_000


def test_interest_is_accrued_to_the_day(world: World) -> None:
    """A payment of all interest leaves none payable in either book."""
    draw(world.session, world.credit.id, tenge(7_000_000), DAY)
    pay(world.session, world.credit.id, FIRST_DUE, interest=tenge(700))
    assert debts(world.session, [world.credit.id])[world.credit.id].interest == 0


@pytest.mark.parametrize(("interest", "principal"), [("700.01", "0"), ("0", "7000000.01")])
def test_no_more_is_paid_than_is_owed(world: World, interest: str, principal: str) -> None:
    """Neither interest nor principal can be paid beyond the debt."""
    draw(world.session, world.credit.id, tenge(7_000_000), DAY)
    with pytest.raises(MoreThanOwed):
        pay(world.session, world.credit.id, FIRST_DUE, interest=tenge(interest), principal=tenge(principal))


def test_payments_come_in_order(world: World) -> None:
    """A payment before the last one would change interest already paid."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    pay(world.session, world.credit.id, FIRST_DUE, principal=tenge(1))
    with pytest.raises(OutOfOrder):
        pay(world.session, world.credit.id, date(2020, 1, 14), principal=tenge(1))


def test_payment_ahead_counts_towards_the_next_instalment(world: World) -> None:
    """What is paid three days early is not asked for again on the due date."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    pay(world.session, world.credit.id, date(2020, 1, 12), principal=tenge(100))
    assert due(world.session, world.credit.id, FIRST_DUE).principal == 0


def test_early_repayment_takes_the_last_instalments(world: World) -> None:
    """The next instalments stay, the last ones go."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    repay_early(world.session, world.credit.id, date(2019, 7, 1), tenge(150))
    last = versions(world.session, [world.credit.id])[world.credit.id][-1]
    assert last.principal == (10_000, 10_000, 10_000, 10_000, 10_000, 5_000, 0)


def test_everything_repaid_early_leaves_only_interest(world: World) -> None:
    """Interest of the open period still falls due on its day."""
    draw(world.session, world.credit.id, tenge(7_000_000), DAY)
    repay_early(world.session, world.credit.id, date(2019, 7, 15), tenge(7_000_000))
    assert due(world.session, world.credit.id, FIRST_DUE) == Due(principal=0, interest=34_712)


def test_due_is_settled_from_below(world: World) -> None:
    """On one day the money of the lender's payment reaches the budget through both links above."""
    world.draw_all("7000000", DAY)
    paid = settle_due(world.session, FIRST_DUE)
    assert [each.principal for each in paid.values()] == [100_000_000] * 3


def test_settling_twice_pays_once(world: World) -> None:
    """After settling nothing is due."""
    world.draw_all("7000000", DAY)
    settle_due(world.session, FIRST_DUE)
    assert settle_due(world.session, FIRST_DUE) == {}


def test_undone_payment_is_due_again(world: World) -> None:
    """The debt and the money are where they were before."""
    world.draw_all("700", DAY)
    payment = pay(world.session, world.line.id, FIRST_DUE, principal=tenge(100))
    undo_payment(world.session, payment, FIRST_DUE)
    assert (due(world.session, world.line.id, FIRST_DUE).principal, lot_figures(world, world.line.id, FIRST_DUE)) == (
        10_000,
        [("fresh", 2019, 70_000)],
    )


def test_undone_early_repayment_restores_the_schedule(world: World) -> None:
    """The instalments taken away are back."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    payment = repay_early(world.session, world.credit.id, date(2019, 7, 1), tenge(150))
    undo_payment(world.session, payment, date(2019, 7, 2))
    assert versions(world.session, [world.credit.id])[world.credit.id][-1].principal == (10_000,) * 7


def test_undone_once_only(world: World) -> None:
    """A payment is undone at most once."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    payment = pay(world.session, world.credit.id, FIRST_DUE, principal=tenge(100))
    undo_payment(world.session, payment, FIRST_DUE)
    with pytest.raises(NotReversible):
        undo_payment(world.session, payment, FIRST_DUE)


def test_payment_passed_on_cannot_be_undone(world: World) -> None:
    """The lender's payment went on to the akimat: the operator has no money to give back."""
    world.draw_all("700", DAY)
    payment = pay(world.session, world.line.id, FIRST_DUE, principal=tenge(100))
    pay(world.session, world.loan.id, FIRST_DUE, principal=tenge(100))
    with pytest.raises(MoneyMovedOn):
        undo_payment(world.session, payment, FIRST_DUE)


def test_interest_never_enters_a_lot(world: World) -> None:
    """Interest received is the lender's own money."""
    world.draw_all("7000000", DAY)
    settle_due(world.session, FIRST_DUE, [world.line.id])
    lots = sum(tiyn for _, _, tiyn in lot_figures(world, world.loan.id, FIRST_DUE))
    own = balance_tiyn(world.session, "cash", effective_on=FIRST_DUE, book=world.ids["acc"]) - 100_000_000_000
    assert (lots, own) == (100_000_000, 70_000)


def test_bond_pays_a_coupon_a_year_and_all_at_the_end(session: Session) -> None:
    """6.1 % of a billion is 61 million a year, and the principal is due after 12 years (RM-BD-02 to 05)."""
    ids = organisations(session)
    bond = open_facility(
        session,
        terms(
            ids, "bond", "baiterek", "akimat", edition="road-map", signed_on=date(2020, 5, 20), months=144,
            annual_rate=Decimal("0.061"), day_count="30/360",
        ),
    )  # fmt: skip
    draw(session, bond.id, tenge(1_000_000_000), date(2020, 5, 20))
    [version] = versions(session, [bond.id])[bond.id]
    assert (set(version.interest), version.principal[-1], sum(version.principal)) == (
        {6_100_000_000},
        100_000_000_000,
        100_000_000_000,
    )


def test_fixed_yearly_sum_and_the_rest_at_the_end(session: Session) -> None:
    """The blank of 746-CR-04 is the agreement's: after a grace of two years, 100 a year, the rest at the end."""
    world = build(
        session, method="custom", fixed_principal=tenge(100), principal_grace_months=24
    )  # fmt: skip
    draw(session, world.credit.id, tenge(1000), DAY)
    [version] = versions(session, [world.credit.id])[world.credit.id]
    assert version.principal == (0, 0, 10_000, 10_000, 10_000, 10_000, 60_000)


def test_subject_of_a_payment_is_the_facility(world: World) -> None:
    """The debt of a facility is found under its name in both books."""
    draw(world.session, world.credit.id, tenge(700), DAY)
    pay(world.session, world.credit.id, FIRST_DUE, principal=tenge(100))
    subject = bookings.facility(world.credit.id)
    both = [
        balance_tiyn(world.session, account, effective_on=FIRST_DUE, subject=subject)
        for account in ("facility-principal", "facility-debt")
    ]
    assert both == [60_000, -60_000]
