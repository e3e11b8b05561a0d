"""A site with the demo's books, a browser, and what every page is held to.

One server for a session, on the first of the PostgreSQL servers only: what a browser sees does not hang on which.
``open_page("lender-officer", "kk")`` gives a page of somebody signed in; whatever the content policy refuses on any
page fails the test that opened it.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest
import uvicorn
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.middleware import Middleware

from api.access.gate import Gate
from api.access.matrix import matrix
from api.http.app import create_app, routers
from api.settings import Settings
from api.v1.routes import act_routes
from api.web.rendering import environment
from api.web.vendoring import demand_installed
from api.world import World
from ledger.unit_of_work import make_engine
from tests.browser import gallery
from tests.browser.by_keyboard import take_the_mouse_away
from tests.browser.standing_in import HEADER, StandingIn
from tests.conftest import database_copy, first_template, played

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
LISTEN = (
    "document.addEventListener('securitypolicyviolation', (e) => refused(`${e.effectiveDirective} ${e.blockedURI}`))"
)

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world with the books of a small demo."""
    with database_copy(played(first_template(request.config))) as address:
        engine = make_engine(address)
        blind = make_engine(address, sight="")
        yield World(Settings(hosts=("127.0.0.1",)), blind, engine, lambda: datetime.now(UTC))
        blind.dispose()
        engine.dispose()


@pytest.fixture(scope="session")
def site(world: World) -> Iterator[str]:
    """The address of the running site."""
    demand_installed()
    own = FileSystemLoader(Path(__file__).parent / "templates")
    environment().loader = ChoiceLoader([loader for loader in (environment().loader, own) if loader])
    gate = Gate(matrix(), act_routes())
    app = create_app(
        world, [*routers(), gallery.router], identity=[Middleware(StandingIn, engine=world.jobs)],
        permit=lambda actor, route: "/gallery" in route or route == "GET /search" or gate.admits(actor, route),
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of the machine."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        raise pytest.UsageError("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(autouse=True)
def hands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pages are used with: the journeys of first days in Kazakh by keyboard alone, everything else as it likes."""
    chosen = getattr(request.node, "callspec", None)
    if request.path.stem.endswith("_journeys") and chosen and chosen.params.get("lang") == "kk":
        take_the_mouse_away(monkeypatch)


@pytest.fixture
def refused() -> list[str]:
    """What the content policy refused on the pages of this test."""
    return []


@pytest.fixture
def open_page(browser: Browser, site: str, refused: list[str]) -> Iterator[OpenPage]:
    """Opens pages of the site: ``open_page(role=None, lang="ru", javascript=True)``; paths are relative to it."""
    contexts = []

    def opened(role: str | None = None, lang: str = "ru", *, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=site, java_script_enabled=javascript, extra_http_headers={HEADER: role} if role else {}
        )
        context.add_cookies([{"name": "lang", "value": lang, "url": site}])
        if javascript:
            context.expose_binding("refused", lambda _source, what: refused.append(what))
            context.add_init_script(LISTEN)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert refused == []
