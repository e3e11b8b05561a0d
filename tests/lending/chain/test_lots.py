"""Tests of lending out of lots and of principal coming back into them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lending.chain.lots import put_back, take
from lending.chain.pools import Lot, lots_of, pool_of
from lending.chain.refusals import MoreThanLent, NotEnoughMoney, NotPositive
from tests.lending.chain.world import World, build

DAY = date(2019, 2, 1)


def holdings(world: World, on: date = date(2030, 1, 1)) -> dict[tuple[int, int], int]:
    """Tiyn free in the line's lots by financial year and turn; empty lots left out."""
    pool = pool_of(world.session, world.line.id, [on])
    free = {(lot.financial_year, lot.turn): pool.free(lot.id, on) for lot in pool.lots}
    return {key: tiyn for key, tiyn in free.items() if tiyn}


def returned_lot(world: World, year: int) -> Lot:
    """The line's returned lot of a year."""
    [lot] = [lot for lot in lots_of(world.session, [world.line.id]) if lot.turn > 1 and lot.financial_year == year]
    return lot


def test_principal_comes_back_a_turn_later(world: World) -> None:
    """Money lent for the first time returns into a lot of turn 2 of the year."""
    world.draw_all("100", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "30", date(2020, 5, 1))
    assert holdings(world) == {(2020, 2): 3_000}


def test_turns_go_on(world: World) -> None:
    """Money relent returns into a lot of turn 3."""
    world.draw_all("100", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "100", date(2019, 5, 1))
    world.lend(2, "100", date(2019, 6, 1))
    world.repay(2, "40", date(2019, 7, 1))
    assert holdings(world) == {(2019, 3): 4_000}


def test_first_drawn_first_returned(world: World) -> None:
    """A loan of two turns returns the one drawn first before the other."""
    world.draw_all("100", DAY)
    world.lend(1, "60", DAY)
    world.repay(1, "60", date(2019, 5, 1))
    world.lend(2, "100", date(2019, 6, 1))
    world.repay(2, "70", date(2020, 7, 1))
    assert holdings(world) == {(2020, 2): 4_000, (2020, 3): 3_000}


def test_batch_is_allocated_in_order_of_dates(world: World) -> None:
    """The item of the earlier day takes the older lot, wherever it stands in the batch."""
    world.draw_all("60", DAY)
    world.draw_all("60", date(2019, 3, 1))
    line = world.line.id
    late, early = take(world.session, [(line, 2, 6_000, date(2019, 4, 1)), (line, 1, 6_000, date(2019, 3, 2))])
    old, new = (lot.id for lot in lots_of(world.session, [world.line.id]))
    assert (early, late) == ({old: 6_000}, {new: 6_000})


def test_batch_takes_no_money_twice(world: World) -> None:
    """Two items cannot share the last tenge."""
    world.draw_all("100", DAY)
    with pytest.raises(NotEnoughMoney):
        take(world.session, [(world.line.id, 1, 6_000, DAY), (world.line.id, 2, 6_000, DAY)])


def test_past_lending_leaves_later_lending_whole(world: World) -> None:
    """A disbursement dated in the past cannot use what was lent since."""
    world.draw_all("100", DAY)
    world.lend(1, "80", date(2019, 5, 1))
    with pytest.raises(NotEnoughMoney, match=r"has 20\.00"):
        take(world.session, [(world.line.id, 2, 2_001, date(2019, 3, 1))])


@pytest.mark.parametrize(("on", "refused"), [(date(2020, 12, 31), False), (date(2021, 1, 1), True)])
def test_window_ends_with_the_next_year(world: World, on: date, *, refused: bool) -> None:
    """Money returned in 2019 may be lent on 31 December 2020 and not on the day after (746-RV-03)."""
    world.draw_all("100", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "100", date(2019, 5, 1))
    if refused:
        with pytest.raises(NotEnoughMoney):
            world.lend(2, "100", on)
    else:
        assert world.lend(2, "100", on)


@pytest.mark.parametrize(
    ("edition", "year", "until"),
    [
        ("746", 2016, date(2018, 12, 31)),
        ("746", 2019, date(2020, 12, 31)),
        ("746", 2025, date(2026, 1, 15)),
        ("919", 2019, date(2026, 1, 15)),
    ],
)
def test_windows_by_edition(session: Session, edition: str, year: int, until: date) -> None:
    """Windows: fixed for 2015-2016, next year's end in 746, none in 919, never past the agreement."""
    assert build(session, edition).line.relent_until(year) == until


def test_no_relending_without_an_order(session: Session) -> None:
    """Where relending is off, what came back is never lent (RM-RV-02)."""
    world = build(session, relending="none")
    world.draw_all("100", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "100", date(2019, 5, 1))
    with pytest.raises(NotEnoughMoney):
        world.lend(2, "1", date(2019, 5, 1))


def test_no_more_comes_back_than_was_lent(world: World) -> None:
    """Principal beyond the loan is refused, also when two items together exceed it."""
    world.draw_all("100", DAY)
    world.lend(1, "50", DAY)
    with pytest.raises(MoreThanLent, match=r"has 20\.00"):
        put_back(world.session, [(world.line.id, 1, 3_000, DAY), (world.line.id, 1, 3_000, DAY)])


def test_nothing_is_no_amount(world: World) -> None:
    """Zero is neither lent nor returned."""
    with pytest.raises(NotPositive):
        take(world.session, [(world.line.id, 1, 0, DAY)])


def test_returned_lot_knows_its_window(world: World) -> None:
    """The lot of a year bears the last day of its window."""
    world.draw_all("100", DAY)
    world.lend(1, "100", DAY)
    world.repay(1, "1", date(2021, 12, 31))
    assert returned_lot(world, 2021).usable_until == date(2022, 12, 31)
