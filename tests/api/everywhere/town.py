"""Everybody at work on a demo's books, and every address there is: what tests of the whole site go round.

People are real: employed, with a role, and signed in by a session of their own; requests pass the whole application.
Addresses come from the application itself, so that a new route is gone to without being named here; only what may
stand in its braces has to be known.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.access.actors import Actor
from api.access.gate import Gate, guard, routes_of
from api.access.matrix import matrix
from api.access.sight import look
from api.acts.registry import acts
from api.http.app import create_app
from api.identity.people import add_person, at_work, person, set_roles
from api.identity.sessions import COOKIE, Caller, open_session
from api.settings import Settings
from api.v1.routes import act_routes
from api.world import World
from ledger.unit_of_work import perform
from reports.catalogue import families

SITE = "https://testserver"
OURS = {"Sec-Fetch-Site": "same-origin"}
SAFE = "GET"
IN_PATH = re.compile(r"\{(\w+)\}")
#: Where a name in braces is not ``<table>_id``: the table it is the id of.
TABLES = {
    "person_id": "person", "session_id": "sign_in_session", "token_id": "api_token", "return_id": "budget_return",
    "file_id": "evidence_file", "grant_id": "state_grant", "question_id": "explanation_request",
    "contract_id": "job_contract", "confirmation_id": "target_use", "proposal_id": "violation_proposal",
    "event_id": "audit_event", "line_id": "bank_line",
    "transfer_id": "commission_transfer", "signature_id": "guarantee_signature",
}  # fmt: skip
PERIODS = {"month": "2021-06", "quarter": "2021-Q2", "half-year": "2021-H1", "year": "2021"}
#: What else may stand in braces, by the route or by the name.
WORDS: Mapping[str, tuple[str, ...]] = {
    "GET /acts/{name}": tuple(acts()),
    "POST /acts/{name}": tuple(acts()),
    "GET /api/v1/reports/{name}": tuple(f"{each.name}?period={PERIODS[each.period_kinds[0]]}" for each in families()),
    "GET /reports/{name}": tuple(each.name for each in families()),
    "{decision}": ("approve", "reject", "withdraw"),
    "{key}": ("nothing-of-the-kind",),
    "{month}": ("2021-06",),
    "{kind}": ("issued-loans",),
    "{reference}": ("loan:1", "facility:1"),
}
NUMBERS = count(1)


def settings(**more: Any) -> Settings:
    """Settings of a site that lets tests ask as often as they like."""
    dear = ("search", "export", "document", "sign_in", "api")
    return Settings(hosts=("testserver", "localhost"), **({f"rate_{each}": 10**6 for each in dear} | more))


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that follows no redirects and keeps no cookie but that of its session."""

    app: FastAPI
    token: str

    def request(self, method: str, path: str, **asked: Any) -> Response:
        """Ask for an address."""
        client = TestClient(self.app, base_url=SITE, follow_redirects=False, raise_server_exceptions=False)
        client.cookies.set(COOKIE, self.token, domain="testserver.local")
        return client.request(method, path, **asked)

    def get(self, path: str, **asked: Any) -> Response:
        """Read an address."""
        return self.request("GET", path, **asked)


@dataclass
class Town:
    """A site with its people. ``decisions`` are what the gate said, in order."""

    world: World
    decisions: list[tuple[str, bool]] = field(default_factory=list)

    @cached_property
    def app(self) -> FastAPI:
        """The application, whose gate remembers what it said."""
        app, gate = create_app(self.world), Gate(matrix(), act_routes())

        def remembered(actor: Actor | None, route: str) -> bool:
            """Pages ask as well which links to show: only what the gate itself asked counts."""
            admitted = gate.admits(actor, route)
            if sys._getframe(1).f_code is guard.__code__:
                self.decisions.append((route, admitted))
            return admitted

        app.state.permit = remembered
        return app

    @cached_property
    def routes(self) -> list[str]:
        """Every route, as the matrix names it."""
        return routes_of(self.app)

    def browser(self, actor: Actor | None = None) -> Browser:
        """A browser in which ``actor`` has just signed in."""
        if actor is None:
            return Browser(self.app, "")
        moment, who = self.world.now(), actor.user_id
        return Browser(
            self.app, perform(self.world.jobs, lambda session: open_session(session, who, Caller("::1"), moment))
        )

    def somebody(self, *roles: str, at: int | None = None) -> Actor:
        """A new person with ``roles``, at an organisation or at the busiest that has such people."""
        home = at or self._busiest(matrix().roles[roles[0]])
        login, now = f"somebody-{next(NUMBERS)}", self.world.now()

        def work(session: Session) -> Actor:
            who = add_person(session, login=login, name=login, organisation_id=home, language="ru", now=now)
            set_roles(session, who, roles, by=None, now=now)
            return at_work(person(session, who.id), "web", None)

        return perform(self.world.jobs, work)

    def ids(self, table: str, seen_by: Actor | None = None) -> list[int]:
        """Ids of all rows of a table, or of those in somebody's sight."""
        query = text(f"SELECT id FROM {table} ORDER BY 1")
        if seen_by is None:
            return perform(self.world.jobs, lambda session: list(session.scalars(query)))
        with look(self.world.engine, seen_by) as session:
            return list(session.scalars(query))

    def fingerprint(self, *but: str) -> dict[str, tuple[int, int]]:
        """Rows of every table, counted and digested; tables in ``but`` left out."""
        with Session(self.world.jobs) as session:
            tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
            return {
                name: tuple(session.execute(text(
                    f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {name} t"
                )).one())
                for name in tables if name not in but
            }  # fmt: skip

    def _busiest(self, kinds: frozenset[str]) -> int:
        """The organisation of these kinds with most loans, lent by itself or with its money."""
        query = text("""
            SELECT home.id FROM organisation home WHERE kind = ANY(:kinds) ORDER BY
                (SELECT count(*) FROM loan WHERE lender_id = home.id) DESC,
                (SELECT count(*) FROM facility WHERE home.id IN (lender_id, borrower_id)) DESC,
                (SELECT count(*) FROM guarantee WHERE guarantor_id = home.id) DESC, id LIMIT 1
        """)
        return perform(
            self.world.jobs, lambda session: int(session.execute(query, {"kinds": list(kinds)}).scalar_one())
        )


def addresses(town: Town, route: str, seen_by: Actor | None = None, most: int = 2) -> Iterator[str]:
    """Addresses of a route: for each name in its braces up to ``most`` things there are (in somebody's sight).

    Raises:
        KeyError: nothing is known of a name; say in `TABLES` or `WORDS` what may stand there.
    """
    path = route.partition(" ")[2]
    names = IN_PATH.findall(path)
    choices = [_choices(town, route, name, seen_by)[:most] for name in names]
    if not names:
        yield path
    elif all(choices):
        for number in range(max(map(len, choices))):
            filled = {name: some[number % len(some)] for name, some in zip(names, choices, strict=True)}
            yield path.format(**filled)


def _choices(town: Town, route: str, name: str, seen_by: Actor | None) -> list[str]:
    if route in WORDS:
        return list(WORDS[route])
    if f"{{{name}}}" in WORDS:
        return list(WORDS[f"{{{name}}}"])
    if name not in TABLES and not name.endswith("_id"):
        raise KeyError(f"{name} of {route}")
    return [str(each) for each in town.ids(TABLES.get(name, name.removesuffix("_id")), seen_by)]


def nowhere(route: str) -> str:
    """An address of a route at which there is nothing."""
    return IN_PATH.sub("999999999", route.partition(" ")[2])


def now() -> datetime:
    """The clock of the town."""
    return datetime.now(UTC)
