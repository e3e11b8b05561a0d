"""Applications to ask things of, in a world whose database is never reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import APIRouter
from sqlalchemy import create_engine
from starlette.testclient import TestClient

from api.http import health
from api.http.app import create_app
from api.settings import Settings
from api.web.pages import home
from api.world import World

SITE = "https://testserver"
MakeClient = Callable[..., TestClient]


def world(**settings: Any) -> World:
    """A world without a database."""
    nowhere = create_engine("postgresql+psycopg2://localhost:1/nowhere")
    given = {"hosts": ("testserver",), "language": "en"} | settings
    return World(Settings(**given), nowhere, nowhere, lambda: datetime.now(UTC))


@pytest.fixture
def make_client() -> MakeClient:
    """A client of an application with further ``routers``; the address is the client's own."""

    def made(*more: APIRouter, address: str = "127.0.0.1", **settings: Any) -> TestClient:
        app = create_app(world(**settings), [health.router, home.router, *more], permit=lambda _actor, _route: True)
        return TestClient(app, base_url=SITE, raise_server_exceptions=False, client=(address, 50000))

    return made
