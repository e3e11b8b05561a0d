"""The whole site for one person at work, behind the real gate: for tests of pages and of the API over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.http.app import create_app
from api.world import World

SITE = "https://testserver"
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
KEY = re.compile(r'name="key" value="([^"]+)"')


@dataclass
class At:
    """Middleware in the place of identity's: every request is ``actor``'s."""

    app: ASGIApp
    actor: Actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be the actor's."""
        if scope["type"] == "http":
            scope["state"]["actor"] = self.actor
        await self.app(scope, receive, send)


def site(world: World, actor: Actor, lang: str = "ru") -> TestClient:
    """A browser of ``actor`` that follows redirects, in a language."""
    client = TestClient(create_app(world, identity=[Middleware(At, actor=actor)]), base_url=SITE)
    client.cookies.set("lang", lang, domain="testserver.local")
    return client


def send(client: TestClient, form: str, fields: dict[str, Any], to: str | None = None) -> Any:
    """Fill in the form on the page ``form`` and send it, with the page's key and token."""
    page = client.get(form).text
    hidden = {"csrf": _first(TOKEN, page), "key": _first(KEY, page)}
    return client.post(to or form, data=hidden | fields, headers={"Origin": SITE})


def _first(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    assert found is not None, pattern.pattern
    return found[1]
