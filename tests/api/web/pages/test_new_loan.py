"""A new loan is registered once, within limits that are shown with their clauses, and nothing typed is lost."""

from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.world import World
from ledger.unit_of_work import perform
from tests.api.people import person, world_on
from tests.api.site import send, site
from tests.lending.applications.path import APPLIED, Lending, lending
from tests.lending.microcredits.lender import iin

NBSP = "\u00a0"


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world on the day of applying."""
    return world_on(committed_engine, APPLIED, hosts="testserver")


def typed(of: Lending, **changes: str) -> dict[str, str]:
    """What an officer types for a start-up with livestock."""
    told = {
        "facility_id": str(of.facility_id), "borrower_id_number": str(iin(1)), "borrower_name": "Ахметов Д.",
        "borrower_kind": "individual-entrepreneur", "borrower_size": "micro", "registered_on": "2018-10-01",
        "tax_registered": "true", "territory": "rural", "purpose": "open-microbusiness", "sector": "livestock",
        "oked": "01.41", "jobs_promised": "2", "job_clause": "true", "number": "M-77", "applied_on": "2019-03-15",
        "signed_on": "2019-03-15", "disburse_on": "2019-03-15", "source": "fresh", "amount": "3 000 000,00",
        "annual_rate": "6", "months": "24", "every_months": "1", "method": "annuity", "day_count": "30/360",
        "principal_grace_months": "8", "interest_grace_months": "0", "certificate_kind": "other-training",
        "certificate_on": "2019-02-01", "referral_number": "12", "referral_on": "2019-03-02",
    }  # fmt: skip
    return told | changes


def started(world: World, lang: str = "ru") -> tuple[Lending, TestClient]:
    """A lender with money, and its officer at work."""
    of = perform(world.jobs, lending)
    return of, site(world, person(of.lender_id, "lender-officer"), lang)


def loans(world: World) -> int:
    """How many loans there are."""
    return int(perform(world.jobs, lambda session: session.execute(text("SELECT count(*) FROM loan")).scalar_one()))


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_limits_are_shown_with_arithmetic_and_clause(world: World, lang: str) -> None:
    """The cap is the number of indices times the index of the contract date, with the clause beside it."""
    of, client = started(world, lang)
    panel = send(client, "/loans/new", typed(of), "/loans/new/limits").text
    plain = panel.replace(NBSP, " ").replace(",", " ")
    assert "2 525 ₸ = 6 312 500 ₸" in plain
    assert "746-LN-09 · 5.2.2" in panel


def test_a_grace_beyond_a_third_is_said_beside_its_field(world: World) -> None:
    """Twelve months of grace in twenty-four are refused with the eight that are allowed; nothing is registered."""
    of, client = started(world)
    page = send(client, "/loans/new", typed(of, principal_grace_months="12"))
    assert page.status_code == 409
    assert "то есть 8 мес." in page.text
    assert 'id="principal_grace_months-problem"' in page.text
    assert "<title>Ошибка:" in page.text
    assert loans(world) == 0


def test_checked_answers_register_one_loan(world: World) -> None:
    """The answers are shown first; registering twice with one key gives one loan and one receipt."""
    of, client = started(world)
    checked = send(client, "/loans/new", typed(of))
    assert checked.status_code == 200
    assert loans(world) == 0
    assert "Зарегистрировать" in checked.text
    first = again(client, typed(of))
    second = client.post("/loans/new", data=first["sent"], headers={"Origin": "https://testserver"})
    assert first["answer"].url.path.startswith("/receipts/")
    assert second.url == first["answer"].url
    assert loans(world) == 1


def again(client: TestClient, fields: dict[str, str]) -> dict[str, Any]:
    """Register, and tell what was sent so that it can be sent once more."""
    hidden = {"key": "key-of-the-form", "confirmed": "yes"}
    sent = hidden | fields
    return {"answer": client.post("/loans/new", data=sent, headers={"Origin": "https://testserver"}), "sent": sent}


def test_what_was_typed_is_there_after_the_session_was_lost(world: World) -> None:
    """A draft is kept while typing, belongs to the person, and goes when the loan is registered."""
    of = perform(world.jobs, lending)
    officer = person(of.lender_id, "lender-officer")
    send(site(world, officer), "/loans/new", typed(of, borrower_name="Тұрсынова А."), "/loans/new/limits")
    assert "Тұрсынова А." in site(world, officer).get("/loans/new").text
    assert "Тұрсынова" not in site(world, person(of.lender_id, "lender-officer")).get("/loans/new").text
    again(site(world, officer), typed(of))
    assert "Ахметов" not in site(world, officer).get("/loans/new").text


def test_a_wrong_digit_is_told_at_once(world: World) -> None:
    """A number whose control digit does not fit is said while it is typed."""
    of, client = started(world)
    wrong = str(iin(1))[:-1] + str((int(str(iin(1))[-1]) + 1) % 10)
    panel = send(client, "/loans/new", typed(of, borrower_id_number=wrong), "/loans/new/limits").text
    assert wrong in panel
    assert "контрольная цифра ИИН/БИН верна" not in panel


def test_a_known_borrower_is_offered_and_filled_in(world: World) -> None:
    """Whoever is on record is offered by name, and one press fills the form."""
    of, client = started(world)
    again(client, typed(of))
    asked = typed(of, number="M-78", borrower_name="")
    assert "Этот заемщик уже есть: Ахметов Д." in send(client, "/loans/new", asked, "/loans/new/limits").text
    page = send(client, "/loans/new", asked | {"use": "borrower"}).text
    assert 'value="Ахметов Д."' in page


def test_another_lenders_agreement_is_not_known(world: World) -> None:
    """An agreement of somebody else gives no limits, and no loan."""
    theirs = perform(world.jobs, lending)
    _, client = started(world)
    assert "746-LN-09" not in send(client, "/loans/new", typed(theirs), "/loans/new/limits").text
    assert send(client, "/loans/new", typed(theirs)).status_code == 404


def test_only_officers_of_lenders_get_the_form(world: World) -> None:
    """An approver, an auditor and an akimat's officer are turned away."""
    of = perform(world.jobs, lending)
    people = [person(of.lender_id, "lender-approver"), person(of.lender_id, "auditor")]
    people.append(person(of.lender_id, "akimat-officer", kind="akimat"))
    for each in people:
        client = site(world, each)
        assert client.get("/loans/new").status_code == 403
        answer = client.post("/loans/new", data=typed(of), headers={"Origin": "https://testserver"})
        assert answer.status_code == 403
