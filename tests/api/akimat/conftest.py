"""A programme to look at through pages: one chain to an MFO, another akimat's chain beside it, and people of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.acts.performing import Outcome, approve, carry
from api.acts.registry import act_named
from api.http.app import create_app
from api.world import World
from ledger.unit_of_work import make_engine, perform
from tests.api.people import person, world_on
from tests.lending.chain.world import build
from tests.lending.microcredits.lender import lender
from tests.lending.support.world import Funded

DAY = date(2019, 5, 1)
DRAWN, LENT = date(2019, 2, 1), date(2019, 3, 1)
SITE = "https://testserver"
#: The organisation each role works at, as the chain knows it.
HOUSES = {
    "lender": "mfo", "operator": "acc", "akimat": "akimat", "budget": "budget", "accountant": "mfo",
    "stranger": "stranger", "far": "far",
}  # fmt: skip


@dataclass
class Programme:
    """A chain with two loans lent out of one tranche; ids by name, and those of organisations by code."""

    world: World
    ids: dict[str, int]
    made: dict[str, int] = field(default_factory=dict)

    def somebody(self, role: str, at: str = "", *, confirmed: bool = True) -> Actor:
        """A new person with a role, at the role's house or at another; with a one-time code of this minute."""
        house = at or HOUSES[role.split("-", maxsplit=1)[0]]
        return person(self.ids[house], role, kind=house, confirmed_at=self.world.now() if confirmed else None)

    def do(self, actor: Actor, act: str, **asked: Any) -> Outcome:
        """Carry an act out for somebody, once."""
        of = act_named(act)
        given = of.asks.model_validate(asked)
        return carry(self.world, actor, of, given, key=uuid4().hex)

    def twice(self, maker: Actor, checker: Actor, act: str, **asked: Any) -> Outcome:
        """Have one person ask for an act and another confirm it."""
        waiting = self.do(maker, act, **asked)
        assert waiting.state == "awaiting-approval"
        return approve(self.world, checker, waiting.approval_id or 0)

    def read(self, work: Callable[[Any], Any]) -> Any:
        """What ``work`` finds with the sight of the system."""
        return perform(self.world.jobs, work)


@dataclass
class StandingIn:
    """Middleware in the place of identity's: whoever the test says, asks."""

    app: ASGIApp
    who: dict[str, Actor]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be theirs."""
        if scope["type"] == "http":
            scope["state"]["actor"] = self.who.get("asks")
        await self.app(scope, receive, send)


@pytest.fixture
def programme(fresh_database: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme on the first of May 2019, seen through engines as the server has them."""
    jobs, blind = make_engine(fresh_database), make_engine(fresh_database, sight="")
    at = world_on(jobs, DAY, second_person_above="1000000", home=str(tmp_path), hosts=("testserver",))
    made = perform(jobs, _chain)
    yield Programme(World(at.settings, blind, jobs, at.now), made["ids"], made["things"])
    for engine in (jobs, blind):
        engine.dispose()


def _chain(session: Any) -> dict[str, dict[str, int]]:
    world = build(session)
    of = Funded(session, world, world.line)
    lot = of.tranche("10000000", DRAWN)
    first = of.lend("4000000", LENT, details={"jobs_promised": 2}, kato="110000000")
    second = of.lend("2000000", LENT, start_up=True, kato="110000000")
    other = lender(session)
    return {
        "ids": world.ids | {"stranger": other.id, "far": other.id},
        "things": {
            "credit": world.credit.id, "loan": world.loan.id, "line": world.line.id, "lot": lot, "first": first,
            "second": second, "elsewhere": other.lend("1000000"),
        },
    }  # fmt: skip


Visit = Callable[[Actor], TestClient]


@pytest.fixture
def visit(programme: Programme) -> Visit:
    """The site as somebody sees it: ``visit(actor).get("/utilisation")``."""
    who: dict[str, Actor] = {}
    app = create_app(programme.world, identity=[Middleware(StandingIn, who=who)])

    def as_seen_by(actor: Actor) -> TestClient:
        who["asks"] = actor
        return TestClient(app, base_url=SITE, follow_redirects=False, headers={"Sec-Fetch-Site": "same-origin"})

    return as_seen_by
