"""A demo's books for the tests that go to every address: played once a session, on the first server only.

What the whole site promises does not hang on which PostgreSQL answers. Tests that change rows take a ``own_town``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from api.world import World
from ledger.unit_of_work import NOTHING, make_engine
from tests.api.everywhere.town import Town, now, settings
from tests.conftest import database_copy, first_template, played


@pytest.fixture(scope="session")
def books(request: pytest.FixtureRequest) -> URL:
    """A database with the books of a small demo, to be copied."""
    return played(first_template(request.config))


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
