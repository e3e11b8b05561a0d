"""Tests that the worked tables of the chain's pages come out as printed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lending.chain.facilities import FacilityTerms, open_facility
from lending.chain.pools import pool_of
from tests.lending.amortisation.worked_pages import tables
from tests.lending.chain.world import World, build, terms

TURNS = tables("lots-and-turns")[0]
WINDOWS, PERIODS = tables("relending-windows")
LOANS = {"A": 1, "B": 2, "C": 3}


def test_lots_and_turns(world: World) -> None:
    """Every line leaves in the lots what the page shows."""
    world.draw_all("100", date(2019, 2, 1))
    shown = []
    for row in TURNS:
        on = date.fromisoformat(row["on"])
        match row["what"].split():
            case ["lend", amount, "to", who]:
                world.lend(LOANS[who], amount, on)
            case [who, "repays", amount]:
                world.repay(LOANS[who], amount, on)
        pool = pool_of(world.session, world.line.id, [on])
        held = {f"{lot.financial_year}/{lot.turn}": str(pool.free(lot.id, on) // 100) for lot in pool.lots}
        shown.append({column: row[column] if column in {"on", "what"} else held.get(column, "") for column in row})
    assert shown == TURNS


@pytest.mark.parametrize("row", WINDOWS, ids=lambda row: f"{row['edition']} {row['returned in']}")
def test_windows(session: Session, row: dict[str, str]) -> None:
    """The last day of a window is the page's."""
    until = build(session, row["edition"]).line.relent_until(int(row["returned in"]))
    assert str(until) == row["may be lent until"]


@pytest.mark.parametrize("row", PERIODS, ids=lambda row: " ".join(row.values()))
def test_periods(session: Session, row: dict[str, str]) -> None:
    """The last day for using money received is the page's."""
    world = build(session, row["edition"])
    wanted: FacilityTerms = {
        "budget-credit": terms(world.ids, "budget-credit", "budget", "akimat", edition=row["edition"], number="x"),
        "operator-loan": terms(
            world.ids, "operator-loan", "akimat", "damu", edition=row["edition"], number="x", parent_id=world.credit.id
        ),
        "funding-line": terms(
            world.ids, "funding-line", "acc", "bank", edition=row["edition"], number="x", parent_id=world.loan.id,
            territory=row["territory"] or None,
        ),
    }[row["link"]]  # fmt: skip
    link = open_facility(session, wanted)
    assert (link.utilisation_from, str(link.utilise_by(date(2019, 8, 31)))) == (row["counted from"], row["utilise by"])
