"""Tests of recording movements and of undoing the events that made them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from ledger.posting import NotReversible
from lending.chain.movements import Movement, record, undo
from lending.chain.pools import lots_of, pool_of
from lending.chain.refusals import MoneyMovedOn, MoreThanLent
from lending.chain.tables import LotMovementRow
from tests.lending.chain.world import World

DAY = date(2019, 2, 1)
LATER = date(2019, 8, 1)


def free(world: World, on: date = LATER) -> int:
    """Tiyn free in the line's lots."""
    pool = pool_of(world.session, world.line.id, [on])
    return pool.free_in(pool.lots, on)


def test_undone_disbursement_gives_the_money_back(world: World) -> None:
    """The lot it was taken from is full again."""
    world.draw_all("100", DAY)
    event = world.lend(1, "60", DAY)
    undo(world.session, event, LATER)
    assert free(world) == 10_000


def test_undone_repayment_is_outstanding_again(world: World) -> None:
    """The loan can return the same principal again."""
    world.draw_all("100", DAY)
    world.lend(1, "60", DAY)
    undo(world.session, world.repay(1, "60", DAY), DAY)
    world.repay(1, "60", LATER)
    assert free(world) == 10_000


def test_relent_money_cannot_be_taken_back(world: World) -> None:
    """A repayment whose money was lent again stands until that is undone."""
    world.draw_all("60", DAY)
    world.lend(1, "60", DAY)
    repayment = world.repay(1, "60", DAY)
    world.lend(2, "1", LATER)
    with pytest.raises(MoneyMovedOn, match=r"only 59\.00 free"):
        undo(world.session, repayment, LATER)


def test_refused_undoing_writes_nothing(world: World) -> None:
    """After a refusal there are as many movements as before, and the event can still be undone."""
    world.draw_all("60", DAY)
    world.lend(1, "60", DAY)
    repayment = world.repay(1, "60", DAY)
    relent = world.lend(2, "60", LATER)
    with pytest.raises(MoneyMovedOn):
        undo(world.session, repayment, LATER)
    undo(world.session, relent, LATER)
    undo(world.session, repayment, LATER)
    assert free(world) == 0


def test_undone_once_only(world: World) -> None:
    """An event is mirrored at most once."""
    world.draw_all("60", DAY)
    event = world.lend(1, "60", DAY)
    undo(world.session, event, DAY)
    with pytest.raises(NotReversible):
        undo(world.session, event, DAY)


def test_many_movements_in_one_statement(world: World) -> None:
    """A thousand movements are recorded as one."""
    world.draw_all("60", DAY)
    [lot] = lots_of(world.session, [world.line.id])
    record(world.session, [Movement(lot.id, DAY, "lent", -1, 1, loan_id=loan) for loan in range(1000)])
    count = select(func.count()).where(LotMovementRow.lot_id == lot.id, LotMovementRow.kind == "lent")
    assert world.session.scalar(count) == 1000


def test_repaid_loan_cannot_be_undisbursed(world: World) -> None:
    """A disbursement whose principal has come back stands until the repayment is undone."""
    world.draw_all("60", DAY)
    disbursement = world.lend(1, "60", DAY)
    world.repay(1, "50", DAY)
    with pytest.raises(MoreThanLent, match=r"has 10\.00 of principal outstanding; 60\.00"):
        undo(world.session, disbursement, LATER)
