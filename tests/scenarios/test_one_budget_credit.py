"""One budget credit down four links, lent again, partly returned: the table of a page, acted line by line.

The table in `docs/algorithms/conservation.md` is both the story and the expected sums; nothing is repeated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.money import tenge
from ledger.verification import CHECKS as LEDGER_CHECKS
from ledger.verification import verify
from lending import bookings
from lending.chain.checks import CHECKS
from lending.chain.debts import debts
from lending.chain.drawdown import draw
from lending.chain.payments import settle_due
from lending.chain.pools import Lot, lots_of
from lending.chain.returns import expire, owed, pay_return
from lending.chain.utilisation import conservation
from tests.lending.amortisation.worked_pages import Rows, tables
from tests.lending.chain.world import World, build

STORY: Rows = tables("conservation")[0]
LOANS = {"A": 1, "B": 2, "C": 3, "D": 4}


@pytest.fixture
def world(session: Session) -> World:
    """The agreements of the story."""
    return build(session, principal_grace_months=28)


def act(world: World, on: date, what: str) -> None:
    """Do what a line of the story says."""
    links = {"akimat": world.credit, "operator": world.loan, "lender": world.line}
    match what.split():
        case [who, "draws", amount]:
            draw(world.session, links[who].id, tenge(amount), on)
        case [who, "borrows", amount]:
            world.lend(LOANS[who], amount, on)
        case [who, "repays", amount]:
            world.repay(LOANS[who], amount, on)
        case ["windows", "end"]:
            expire(world.session, on)
        case ["everyone", "pays", *_]:
            settle_due(world.session, on)
        case ["lender", "returns", *_]:
            for each in owed(world.session, on):
                pay_return(world.session, each.id, on)
        case _:
            raise AssertionError(what)


def standing(world: World) -> dict[str, int]:
    """The columns of the story, in tenge."""
    lots = lots_of(world.session, [world.credit.id, world.loan.id, world.line.id])
    line = [lot for lot in lots if lot.facility_id == world.line.id]
    tiyn = {
        "akimat": held(world, (lot for lot in lots if lot.facility_id == world.credit.id)),
        "operator": held(world, (lot for lot in lots if lot.facility_id == world.loan.id)),
        "fresh": held(world, (lot for lot in line if lot.turn == 1)),
        "borrowers": balance_tiyn(world.session, "loan-principal", effective_on=date.max),
        "to return": sum(each.amount - each.paid for each in owed(world.session)),
        "debt": debts(world.session, [world.credit.id])[world.credit.id].principal,
    }
    for year in (2019, 2020, 2022):
        tiyn[f"back {year}"] = held(world, (lot for lot in line if lot.turn > 1 and lot.financial_year == year))
    in_programme = sum(tiyn.values()) - tiyn["to return"] - 2 * tiyn["debt"]
    return {column: amount // 100 for column, amount in (tiyn | {"own": in_programme}).items()}


def held(world: World, lots: Iterator[Lot]) -> int:
    """Tiyn in lots, by the ledger."""
    subjects = [bookings.lot(lot.id) for lot in lots]
    return sum(
        balance_tiyn(world.session, "programme-cash", effective_on=date.max, subject=subject) for subject in subjects
    )


def test_story_comes_out(world: World) -> None:
    """After every line of the story the sums are those of its line."""
    for row in STORY:
        act(world, date.fromisoformat(row["on"]), row["what"])
        expected = {column: int(cell) for column, cell in row.items() if column not in {"on", "what"}}
        assert (row["on"], standing(world)) == (row["on"], expected)


def test_story_is_sound(world: World) -> None:
    """At the end every check holds, and money is conserved at the date of every line."""
    for row in STORY:
        act(world, date.fromisoformat(row["on"]), row["what"])
    found = [place for _, places in verify(world.session, (*LEDGER_CHECKS, *CHECKS)) for place in places]
    unsound = [
        row["on"]
        for row in STORY
        if not all(c.holds for c in conservation(world.session, date.fromisoformat(row["on"])))
    ]
    assert (found, unsound) == ([], [])
