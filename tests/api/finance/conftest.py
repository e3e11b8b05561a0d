"""The demo's books of two lenders and all above them, and people of theirs who ask a server for pages and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.http.app import create_app
from api.settings import Settings
from api.world import World
from ledger.organisations import Organisation, organisations
from ledger.unit_of_work import NOTHING, make_engine
from tests.conftest import database_copy, played

#: The month after the last one that the demo closes.
OPEN_MONTH = "2022-01"


@dataclass
class As:
    """Middleware in the place of identity's: everybody is ``actor``."""

    app: ASGIApp
    actor: Actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say who asks."""
        if scope["type"] == "http":
            scope["state"]["actor"] = self.actor
        await self.app(scope, receive, send)


def the_world(url: str) -> World:
    """A world of the database at ``url``."""
    return World(
        Settings(hosts=("testserver",), language="ru"), make_engine(url, sight=NOTHING), make_engine(url),
        lambda: datetime.now(UTC),
    )  # fmt: skip


@pytest.fixture(scope="session")
def told_story(server: URL) -> str:
    """A database with a small demo in it, to be copied."""
    return played(server).render_as_string(hide_password=False)


@contextmanager
def copied(told_story: str) -> Iterator[World]:
    """A world of a private copy of the demo."""
    with database_copy(make_url(told_story)) as url:
        made = the_world(url)
        yield made
        made.engine.dispose()
        made.jobs.dispose()


@pytest.fixture(scope="session")
def world(told_story: str) -> Iterator[World]:
    """A world of the demo that all tests read and none writes to."""
    with copied(told_story) as made:
        yield made


@pytest.fixture
def own_world(told_story: str) -> Iterator[World]:
    """A world of the demo for one test to write to."""
    with copied(told_story) as made:
        yield made


@pytest.fixture(scope="session")
def homes(world: World) -> dict[str, list[Organisation]]:
    """Organisations by kind."""
    with Session(world.jobs) as session:
        found: dict[str, list[Organisation]] = {}
        for each in organisations(session):
            found.setdefault(each.kind, []).append(each)
    return found


def at_work(home: Organisation, *roles: str, login: str = "aigerim", user_id: int = 1, fresh: bool = False) -> Actor:
    """Somebody with roles in an organisation; ``fresh`` when they have just given a one-time code."""
    given = datetime.now(UTC) if fresh else None
    return Actor(
        user_id, login, login.title(), home.id, home.kind, frozenset(roles), "web", given, home.kind == "budget"
    )


Ask = Callable[[World, Actor], TestClient]


def client_of(world: World, actor: Actor) -> TestClient:
    """A client whose every request is ``actor``'s."""
    app = create_app(world, identity=[Middleware(As, actor=actor)])
    return TestClient(app, base_url="https://testserver", follow_redirects=False)
