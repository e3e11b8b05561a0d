"""A site about guarantees: an akimat, a guarantor and two lenders with people of every role, on a day a test names.

Who asks stands in a header that only this site believes. The loan, its guarantee and the rest come from
`tests.guarantees.world`, so figures are those of its tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.http.app import create_app
from api.world import World as Serving
from ledger.organisations import register_organisation
from ledger.unit_of_work import perform
from tests.api.people import person, world_on
from tests.guarantees.world import World, world
from tests.lending.chain import world as chains

T = TypeVar("T")
HEADER = "X-Person"
KINDS = {"akimat": "akimat", "guarantor": "guarantor", "lender": "mfo", "other": "mfo"}


@dataclass
class StandingIn:
    """Middleware in the place of identity's: a header names one of ``people``, ``+`` one who has just given a code."""

    app: ASGIApp
    people: Mapping[str, Actor]
    serving: Serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be of whoever its header names."""
        if scope["type"] == "http":
            name = Headers(scope=scope).get(HEADER, "")
            actor = self.people.get(name.removesuffix("+"))
            if actor is not None and name.endswith("+"):
                actor = replace(actor, confirmed_at=self.serving.now() - timedelta(minutes=1))
            scope["state"]["actor"] = actor
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class House:
    """The site, the ids of organisations by side, its people by ``side-role``, and who asks by a client."""

    app: FastAPI
    client: TestClient
    serving: Serving
    own: World
    people: dict[str, Actor]

    def get(self, who: str, path: str) -> Response:
        """A page as ``who`` sees it."""
        return self.client.get(path, headers={HEADER: who}, follow_redirects=False)

    def send(self, who: str, act: str, *, confirmed: bool = True, **fields: Any) -> Response:
        """The form of an act sent by ``who``, past the checking of answers."""
        data = {name: str(value) for name, value in fields.items()} | ({"confirmed": "yes"} if confirmed else {})
        return self.post(who, f"/acts/{act}", **data)

    def post(self, who: str, path: str, **data: str) -> Response:
        """A form sent from one of our own pages."""
        headers = {HEADER: who, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data=data, headers=headers, follow_redirects=False)

    def ask(self, who: str, path: str, key: str, **body: Any) -> Response:
        """A request of a program of ``who``."""
        headers = {HEADER: who, "Sec-Fetch-Site": "same-origin", "Idempotency-Key": key}
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def both(self, maker: str, checker: str, act: str, **fields: Any) -> Response:
        """An act of two people: asked for and confirmed."""
        asked = self.send(maker, act, **fields)
        assert asked.headers.get("location", "").startswith("/approvals/"), asked.text
        return self.post(checker, asked.headers["location"] + "/approve")

    def do(self, work: Callable[[World], T]) -> T:
        """Something done in the books directly."""
        return perform(self.serving.jobs, lambda session: work(replace(self.own, session=session)))


def house(engine: Engine, day: date, amount: str = "10000000", **settings: Any) -> House:
    """The site on ``day``, with an allocation of ``amount`` tenge."""

    def prepare(session: Session) -> tuple[World, dict[str, int]]:
        own = world(session, amount)
        other = register_organisation(
            session, code="other", kind="mfo", name_kk="Басқа", name_ru="Другой", name_en="Other",
            opened_on=chains.OPENED,
        ).id  # fmt: skip
        ids = {"akimat": own.ids["akimat"], "guarantor": own.guarantor, "lender": own.ids["mfo"], "other": other}
        return own, ids

    own, ids = perform(engine, prepare)
    people = {
        f"{side}-{role}": person(ids[side], f"{'lender' if side == 'other' else side}-{role}", kind=KINDS[side])
        for side in ids
        for role in ("officer", "approver")
    }
    people["guarantor-accountant"] = person(ids["guarantor"], "accountant", kind="guarantor")
    serving = world_on(engine, day, hosts=("testserver", "127.0.0.1"), language="en", **settings)
    app = create_app(serving, identity=[Middleware(StandingIn, people=people, serving=serving)])
    client = TestClient(app, base_url="https://testserver", raise_server_exceptions=True)
    return House(app, client, serving, own, people)
