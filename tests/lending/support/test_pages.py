"""The example of `docs/algorithms/subsidy-base.md`, acted line by line; its tables are the expected figures."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.verification import verify
from lending.support import subsidies
from lending.support.values import PaymentOrder, SubsidyDecision
from lending.verification import CHECKS
from tests.lending.amortisation.worked_pages import tables
from tests.lending.support.world import Funded, confirmation

RULES, STORY, SHEET, SUMS = tables("subsidy-base")


class Acted:
    """The story as far as it has been acted: loans by letter, lots and subsidies by the number of the tranche."""

    def __init__(self, world: Funded) -> None:
        self.world = world
        self.loans: dict[str, int] = {}
        self.lots: dict[str, int] = {}
        self.subsidies: dict[str, int] = {}

    def act(self, on: date, what: str) -> None:
        """Do what a line says."""
        session = self.world.session
        match what.split():
            case ["tranche", number, "of", amount, "comes"]:
                self.lots[number] = self.world.tranche(amount, on)
            case [loan, "borrows", amount, "in", territory, "for", purpose]:
                self.loans[loan] = self.world.lend(amount, on, territory_type=territory, purpose=purpose)
            case [loan, "settles", "with", amount]:
                self.world.settle(self.loans[loan], on, amount)
            case ["tranche", number, "is", "confirmed"]:
                self.subsidies[number] = subsidies.confirm(session, confirmation(self.lots[number], on)).id
            case ["tranche", number, "is", "decided", "at", amount]:
                decision = SubsidyDecision(number=number, decided_on=on, decided_by="Chair", amount=tenge(amount))
                subsidies.decide(session, self.subsidies[number], decision)
            case ["tranche", number, "is", "paid"]:
                subsidies.pay(session, self.subsidies[number], PaymentOrder(number=number, paid_on=on, paid_by="Akim"))
            case _:
                raise AssertionError(what)


@pytest.fixture
def acted(world: Funded) -> Acted:
    """The whole story."""
    story = Acted(world)
    for line in STORY:
        story.act(date.fromisoformat(line["on"]), line["what"])
    return story


def whole(tiyn: int) -> str:
    """Tiyn that are whole tenge, as the page writes them."""
    assert tiyn % 100 == 0, "the page is in whole tenge"
    return str(tiyn // 100)


def test_calculation(acted: Acted, session: Session) -> None:
    """Every loan of each tranche's time is in or out as the page says."""
    letters = {loan: letter for letter, loan in acted.loans.items()}
    found = [
        {
            "tranche": number, "loan": letters[line.draw.loan_id], "taken on": str(line.draw.lent_on),
            "turn": str(line.draw.turn), "taken": whole(line.draw.amount), "in the base": whole(line.counted),
            "verdict": line.verdict, "rule": line.rule,
        }
        for number, subsidy_id in acted.subsidies.items()
        for line in subsidies.calculation(session, subsidies.subsidy(session, subsidy_id))
    ]  # fmt: skip
    assert found == SHEET


def test_sums(acted: Acted, session: Session) -> None:
    """Bases, limits, decisions and payments are the page's, and everything that is verified holds."""
    found = [
        {
            "tranche": number, "received": whole(of.received), "base": whole(of.base), "most": whole(of.ceiling),
            "decided": whole(of.decided), "paid": whole(of.paid),
        }
        for number, subsidy_id in acted.subsidies.items()
        for of in [subsidies.subsidy(session, subsidy_id)]
    ]  # fmt: skip
    assert found == SUMS
    assert [place for _, places in verify(session, CHECKS) for place in places] == []


def test_verdicts_have_their_rules(acted: Acted, session: Session) -> None:
    """The rules of the first table are those the calculation cites."""
    rules = {row["verdict"]: row["rule in 746"] for row in RULES}
    assert all(rules[row["verdict"]] == row["rule"] for row in SHEET if row["verdict"] != "counts")
