"""Figures of cards are those of the services they sum up."""

from datetime import date

from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.chain.debts import debts
from lending.chain.payments import repay_early
from lending.chain.utilisation import conservation
from reports.cards.facilities import facility_card
from reports.cards.flows import chain
from reports.cards.money_chain import money_chain
from tests.lending.chain.world import build
from tests.lending.support.world import Funded

ON = date(2019, 6, 1)


def funded(session: Session) -> Funded:
    """A chain with money lent, come back and lent again, and some repaid upwards."""
    world = build(session)
    of = Funded(session, world, world.line)
    of.tranche("10000000")
    loan_id = of.lend("6000000")
    of.settle(loan_id, date(2019, 4, 1), "6030000")
    of.lend("7000000", date(2019, 5, 2))
    repay_early(session, world.line.id, date(2019, 5, 10), tenge("1000000"))
    return of


def test_money_of_an_agreement_is_that_of_conservation(session: Session) -> None:
    """Every sum of every agreement is the one that the chain proves itself by."""
    funded(session)
    seen = chain(session, ON)
    for each in conservation(session, ON):
        money = seen.of(each.facility_id)
        assert (money.received, money.returned, money.repaid, money.budget, money.on_hand) == (
            each.received, each.returned, each.repaid, each.budget, each.on_hand,
        )  # fmt: skip
        assert money.passed_on + money.issued + money.relent == each.lent_fresh + each.lent_returned


def test_what_enters_a_node_leaves_it(session: Session) -> None:
    """Bands into each organisation's node equal the bands out of it, what is on hand included."""
    funded(session)
    made = money_chain(chain(session, ON))
    for node in (each.id for each in made.nodes if each.id in made.names and each.column):
        entering = sum(band.flow.amount for band in made.bands if band.flow.target == node)
        leaving = sum(band.flow.amount for band in made.bands if band.flow.source == node)
        assert entering == leaving > 0


def test_what_is_owed_is_what_the_debtors_book_says(session: Session) -> None:
    """The debt of each agreement, told from drawdowns and payments, is the ledger's."""
    funded(session)
    seen = chain(session, ON)
    for facility_id, debt in debts(session, list(seen.facilities), ON).items():
        assert facility_card(session, facility_id, ON).principal_owed == debt.principal + debt.owed_back
