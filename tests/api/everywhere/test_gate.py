"""Every route stands behind the gate, and the gate says what the reviewed file says."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from api.access.gate import Gate
from api.access.matrix import matrix
from api.http.headers import HEADERS
from api.http.rates import Rates
from api.v1.routes import act_routes
from tests.api.everywhere.town import OURS, SAFE, SITE, Town, nowhere, settings
from tests.api.people import person

ROLES = (None, *matrix().roles)
#: Whose requests are sent in the quick suite; the slow one sends everybody's.
ASKED = (None, "lender-officer", "auditor")
REST = tuple(role for role in ROLES if role not in ASKED)
API = "/api/"


@cache
def the_file() -> dict[str, Any]:
    """The reviewed file."""
    return tomllib.loads(files("api.access").joinpath("matrix.toml").read_text("utf-8"))


def promised(route: str, role: str | None) -> bool:
    """What the file says, read without the code that the site reads it with."""
    said = the_file()
    act = act_routes().get(route)
    words = (said["acts"][act]["makers"] if act else said["routes"][route]).split()
    roles = {role for word in words for role in said["sets"].get(word, word).split()}
    return "public" in roles or (role is not None and ("everyone" in roles or role in roles))


@pytest.mark.parametrize("role", ROLES)
def test_the_gate_says_what_the_file_says(town: Town, role: str | None) -> None:
    """For every route and role the site's own reading of the matrix is the plain reading of its lines."""
    gate, actor = Gate(matrix(), act_routes()), None if role is None else person(1, role)
    assert [route for route in town.routes if gate.admits(actor, route) != promised(route, role)] == []


@pytest.mark.parametrize(
    "role", [*ASKED, *(pytest.param(role, marks=pytest.mark.slow) for role in ROLES if role not in ASKED)]
)
def test_every_route_opens_to_whom_the_matrix_names(town: Town, role: str | None) -> None:
    """Whoever the file does not name gets 401 or 403 (or is led to sign in), and nobody ends in a fault."""
    actor = None if role is None else town.somebody(role)
    reader = town.browser(actor)
    for route in sorted(town.routes, key=lambda route: not route.startswith(SAFE)):
        method, path = route.split()[0], nowhere(route)
        browser = reader if method == SAFE else town.browser(actor)
        town.decisions.clear()
        answer = browser.request(method, path, headers=OURS, json={} if path.startswith(API) else None)
        assert town.decisions == [(route, promised(route, role))], route
        assert answer.status_code < 500, (route, answer.text)
        if not promised(route, role):
            led_in = answer.headers.get("Location", "").startswith("/sign-in")
            assert answer.status_code == (401 if role is None else 403) or (role is None and led_in), route


ELSEWHERE: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {},
)


@pytest.mark.parametrize("headers", ELSEWHERE, ids=["cross-site", "same-site", "origin", "silent"])
def test_no_route_changes_anything_for_another_site(town: Town, headers: dict[str, str]) -> None:
    """Whatever another site makes the browser of somebody signed in send is refused before the route is reached."""
    browser = town.browser(town.somebody("administrator"))
    unsafe = [route for route in town.routes if not route.startswith(SAFE)]
    assert len(unsafe) > 20
    for route in unsafe:
        town.decisions.clear()
        answer = browser.request(route.split()[0], nowhere(route), headers=headers)
        assert (answer.status_code, town.decisions) == (403, []), route


def test_every_route_answers_with_the_headers(town: Town) -> None:
    """Answers and refusals of all routes carry the policy; answers that bring a stricter one keep it."""
    browser = town.browser(town.somebody("lender-officer"))
    for route in town.routes:
        headers = browser.request(route.split()[0], nowhere(route), headers={"Origin": SITE}).headers
        missing = [name for name, value in HEADERS.items() if headers.get(name) != value]
        assert missing == [], route
        assert "X-Request-Id" in headers, route


def test_the_whole_api_counts_requests(town: Town) -> None:
    """Once a person's minute is used up, every route of the API says when to come back; another person's is not."""
    kept, town.app.state.rates = town.app.state.rates, Rates(settings(rate_api=1), clock=lambda: 0.0)
    try:
        officer = town.somebody("lender-officer")
        browser = town.browser(officer)
        assert browser.get("/api/v1/editions").status_code == 200
        for route in town.routes:
            if f" {API}" in route and promised(route, "lender-officer"):
                answer = browser.request(route.split()[0], nowhere(route), headers=OURS, json={})
                assert (answer.status_code, answer.headers.get("Retry-After")) == (429, "60"), route
        assert town.browser(town.somebody("lender-officer")).get("/api/v1/editions").status_code == 200
    finally:
        town.app.state.rates = kept
