"""The pages of identity in a browser: in by password and code, out again, and what an administrator may do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.audit.tables import AuditEventRow
from api.database import DEMO_MARK
from api.http.app import create_app
from api.identity.api_tokens import create_token
from api.identity.codes import code_at
from api.identity.demo_people import NotADemo, people_of_the_demo
from api.identity.invitations import invite
from api.identity.people import Person, set_access, set_roles
from api.identity.sessions import COOKIE
from api.identity.vault import keys_of
from api.settings import Settings
from api.world import World
from ledger.unit_of_work import make_engine, perform
from tests.api.identity.staff import NOW, PASSWORD, QUICK, employ, enrolled

#: The clock of the world stands still until a test moves it.
STEP = timedelta(seconds=30)


@dataclass
class House:
    """A world with its application, a clock, and the authenticators of its people."""

    world: World
    now: datetime = NOW
    secrets: dict[str, str] = field(default_factory=dict)

    def browser(self) -> TestClient:
        """A browser without cookies that follows no redirects."""
        return TestClient(create_app(self.world), base_url="https://localhost", follow_redirects=False)

    def hire(self, login: str, *roles: str, at: str = "mfo-1", kind: str = "mfo") -> Person:
        """Somebody with an authenticator."""
        who = employ(self.world.jobs, login, roles=roles, at=at, kind=kind)
        self.secrets[login] = enrolled(self.world.jobs, keys_of(self.world.settings), who)
        return who

    def code(self, login: str) -> str:
        """The next code of somebody's, half a minute later."""
        self.now += STEP
        return code_at(self.secrets[login], self.now)

    def enter(self, login: str) -> TestClient:
        """A browser in which somebody is signed in."""
        browser = self.browser()
        send(browser, "/sign-in", login=login, password=PASSWORD)
        assert send(browser, "/sign-in/code", code=self.code(login)).headers["location"] == "/"
        return browser


@pytest.fixture
def house(committed_engine: Engine, tmp_path: Path) -> House:
    """A house with nobody in it."""
    settings = Settings(home=tmp_path, language="en", rate_sign_in=1000)
    built: House
    built = House(World(settings=settings, engine=committed_engine, jobs=committed_engine, now=lambda: built.now))
    return built


def send(browser: TestClient, path: str, **values: object) -> Response:
    """Send a form from a page of ours."""
    return browser.post(path, data=values, headers={"Sec-Fetch-Site": "same-origin"})


def test_in_by_password_and_code_and_on_to_the_page_asked_for(house: House) -> None:
    """Asked to sign in, then for the code, and then where the person wanted to go."""
    house.hire("aigerim", "lender-officer")
    browser = house.browser()
    asked = browser.get("/account?lang=en")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/account%3Flang%3Den")
    half = send(browser, "/sign-in", login="Aigerim", password=PASSWORD, next="/account")
    assert half.headers["location"] == "/sign-in/code?next=/account"
    assert browser.get("/account").status_code == 303
    whole = send(browser, "/sign-in/code", code=house.code("aigerim"), next="/account")
    assert whole.headers["location"] == "/account"
    assert "Aigerim" in browser.get("/account").text


def test_the_cookie_is_bound_to_host_and_scheme(house: House) -> None:
    """__Host-, Secure, HttpOnly, SameSite=Lax, Path=/, and no longer than the browser is open."""
    house.hire("aigerim")
    cookie = send(house.browser(), "/sign-in", login="aigerim", password=PASSWORD).headers["set-cookie"]
    name, *attributes = re.split(r"; ", cookie)
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}", name)
    assert {each.lower() for each in attributes} == {"secure", "httponly", "samesite=lax", "path=/"}


def test_the_cookie_before_a_step_is_worth_nothing_after_it(house: House) -> None:
    """Neither the token between password and code nor one planted beforehand is signed in afterwards."""
    house.hire("aigerim")
    browser, planted = house.browser(), {"Cookie": f"{COOKIE}=planted", "Sec-Fetch-Site": "same-origin"}
    browser.post("/sign-in", data={"login": "aigerim", "password": PASSWORD}, headers=planted)
    half = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    send(browser, "/sign-in/code", code=house.code("aigerim"))
    for old in (planted, half):
        assert house.browser().get("/account", headers=old).status_code == 303
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https:evil", "https://evil.example", "/\\evil", "\\\\evil", "/\t/evil", "javascript:x", ""],
)
def test_next_leads_nowhere_else(house: House, target: str) -> None:
    """An address a browser could read as another site's becomes the first page."""
    house.hire("aigerim")
    browser = house.browser()
    half = send(browser, "/sign-in", login="aigerim", password=PASSWORD, next=target)
    assert half.headers["location"] == "/sign-in/code?next=/"
    assert send(browser, "/sign-in/code", code=house.code("aigerim"), next=target).headers["location"] == "/"


def test_unknown_and_known_logins_are_answered_alike(house: House) -> None:
    """Same status and, but for what was typed, the same page."""
    house.hire("aigerim")
    pages = set()
    for login in ("aigerim", "unknown"):
        answer = send(house.browser(), "/sign-in", login=login, password="wrong")
        plain = re.sub(r'name="(csrf|key)" value="[^"]*"|Request number: \S+', "", answer.text.replace(login, ""))
        pages.add((answer.status_code, plain))
    assert len(pages) == 1
    assert pages.pop()[0] == 401


def test_too_many_wrong_passwords_are_told_to_wait(house: House) -> None:
    """429 with Retry-After, and the right password works when it is over."""
    house.hire("aigerim")
    browser = house.browser()
    browser.headers["User-Agent"] = "x"
    for _ in range(6):
        answer = send(browser, "/sign-in", login="unknown", password="wrong")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


def test_disabling_is_felt_by_the_next_request(house: House) -> None:
    """An open page does not help: what it sends is answered with 401."""
    who = house.hire("aigerim")
    browser = house.enter("aigerim")
    assert browser.get("/account").status_code == 200
    perform(house.world.jobs, lambda session: set_access(session, who, allowed=False, by=None, now=house.now))
    assert send(browser, "/account/sessions/end-others").status_code == 401
    sent = browser.post("/account/password", headers={"HX-Request": "true", "Sec-Fetch-Site": "same-origin",
                                                      "HX-Current-URL": "https://localhost/account?a=1"})  # fmt: skip
    assert (sent.status_code, sent.headers["hx-redirect"]) == (401, "/sign-in?next=/account%3Fa%3D1")


def test_roles_are_read_on_every_request(house: House) -> None:
    """A role taken away is gone from the open page's next request."""
    who = house.hire("aigerim", "lender-officer")
    browser = house.enter("aigerim")
    assert "lender’s officer" in browser.get("/account").text
    perform(house.world.jobs, lambda session: set_roles(session, who, [], by=None, now=house.now))
    assert "lender’s officer" not in browser.get("/account").text


def test_signing_out_ends_the_session_itself(house: House) -> None:
    """The cookie is forgotten, and a copy of it is worth nothing."""
    house.hire("aigerim")
    browser = house.enter("aigerim")
    token = browser.cookies[COOKIE]
    assert send(browser, "/sign-out").headers["location"] == "/sign-in"
    browser.cookies.set(COOKIE, token)
    assert browser.get("/account").status_code == 303


def test_two_browsers_see_each_other(house: House) -> None:
    """Both are listed; one ends the other, and goes on."""
    house.hire("aigerim")
    here, there = house.enter("aigerim"), house.enter("aigerim")
    end = re.search(r"/account/sessions/\d+/end", here.get("/account").text)
    assert end
    send(here, end[0])
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 303)


def test_an_administrator_ends_sessions_of_colleagues_only(house: House) -> None:
    """Of the own organisation anyone's; people of another one are not found."""
    clerk, stranger = house.hire("clerk"), house.hire("stranger", at="acc", kind="operator")
    house.hire("chief", "administrator")
    at_work, chief = house.enter("clerk"), house.enter("chief")
    end = re.search(rf"/users/{clerk.id}/sessions/\d+/end", chief.get(f"/users/{clerk.id}").text)
    assert end
    send(chief, end[0])
    assert at_work.get("/account").status_code == 303
    assert chief.get(f"/users/{stranger.id}").status_code == 404
    assert send(chief, f"/users/{stranger.id}/access", allowed="false").status_code == 404


def test_roles_are_granted_after_a_recent_code_and_never_to_oneself(house: House) -> None:
    """Six minutes after the last code another one is asked for; one's own roles stay."""
    clerk = house.hire("clerk")
    chief = house.hire("chief", "administrator")
    browser = house.enter("chief")
    house.now += timedelta(minutes=6)
    asked = send(browser, f"/users/{clerk.id}/roles", roles="lender-officer")
    assert asked.headers["location"].startswith("/account/confirm?next=")
    old = browser.cookies[COOKIE]
    send(browser, "/account/confirm", code=house.code("chief"), next=f"/users/{clerk.id}")
    assert browser.cookies[COOKIE] != old
    assert send(browser, f"/users/{clerk.id}/roles", roles="lender-officer").headers["location"] == f"/users/{clerk.id}"
    assert "checked" in browser.get(f"/users/{clerk.id}").text
    assert send(browser, f"/users/{chief.id}/roles", roles="lender-officer").status_code == 403


def test_from_an_invitation_to_the_first_page(house: House) -> None:
    """Password, authenticator, recovery codes; the link works once, and a recovery code stands in for the telephone."""
    house.hire("chief", "administrator")
    page = send(house.enter("chief"), "/users/new", login="bolat", name="Болат", roles="lender-officer").text
    link = re.search(r"/sign-in/invitation\?token=[\w-]+", page)
    assert link
    browser, token = house.browser(), link[0].partition("=")[2]
    assert "bolat" in browser.get(link[0]).text
    weak = send(browser, "/sign-in/invitation", token=token, password="bolat-bolat-2021")
    assert (weak.status_code, "easily guessed" in weak.text) == (422, True)
    assert (
        send(browser, "/sign-in/invitation", token=token, password=PASSWORD)
        .headers["location"]
        .startswith("/sign-in/enrolment")
    )
    assert house.browser().get(link[0]).status_code == 401
    letters = re.search(r'id="letters">([A-Z2-7 ]+)<', browser.get("/sign-in/enrolment").text)
    assert letters
    house.secrets["bolat"] = letters[1].replace(" ", "")
    codes = re.findall(r"<li><code>([\w-]+)</code>", send(browser, "/sign-in/enrolment", code=house.code("bolat")).text)
    assert len(codes) == 10
    assert browser.get("/account").status_code == 200
    again = house.browser()
    send(again, "/sign-in", login="bolat", password=PASSWORD)
    assert send(again, "/sign-in/code", code=codes[0]).headers["location"] == "/"


def test_a_reset_still_asks_for_the_code_on_the_page(house: House) -> None:
    """A new password leads to the page for the code and not past it."""
    who = house.hire("aigerim")
    token = perform(house.world.jobs, lambda session: invite(session, who.id, house.now))
    browser = house.browser()
    answer = send(browser, "/sign-in/invitation", token=token, password="тоғыз тоқты тоғайда")
    assert answer.headers["location"].startswith("/sign-in/code")
    assert browser.get("/account").status_code == 303


def test_a_token_is_for_programs(house: House) -> None:
    """It is shown once, works as a bearer on the API only, and a wrong one is nobody's."""
    house.hire("aigerim", "lender-officer")
    page = send(house.enter("aigerim"), "/account/tokens", name="export", days="30", scopes="lender-officer").text
    token = re.search(r"nesie_[\w-]{43}", page)
    assert token
    assert bearer(house, token[0], "/api/v1/loans").status_code == 200
    assert bearer(house, token[0][:-1], "/api/v1/loans").status_code == 401
    assert bearer(house, token[0], "/account").status_code == 303


def test_a_program_steps_up_by_a_code_in_its_request(house: House) -> None:
    """A right code counts for that request; the same again, or a wrong one, is refused."""
    who = house.hire("aigerim", "lender-officer")
    token = perform(
        house.world.jobs,
        lambda session: create_token(session, who, name="x", scopes=["lender-officer"], days=1, now=house.now),
    )
    code = house.code("aigerim")
    answers = [bearer(house, token, "/api/v1/loans", **{"Nesie-Code": code}).status_code for _ in range(2)]
    assert answers == [200, 401]


def test_what_is_done_to_people_is_recorded(house: House) -> None:
    """Who gave whom which role is in the audit, before and after."""
    clerk = house.hire("clerk")
    house.hire("chief", "administrator")
    send(house.enter("chief"), f"/users/{clerk.id}/roles", roles="lender-officer")
    with Session(house.world.jobs) as session:
        event = session.scalars(select(AuditEventRow).where(AuditEventRow.act == "people.set-roles")).one()
    moved = [{"key": "roles", "before": [], "after": ["lender-officer"]}]
    assert (event.login, event.about, event.measures) == ("chief", f"person:{clerk.id}", moved)


def bearer(house: House, token: str, path: str, **headers: str) -> Response:
    """What a program is answered."""
    return house.browser().get(path, headers={"Authorization": f"Bearer {token}"} | headers)


@pytest.mark.parametrize(
    "path", ["/sign-in", "/account", "/users", "/account/password", "/account/confirm", "/users/new"]
)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_page_speaks_every_language(house: House, path: str, lang: str) -> None:
    """No word is missing, and nothing is styled or scripted in the page itself."""
    house.hire("chief", "administrator")
    browser = house.browser() if path == "/sign-in" else house.enter("chief")
    answer = browser.get(f"{path}?lang={lang}")
    assert (answer.status_code, answer.headers["content-language"]) == (200, lang)
    assert not re.search(r"style=|<script>|onclick", answer.text)


def test_a_demo_is_entered_by_password_alone(house: House, fresh_database: str) -> None:
    """In a database that its owner marked; in any other nobody is made with a printed password."""
    employ(house.world.jobs, "aigerim")
    with pytest.raises(NotADemo):
        people_of_the_demo(house.world.jobs, 7, NOW, hasher=QUICK)
    owner = make_engine(fresh_database, role=None, pool_size=1)
    with owner.begin() as connection:
        connection.execute(text(f"COMMENT ON SCHEMA public IS '{DEMO_MARK}'"))
    owner.dispose()
    made = people_of_the_demo(house.world.jobs, 7, NOW, hasher=QUICK)
    assert {each.roles for each in made} >= {("lender-officer",), ("administrator",)}
    browser = house.browser()
    assert send(browser, "/sign-in", login=made[0].login, password=made[0].password).headers["location"] == "/"
    assert browser.get("/account").status_code == 200
