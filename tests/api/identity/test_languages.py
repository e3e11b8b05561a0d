"""Changing the language at the door and in the account keeps the page and what was typed, and never a secret."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.identity.invitations import invite
from api.settings import Settings
from api.world import World
from ledger.unit_of_work import perform
from tests.api.identity.staff import NOW, PASSWORD, employ
from tests.api.identity.test_pages import House, send

SECRET = "quite some words 123456"
KAZAKH = re.compile(r'formaction="([^"]+)"[^>]*value="kk"')


@pytest.fixture
def house(committed_engine: Engine, tmp_path: Path) -> House:
    """A house with nobody in it."""
    settings = Settings(home=tmp_path, language="en", rate_sign_in=1000)
    built: House
    built = House(World(settings=settings, engine=committed_engine, jobs=committed_engine, now=lambda: built.now))
    return built


def in_kazakh(browser: TestClient, path: str, **typed: object) -> str:
    """The page after pressing the Kazakh language with the form filled in; twice, since it has to last."""
    for _ in range(2):
        found = KAZAKH.search(browser.get(path).text)
        assert found is not None, path
        page = send(browser, unescape(found[1]), redraw="kk", **typed)
    assert page.status_code == 200
    assert 'lang="kk"' in page.text.partition(">")[2][:40]
    assert SECRET not in page.text
    return page.text


def test_at_the_door_the_login_stays(house: House) -> None:
    """Nothing is judged: the login and the way on are kept, the password is asked for again and the page says so."""
    page = in_kazakh(house.browser(), "/sign-in?next=/account", login="aigerim", password=SECRET, next="/account")
    assert 'value="aigerim"' in page
    assert 'value="/account"' in page
    assert "error-summary" not in page
    assert "Құпиясөз бен код тіл ауысқанда сақталмайды" in page


def test_nothing_is_said_where_no_secret_was_typed(house: House) -> None:
    """With the login alone there is nothing to type again."""
    assert "dropped" not in in_kazakh(house.browser(), "/sign-in", login="aigerim")


def test_between_password_and_code_the_step_stays(house: House) -> None:
    """The page of the code comes back without it, and no attempt is counted."""
    house.hire("aigerim")
    browser = house.browser()
    send(browser, "/sign-in", login="aigerim", password=PASSWORD)
    in_kazakh(browser, "/sign-in/code?next=/account", code=SECRET, next="/account")
    assert send(browser, "/sign-in/code", code=house.code("aigerim")).status_code == 303


def test_an_invitation_stays_good(house: House) -> None:
    """The password page of somebody invited is drawn again; its address loses the invitation, the form keeps it."""
    who = employ(house.world.jobs, "daulet")
    token = perform(house.world.jobs, lambda session: invite(session, who.id, NOW))
    page = in_kazakh(house.browser(), f"/sign-in/invitation?token={token}", token=token, password=SECRET)
    assert token not in "".join(KAZAKH.findall(page))
    assert f'name="token" value="{token}"' in page


@pytest.mark.parametrize(
    ("path", "typed", "kept"),
    [
        ("/account/password", {"old": SECRET, "password": SECRET}, ""),
        ("/account/confirm?next=/account", {"code": SECRET}, ""),
        ("/account/authenticator", {"code": SECRET}, ""),
        ("/account", {"name": "1C", "days": "3O", "scopes": "lender-officer"}, 'value="3O"'),
        ("/users/new", {"name": "Дина", "login": "dina", "roles": "lender-approver"}, 'value="Дина"'),
    ],
)
def test_inside_every_form_stays(house: House, path: str, typed: dict[str, str], kept: str) -> None:
    """What is no secret stands there as typed, ticks too."""
    house.hire("aigerim", "lender-officer", "administrator")
    page = in_kazakh(house.enter("aigerim"), path, **typed)
    assert kept in page
    ticked = typed.get("scopes") or typed.get("roles")
    assert ticked is None or re.search(rf'value="{ticked}" checked', page)


def test_ticked_roles_of_a_colleague_stay(house: House) -> None:
    """They are shown as ticked and not given."""
    house.hire("aigerim", "administrator")
    other = house.hire("daulet", "lender-officer")
    browser = house.enter("aigerim")
    page = in_kazakh(browser, f"/users/{other.id}", roles="lender-approver")
    assert re.search(r'value="lender-approver" checked', page)
    assert not re.search(r'value="lender-approver" checked', browser.get(f"/users/{other.id}").text)
