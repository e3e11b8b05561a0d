"""Tests of what is free in lots, day by day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from lending.chain.pools import Lot, Pool, pool_of
from tests.lending.chain.world import World

DAYS = [date(2020, 1, day) for day in (1, 2, 3)]


def lot(lot_id: int, kind: str = "fresh", arrived: date = DAYS[0], until: date | None = None) -> Lot:
    """A lot with what matters to a pool."""
    return Lot(lot_id, 1, kind, 1 if kind == "fresh" else 2, 2020, arrived, until)


def pool(*lots: Lot, **balances: list[int]) -> Pool:
    """A pool of lots with their balances at the close of three days, by ``lot<id>``."""
    days = np.array(DAYS, dtype="datetime64[D]")
    return Pool(lots, days, {int(name[3:]): np.array(tiyn) for name, tiyn in balances.items()})


@pytest.mark.parametrize(("balances", "free"), [([5, 9, 7], 5), ([9, 5, 7], 5), ([9, 9, 0], 0), ([5, -1, 7], 0)])
def test_free_is_the_least_of_what_follows(balances: list[int], free: int) -> None:
    """What leaves on the first day may be missing on no day after."""
    assert pool(lot(1), lot1=balances).free(1, DAYS[0]) == free


def test_what_is_taken_is_gone_since() -> None:
    """Money taken on the second day is still there on the first, if nothing leaves then."""
    own = pool(lot(1), lot1=[9, 9, 9])
    own.take(own.lots, 4, DAYS[1])
    assert [own.free(1, day) for day in DAYS] == [5, 5, 5]


def test_takes_what_there_is_at_most() -> None:
    """A pool that holds less gives all it has, in the order of the lots."""
    own = pool(lot(1), lot(2), lot1=[3, 3, 3], lot2=[4, 4, 4])
    assert own.take(own.lots, 10, DAYS[0]) == {1: 3, 2: 4}


def test_lending_is_oldest_first_and_in_time() -> None:
    """Fresh and returned alike by arrival; what may not be lent any more is left out."""
    own = pool(lot(1, arrived=DAYS[1]), lot(2, "returned"), lot(3, until=DAYS[0]))
    assert [each.id for each in own.lendable(DAYS[1])] == [2, 1]


def test_repayment_is_returned_first() -> None:
    """Up the chain goes what came back, and fresh money last."""
    own = pool(lot(1), lot(2, "returned", arrived=DAYS[2]), lot(3, "returned", arrived=DAYS[1]))
    assert [each.id for each in own.repayable()] == [3, 2, 1]


def test_facility_without_lots(world: World) -> None:
    """Before the first drawdown there is nothing to take."""
    own = pool_of(world.session, world.line.id, DAYS)
    assert own.take(own.lots, 1, DAYS[0]) == {}
