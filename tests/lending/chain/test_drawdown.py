"""Tests of drawdowns."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance
from ledger.money import tenge
from ledger.posting import NotReversible
from lending import bookings
from lending.chain.drawdown import draw, drawn, undo_draw
from lending.chain.payments import pay
from lending.chain.refusals import MoneyMovedOn, NotEnoughMoney, OutOfOrder, OverAgreement, RepaidSince
from lending.chain.schedules import versions
from tests.lending.chain.world import World, build

DAY = date(2019, 2, 1)


def cash(world: World, lot_id: int, on: date = date.max) -> object:
    """What the ledger says lies in a lot."""
    return balance(world.session, "programme-cash", effective_on=on, subject=bookings.lot(lot_id))


def test_money_moves_from_the_parents_lot(world: World) -> None:
    """What the child receives left the lot of the parent."""
    above = draw(world.session, world.credit.id, tenge(500), DAY)
    below = draw(world.session, world.loan.id, tenge(200), DAY)
    assert (cash(world, above.id), cash(world, below.id)) == (tenge(300), tenge(200))


def test_both_books_carry_the_debt(world: World) -> None:
    """What the lender has to receive is what the borrower owes."""
    draw(world.session, world.credit.id, tenge(500), DAY)
    subject = bookings.facility(world.credit.id)
    owed = [
        balance(world.session, account, effective_on=DAY, subject=subject)
        for account in ("facility-principal", "facility-debt")
    ]
    assert owed == [tenge(500), tenge(-500)]


def test_agreed_sum_is_the_limit(world: World) -> None:
    """Drawdowns together do not exceed the agreement."""
    draw(world.session, world.credit.id, tenge(999_999_999), DAY)
    with pytest.raises(OverAgreement, match=r"at most 1\.00"):
        draw(world.session, world.credit.id, tenge("1.01"), DAY)


def test_parent_must_hold_the_money(world: World) -> None:
    """A link cannot lend what has not come down to it, and the refusal tells what there is."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    with pytest.raises(NotEnoughMoney, match=r"has 100\.00 that may be used"):
        draw(world.session, world.loan.id, tenge(101), DAY)


def test_money_is_not_there_before_it_came(world: World) -> None:
    """Money that comes on Friday cannot be lent on Thursday."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    with pytest.raises(NotEnoughMoney):
        draw(world.session, world.loan.id, tenge(100), date(2019, 1, 31))


def test_oldest_lot_first(world: World) -> None:
    """The lot that arrived first is emptied first."""
    old = draw(world.session, world.credit.id, tenge(100), DAY)
    new = draw(world.session, world.credit.id, tenge(100), date(2019, 3, 1))
    draw(world.session, world.loan.id, tenge(150), date(2019, 4, 1))
    assert (cash(world, old.id), cash(world, new.id)) == (tenge(0), tenge(50))


def test_drawdowns_come_in_order(world: World) -> None:
    """A drawdown before the last one would change interest already counted."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    with pytest.raises(OutOfOrder):
        draw(world.session, world.credit.id, tenge(100), date(2019, 1, 31))


def test_unused_money_has_a_deadline_where_it_returns(session: Session) -> None:
    """In the Road Map fresh money may be lent on for 6 months, in 746 without an end."""
    road_map = build(session, "746", returns_unused=True)
    lot = draw(session, road_map.credit.id, tenge(100), DAY)
    assert lot.usable_until == date(2019, 8, 1)


def test_schedule_sums_to_what_is_drawn(world: World) -> None:
    """Every drawdown adds a version that plans all that is owed."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    draw(world.session, world.credit.id, tenge(40), date(2020, 2, 1))
    first, second = versions(world.session, [world.credit.id])[world.credit.id]
    assert (sum(first.principal), sum(second.principal) + second.before) == (10_000, 14_000)


def test_undoing_gives_the_money_back(world: World) -> None:
    """An undone drawdown leaves nothing drawn and the parent's lot full."""
    above = draw(world.session, world.credit.id, tenge(500), DAY)
    below = draw(world.session, world.loan.id, tenge(200), DAY)
    undo_draw(world.session, below.id, date(2019, 2, 3))
    assert (drawn(world.session, world.loan.id), cash(world, above.id)) == (0, tenge(500))


def test_undoing_restores_the_schedule(world: World) -> None:
    """The version before an undone drawdown is in force again."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    lot = draw(world.session, world.credit.id, tenge(40), DAY)
    undo_draw(world.session, lot.id, date(2019, 2, 3))
    own = versions(world.session, [world.credit.id])[world.credit.id]
    assert own[-1].principal == own[0].principal


def test_used_money_cannot_be_undrawn(world: World) -> None:
    """Money that went on to the next link has to come back first."""
    above = draw(world.session, world.credit.id, tenge(500), DAY)
    draw(world.session, world.loan.id, tenge(200), DAY)
    with pytest.raises(MoneyMovedOn):
        undo_draw(world.session, above.id, date(2019, 2, 3))


def test_repaid_money_cannot_be_undrawn(world: World) -> None:
    """A drawdown repaid from own money stands until the payment is undone."""
    above = draw(world.session, world.credit.id, tenge(100), DAY)
    below = draw(world.session, world.loan.id, tenge(100), DAY)
    pay(world.session, world.credit.id, DAY, principal=tenge(60))
    undo_draw(world.session, below.id, DAY)
    with pytest.raises(RepaidSince, match=r"only 40\.00 is still owed"):
        undo_draw(world.session, above.id, DAY)


def test_undone_once_only(world: World) -> None:
    """A drawdown is undone at most once."""
    lot = draw(world.session, world.credit.id, tenge(500), DAY)
    undo_draw(world.session, lot.id, DAY)
    with pytest.raises(NotReversible):
        undo_draw(world.session, lot.id, DAY)
