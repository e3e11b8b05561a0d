"""A demo's books for the tests that go to every address: played once a session, on the first server only.

What the whole site promises does not hang on which PostgreSQL answers. Tests that change rows take a ``own_town``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, make_url

from api.demo.calibration import calibration
from api.demo.story import play
from api.world import World
from ledger.unit_of_work import NOTHING, make_engine
from tests.api.everywhere.town import Town, now, settings
from tests.conftest import _servers, _template, database_copy

LOANS, SEED = 20, 2019


@pytest.fixture(scope="session")
def books(request: pytest.FixtureRequest) -> Iterator[URL]:
    """A database with the books of a small demo, to be copied."""
    name = _servers(request.config)[0]
    if hasattr(request.config, "workerinput"):
        template = make_url(request.config.workerinput["templates"][name])
    else:
        template = _template(request.config, name)
    with database_copy(template) as address:
        engine = make_engine(address)
        play(engine, calibration(), LOANS, SEED, lambda *_: None)
        engine.dispose()
        yield make_url(address)


@pytest.fixture(scope="session")
def town(books: URL) -> Iterator[Town]:
    """A site with the books; tests leave nothing in them but people and their sessions."""
    yield from _town(books)


@pytest.fixture
def own_town(books: URL) -> Iterator[Town]:
    """A site whose rows may be changed."""
    yield from _town(books)


@pytest.fixture(scope="module")
def books_of_its_own(books: URL) -> Iterator[Town]:
    """A site whose rows the tests of a module may change once and then share."""
    yield from _town(books)


def _town(books: URL) -> Iterator[Town]:
    with database_copy(books) as address:
        engine, blind = make_engine(address), make_engine(address, sight=NOTHING)
        yield Town(World(settings(), blind, engine, now))
        engine.dispose()
        blind.dispose()
