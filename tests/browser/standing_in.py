"""Somebody at work, for tests of pages: whoever the header of a request names is believed to be signed in.

This is the only door of its kind, and it is no part of what is shipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from ledger.organisations import organisations

HEADER = "X-Standing-In"
#: The kind of organisation whose people have a role.
KINDS = {
    "lender": "mfo",
    "operator": "operator",
    "akimat": "akimat",
    "guarantor": "guarantor",
    "accountant": "mfo",
    "chief-accountant": "mfo",
    "auditor": "budget",
    "administrator": "mfo",
}


def somebody(engine: Engine, role: str) -> Actor:
    """A person with ``role`` in the first organisation that has such people."""
    kind = KINDS[role.removesuffix("-officer").removesuffix("-approver")]
    with Session(engine) as session:
        first = organisations(session, kind=kind)[0]
    return Actor(1, f"{role}@example.kz", "Айгерим Сәрсенова", first.id, first.kind, frozenset({role}), "web")


@dataclass
class StandingIn:
    """Middleware in the place of identity's."""

    app: ASGIApp
    engine: Engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be of whoever its header names."""
        if scope["type"] == "http" and (role := Headers(scope=scope).get(HEADER)):
            scope["state"]["actor"] = somebody(self.engine, role)
        await self.app(scope, receive, send)
