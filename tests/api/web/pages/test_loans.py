"""The card of a loan tells what the services tell, to those who see the loan."""

from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api.world import World
from ledger.unit_of_work import perform
from tests.api.people import person, world_on
from tests.api.site import site
from tests.lending.microcredits.lender import Lender, lender

DAY = date(2019, 8, 1)
NBSP = "\u00a0"


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world some months after the loans were paid out."""
    return world_on(committed_engine, DAY, hosts="testserver")


def lent(world: World) -> tuple[int, int]:
    """A lender, and its loan of twelve million tenge in arrears."""

    def work(session: Session) -> tuple[int, int]:
        of: Lender = lender(session)
        return of.id, of.lend("12000000")

    return perform(world.jobs, work)


def test_the_card_tells_how_the_loan_stands(world: World) -> None:
    """The five facts of the band are those of the position: four instalments unpaid since 15 April."""
    lender_id, loan_id = lent(world)
    page = site(world, person(lender_id, "lender-officer")).get(f"/loans/{loan_id}")
    assert page.status_code == 200
    assert f"12{NBSP}000{NBSP}000,00{NBSP}₸" in page.text
    assert "15.04.2019" in page.text
    assert "более 90 дней" in page.text


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_card_speaks_three_languages(world: World, lang: str) -> None:
    """Every word of the card is in the catalogue of each language."""
    lender_id, loan_id = lent(world)
    assert site(world, person(lender_id, "lender-officer"), lang).get(f"/loans/{loan_id}").status_code == 200


def test_acts_are_offered_to_those_who_may(world: World) -> None:
    """The officer is offered a repayment, the auditor and the funder are offered nothing."""
    lender_id, loan_id = lent(world)
    offered = f"/acts/loans.repay?loan_id={loan_id}"
    assert offered in site(world, person(lender_id, "lender-officer")).get(f"/loans/{loan_id}").text
    assert offered not in site(world, person(lender_id, "auditor")).get(f"/loans/{loan_id}").text


def test_the_chain_leads_to_the_budget_and_hides_the_book(world: World) -> None:
    """Whoever funds the lender sees the card and the chain up to the budget, not the postings in the lender's book."""
    lender_id, loan_id = lent(world)
    funder = text("SELECT f.lender_id FROM facility f JOIN loan l ON l.facility_id = f.id WHERE l.id = :loan")
    akimat = perform(world.jobs, lambda session: session.execute(funder, {"loan": loan_id}).scalar_one())
    own = site(world, person(lender_id, "lender-officer")).get(f"/loans/{loan_id}").text
    theirs = site(world, person(akimat, "akimat-officer", kind="akimat")).get(f"/loans/{loan_id}").text
    assert "↑ Бюджет" in own
    assert "↑ Бюджет" in theirs
    assert 'id="postings"' in own
    assert 'id="postings"' not in theirs


def test_a_stranger_finds_no_such_loan(world: World) -> None:
    """Card, papers and API answer another lender that there is none."""
    _, loan_id = lent(world)
    stranger, _ = lent(world)
    client = site(world, person(stranger, "lender-officer"))
    paths = (f"/loans/{loan_id}", f"/loans/{loan_id}/annex", f"/loans/{loan_id}/statement", f"/api/v1/loans/{loan_id}")
    assert [client.get(path).status_code for path in paths] == [404] * 4


def test_the_api_tells_the_same_card(world: World) -> None:
    """Sums are in tiyn, and the schedule adds up to the loan."""
    lender_id, loan_id = lent(world)
    told = site(world, person(lender_id, "lender-officer")).get(f"/api/v1/loans/{loan_id}").json()
    assert told["standing"]["principal"] == told["amount"] == 1_200_000_000
    assert sum(each["principal"] for each in told["schedules"][-1]["instalments"]) == told["amount"]
    assert told["origins"][-1]["treasury"]


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_the_annex_is_printed_in_both_languages(world: World, lang: str) -> None:
    """The annex comes as a document named after the loan."""
    lender_id, loan_id = lent(world)
    page = site(world, person(lender_id, "lender-officer"), lang).get(f"/loans/{loan_id}/annex?format=xlsx")
    assert page.status_code == 200
    assert page.content.startswith(b"PK")
