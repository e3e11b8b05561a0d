"""Tests of money whose time ran out and of its way back to the budget."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.errors import NotFound
from ledger.money import tenge
from lending.chain.debts import debts
from lending.chain.drawdown import draw
from lending.chain.payments import pay
from lending.chain.pools import pool_of
from lending.chain.refusals import NotEnoughMoney
from lending.chain.returns import expire, owed, pay_return, undo_return_payment
from lending.chain.schedules import versions
from tests.lending.chain.world import World, build

DAY = date(2019, 2, 1)
ENDED = date(2021, 1, 1)


@pytest.fixture
def ended(world: World) -> World:
    """A lender with 40 left of the 100 that came back in 2019."""
    world.draw_all("100", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "100", date(2019, 5, 1))
    world.lend(2, "60", date(2019, 6, 1))
    return world


def test_window_leaves_what_is_left(ended: World) -> None:
    """What was not relent by the end of the next year is owed, by its clause, until the end of the next month."""
    expire(ended.session, ENDED)
    [debt] = owed(ended.session, ENDED)
    assert (debt.amount, debt.reason, debt.clause.split(":")[0], debt.due_on) == (
        4_000,
        "window",
        "746-RV-04",
        date(2021, 2, 28),
    )


def test_nothing_is_owed_on_the_last_day(ended: World) -> None:
    """On the last day of a window its money may still be lent."""
    assert expire(ended.session, date(2020, 12, 31)) == []


def test_expiring_twice_adds_nothing(ended: World) -> None:
    """What is owed already is not owed again."""
    expire(ended.session, ENDED)
    assert expire(ended.session, date(2021, 1, 31)) == []


def test_late_money_is_owed_too(ended: World) -> None:
    """A repayment of 2019 that is booked after the window ended follows what was owed before."""
    expire(ended.session, ENDED)
    ended.repay(2, "10", date(2019, 12, 30))
    expire(ended.session, date(2021, 1, 31))
    assert [each.amount for each in owed(ended.session)] == [4_000, 1_000]


def test_only_the_books_asked_for(ended: World) -> None:
    """The close of one organisation does not expire another's money."""
    assert expire(ended.session, ENDED, [ended.ids["acc"]]) == []


def test_owed_money_is_nobodys_to_use(ended: World) -> None:
    """Money owed to the budget neither lends, even for a day before, nor pays instalments."""
    expire(ended.session, ENDED)
    with pytest.raises(NotEnoughMoney):
        ended.lend(3, "1", date(2020, 12, 1))


def test_fresh_money_returns_where_the_agreement_says(session: Session) -> None:
    """Unused at the end of a utilisation period: returned by the Road Map, or by an agreement that says so."""
    world = build(session, returns_unused=True)
    draw(session, world.credit.id, tenge(100), DAY)
    draw(session, world.loan.id, tenge(70), date(2019, 8, 1))
    expire(session, date(2019, 8, 2))
    [debt] = owed(session)
    assert (debt.amount, debt.reason, debt.clause) == (3_000, "utilisation", "agreement budget-credit-1")


def test_owed_is_not_lent_any_more(ended: World) -> None:
    """What is owed back is no longer principal, and the last instalments are less by it."""
    expire(ended.session, ENDED)
    standing = debts(ended.session, [ended.line.id])[ended.line.id]
    last = versions(ended.session, [ended.line.id])[ended.line.id][-1]
    assert (standing.principal, standing.owed_back, last.total) == (6_000, 4_000, 10_000)


def test_payment_walks_up_to_the_treasury(ended: World) -> None:
    """One payment brings the debts of all links down and the money to the budget."""
    [return_id] = expire(ended.session, ENDED)
    pay_return(ended.session, return_id, date(2021, 2, 1))
    ids = [ended.credit.id, ended.loan.id, ended.line.id]
    standing = debts(ended.session, ids)
    treasury = balance_tiyn(ended.session, "treasury", effective_on=ENDED.replace(year=2022), book=ended.ids["budget"])
    assert ([standing[each].principal for each in ids], standing[ids[2]].owed_back, treasury) == (
        [6_000] * 3,
        0,
        -6_000,
    )


def test_links_between_keep_nothing(ended: World) -> None:
    """The operator's and the akimat's lots are as empty after the payment as before."""
    [return_id] = expire(ended.session, ENDED)
    on = date(2021, 2, 1)
    pay_return(ended.session, return_id, on)
    free = [
        pool.free_in(pool.lots, on)
        for pool in (pool_of(ended.session, each.id, [on]) for each in (ended.loan, ended.credit))
    ]
    assert free == [0, 0]


def test_link_that_paid_ahead_keeps_its_own_money(ended: World) -> None:
    """An operator that has repaid the akimat from own money passes nothing on: the money is its own."""
    [return_id] = expire(ended.session, ENDED)
    pay(ended.session, ended.loan.id, ENDED, principal=tenge(100))
    on = date(2021, 2, 1)
    pay_return(ended.session, return_id, on)
    pool = pool_of(ended.session, ended.loan.id, [on])
    assert pool.free_in(pool.lots, on) == 4_000


def test_never_more_than_is_still_owed(ended: World) -> None:
    """A lender that paid 70 of the 100 from own money owes back 30 of the 40 that are left."""
    ended.lend(3, "40", date(2020, 3, 1))
    pay(ended.session, ended.line.id, date(2020, 4, 1), principal=tenge(70))
    ended.repay(3, "40", date(2020, 5, 1))
    expire(ended.session, date(2022, 1, 1))
    assert [each.amount for each in owed(ended.session)] == [3_000]


def test_paid_once_only(ended: World) -> None:
    """A return that is paid is no longer owed."""
    [return_id] = expire(ended.session, ENDED)
    pay_return(ended.session, return_id, date(2021, 2, 1))
    with pytest.raises(NotFound):
        pay_return(ended.session, return_id, date(2021, 2, 1))


def test_undone_payment_is_owed_again(ended: World) -> None:
    """Debts and schedules of the links above are as before the payment."""
    [return_id] = expire(ended.session, ENDED)
    payment = pay_return(ended.session, return_id, date(2021, 2, 1))
    undo_return_payment(ended.session, payment, date(2021, 2, 2))
    standing = debts(ended.session, [ended.credit.id])[ended.credit.id]
    last = versions(ended.session, [ended.credit.id])[ended.credit.id][-1]
    assert (len(owed(ended.session)), standing.principal, sum(last.principal)) == (1, 10_000, 10_000)
