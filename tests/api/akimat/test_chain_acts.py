"""Money goes down by its lender and up by its borrower, under two names, and nobody else moves it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.access.matrix import Forbidden
from api.acts.approvals import NotYours
from api.acts.registry import act_named, acts
from ledger.errors import NotFound
from lending.chain.debts import debts
from lending.chain.facilities import facility
from tests.api.akimat.conftest import DAY, Programme

#: Every act of this area on something of the chain's, with whom it belongs to.
OF_THE_CHAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "facilities.draw": ("operator-officer", {"facility_id": "line", "amount": "100", "on": DAY}),
    "facilities.undo-draw": ("operator-officer", {"facility_id": "line", "lot_id": "lot", "on": DAY}),
    "facilities.pay": ("lender-officer", {"facility_id": "line", "principal": "100", "on": DAY}),
    "facilities.repay-early": ("lender-officer", {"facility_id": "line", "principal": "100", "on": DAY}),
    "facilities.undo-payment": ("lender-officer", {"facility_id": "line", "payment_id": 1, "on": DAY}),
    "target-use.confirm": (
        "lender-officer",
        {"loan_id": "first", "on": DAY, "papers": [{"kind": "invoice", "number": "1", "amount": "5"}]},
    ),
    "target-use.withdraw": ("lender-officer", {"loan_id": "first", "confirmation_id": 1, "on": DAY}),
    "explanations.ask": (
        "akimat-officer", {"loan_id": "first", "about": "jobs", "on": DAY, "answer_by": date(2019, 5, 9)},
    ),
    "violations.find": (
        "akimat-officer",
        {"loan_id": "first", "breach": "target-use", "amount": "5", "on": DAY, "mend_by": date(2019, 6, 1)},
    ),
    "breach-terms.agree": ("lender-officer", {"loan_id": "first", "on": DAY, "document_number": "1"}),
    "jobs.employ": (
        "lender-officer",
        {"loan_id": "first", "job": 1, "person": "850326436620", "contract_number": "1", "concluded_on": DAY,
         "starts_on": DAY, "on": DAY},
    ),
    "loans.change-use": (
        "lender-officer",
        {"loan_id": "first", "cadastral_number": "1", "on": DAY, "document_kind": "act", "document_number": "1"},
    ),
    "subsidies.confirm": (
        "operator-officer", {"lot_id": "lot", "on": DAY, "document_number": "1", "document_date": DAY},
    ),
}  # fmt: skip


def named(programme: Programme, asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked, with the ids of things instead of their names."""
    return {
        name: programme.made.get(value, value) if isinstance(value, str) else value for name, value in asked.items()
    }


@pytest.mark.parametrize("act", OF_THE_CHAIN)
def test_acts_are_refused_to_other_organisations(programme: Programme, act: str) -> None:
    """With the very role, somebody of another programme does not find the object, or is told it is not theirs."""
    role, asked = OF_THE_CHAIN[act]
    with pytest.raises((NotFound, NotYours)):
        programme.do(programme.somebody(role, at="stranger"), act, **named(programme, asked))


@pytest.mark.parametrize("act", OF_THE_CHAIN)
def test_acts_are_refused_without_the_role(programme: Programme, act: str) -> None:
    """An auditor of the right organisation reads and does nothing."""
    _, asked = OF_THE_CHAIN[act]
    with pytest.raises(Forbidden):
        programme.do(programme.somebody("auditor", at="mfo"), act, **named(programme, asked))


def test_a_borrower_cannot_draw_by_itself(programme: Programme) -> None:
    """An operator sees the agreement that funds it, and only its lender sends money down."""
    operator = programme.somebody("operator-officer")
    with pytest.raises(NotYours):
        programme.do(operator, "facilities.draw", facility_id=programme.made["loan"], amount="5", on=DAY)


def test_a_drawdown_takes_two_people_of_the_lender(programme: Programme) -> None:
    """The akimat's money reaches the operator when another person of the akimat has confirmed."""
    officer, approver = programme.somebody("akimat-officer"), programme.somebody("akimat-approver")
    budget, treasurer = programme.somebody("budget-officer"), programme.somebody("budget-approver")
    sums = {"amount": "1000000", "on": DAY}
    programme.twice(budget, treasurer, "facilities.draw", facility_id=programme.made["credit"], **sums)
    done = programme.twice(officer, approver, "facilities.draw", facility_id=programme.made["loan"], **sums)
    assert done.state == "done"
    loan_id = programme.made["loan"]
    owed = programme.read(lambda session: debts(session, [loan_id])[loan_id].principal)
    assert owed == 1_100_000_000


def test_small_payments_take_one_person_and_are_undone_by_two(programme: Programme) -> None:
    """A lender repays below the threshold alone; taking it back needs a second person."""
    officer, approver = programme.somebody("lender-officer"), programme.somebody("lender-approver")
    line = programme.made["line"]
    paid = programme.do(officer, "facilities.repay-early", facility_id=line, principal="500000", on=DAY)
    assert paid.state == "done"
    undone = {"facility_id": line, "payment_id": paid.result["payment_id"], "on": DAY}
    assert programme.twice(officer, approver, "facilities.undo-payment", **undone).state == "done"
    assert programme.read(lambda session: debts(session, [line])[line].principal) == 1_000_000_000


def test_an_agreement_is_opened_by_its_lender_within_the_edition(programme: Programme) -> None:
    """The operator opens a line out of its own loan; a rate above the edition's is refused with the clause."""
    officer, approver = programme.somebody("operator-officer"), programme.somebody("operator-approver")
    asked = {
        "number": "Л-2", "link": "funding-line", "borrower": "bank", "edition": "746", "signed_on": "2019-04-01",
        "amount": "5000000", "annual_rate": "0.01", "months": 36, "every_months": "6", "territory": "city",
        "parent_id": programme.made["loan"],
    }  # fmt: skip
    opened = programme.twice(officer, approver, "facilities.open", **asked).result["facility_id"]

    def lender_of(session: Session) -> int:
        return facility(session, opened).lender_id

    assert programme.read(lender_of) == programme.ids["acc"]
    with pytest.raises(Exception, match="746"):
        programme.do(officer, "facilities.open", **(asked | {"number": "Л-3", "annual_rate": "0.5"}))


def test_settling_pays_only_ones_own_debts(programme: Programme) -> None:
    """An operator's settlement leaves what its lenders owe it alone."""
    officer, approver = programme.somebody("operator-officer"), programme.somebody("operator-approver")
    assert programme.twice(officer, approver, "facilities.settle-due", on=DAY).result["facilities"] == 0


def test_every_act_of_the_area_is_made_by_somebody() -> None:
    """No act lies unused: each of the area's names a path and belongs to the registry once."""
    assert set(OF_THE_CHAIN) <= set(acts())
    assert len({act_named(name).path for name in acts()}) == len(acts())
