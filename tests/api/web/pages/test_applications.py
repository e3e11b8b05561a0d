"""Applications as pages: the list, one with its path and next steps, the queue with its reasons."""

import pytest
from sqlalchemy import Engine

from api.world import World
from ledger.unit_of_work import perform
from lending.applications.values import Case
from tests.api.people import person, world_on
from tests.api.site import send, site
from tests.lending.applications.path import APPLIED, Lending, lending


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world on the day of applying."""
    return world_on(committed_engine, APPLIED, hosts="testserver")


def filed(world: World) -> tuple[Lending, Case]:
    """An application of a beginning entrepreneur, handed in."""

    def work(session: object) -> tuple[Lending, Case]:
        of = lending(session)  # type: ignore[arg-type] # a session
        return of, of.file()

    return perform(world.jobs, work)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_pages_of_applications_speak_three_languages(world: World, lang: str) -> None:
    """List, card and queue show the application."""
    of, case = filed(world)
    client = site(world, person(of.lender_id, "lender-officer"), lang)
    for path in ("/applications", f"/applications/{case.id}", "/queue"):
        page = client.get(path)
        assert page.status_code == 200
        assert case.number in page.text


def test_the_next_steps_are_those_of_the_state(world: World) -> None:
    """A new application is taken up, amended or withdrawn; once taken up it gets an opinion."""
    of, case = filed(world)
    client = site(world, person(of.lender_id, "lender-officer"))
    before = client.get(f"/applications/{case.id}").text
    assert "/acts/applications.take-up?" in before
    assert "/acts/applications.approve?" not in before
    fields = {"application_id": str(case.id), "on": APPLIED.isoformat(), "confirmed": "yes"}
    assert send(client, "/acts/applications.take-up", fields).status_code == 200
    assert "/acts/applications.conclude?" in client.get(f"/applications/{case.id}").text


def test_the_api_tells_every_step_with_its_findings(world: World) -> None:
    """The card in the API has the path and the place in the queue."""
    of, case = filed(world)
    told = site(world, person(of.lender_id, "auditor")).get(f"/api/v1/applications/{case.id}").json()
    assert [step["act"] for step in told["steps"]] == ["submit"]
    assert (told["place"], told["waiting"]) == (1, 1)


def test_a_stranger_sees_none_of_it(world: World) -> None:
    """Another lender finds no card, and neither list nor queue has it."""
    _, case = filed(world)
    of, _ = filed(world)
    client = site(world, person(of.lender_id, "lender-officer"))
    assert client.get(f"/applications/{case.id}").status_code == 404
    assert client.get(f"/api/v1/applications/{case.id}").status_code == 404
    assert case.number not in client.get("/applications").text
    assert f'/applications/{case.id}"' not in client.get("/queue").text
