"""A site for a process of its own, to be killed: `tests.forks` makes it.

Whoever the header of a request names is believed to be signed in, ``accountant@MFO-1`` being the accountant of that
organisation and ``+`` at the end a person who has just given a one-time code. It is no part of what is shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.http.app import create_app
from api.settings import Settings
from api.world import World
from ledger.organisations import organisation
from ledger.unit_of_work import NOTHING, make_engine

HEADER = "X-Standing-In"
#: Loans that one piece of a close covers here, so that a small book has several.
CHUNK = 5


def somebody(engine: Engine, who: str) -> Actor:
    """The person that a header names; everybody has a number of their own."""
    name, _, code = who.removesuffix("+").partition("@")
    with Session(engine) as session:
        home = organisation(session, code)
    given = datetime.now(UTC) if who.endswith("+") else None
    number = sum(map(ord, name)) * 1000 + home.id
    return Actor(number, f"{name}@{code}", name.title(), home.id, home.kind, frozenset(name.split("&")), "web", given)


@dataclass
class Believing:
    """Middleware in the place of identity's."""

    app: ASGIApp
    engine: Engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be of whoever its header names."""
        if scope["type"] == "http" and (who := Headers(scope=scope).get(HEADER)):
            scope["state"]["actor"] = somebody(self.engine, who)
        await self.app(scope, receive, send)


def site(address: str) -> FastAPI:
    """The application on the database at ``address``."""
    jobs = make_engine(address)
    world = World(
        Settings(hosts=("127.0.0.1",), rate_document=1000, rate_export=1000), make_engine(address, sight=NOTHING), jobs,
        lambda: datetime.now(UTC),
    )  # fmt: skip
    app = create_app(world, identity=[Middleware(Believing, engine=jobs)])
    app.state.closings.chunk = CHUNK
    return app


def serve(address: str, port: int) -> None:
    """Serve the application on the database at ``address`` until the process ends."""
    uvicorn.run(site(address), host="127.0.0.1", port=port, log_config=None, access_log=False)
