"""What tests may ask for: a migrated PostgreSQL database, and connections to it.

Migrations run once per server and session, into a template; every worker process, and every test that
must commit, gets a copy of the template, which takes about a tenth of a second. ``session`` is what most
tests want: everything in it is rolled back. ``fresh_database`` and ``committed_engine`` are for tests about
commits, concurrency and locks.

``--database`` names the servers (default: ``NESIE_DATABASE_URL``, or else ``embedded``). A test that touches
the database runs once on each of them and carries the mark ``database``. What a page says, what a command prints and
where a long walk ends do not depend on whose PostgreSQL it is: tests in `ONCE` run on the first server, and on each
only with ``--all-on-each``.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from api.database import migrate
from api.demo.calibration import calibration
from api.demo.story import play
from ledger.unit_of_work import make_engine
from tests import walks  # noqa: F401 - how long they are is decided before any test is read
from tests.servers import DRIVER, MAINTENANCE, ThrowawayServer, server_programs

#: The seed of the small demo that tests of pages look at, and its number of loans.
SEED, LOANS = 2019, 40
TEMPLATES = pytest.StashKey[dict[str, URL]]()
#: Folders of tests that ask for pages, files, answers of the API and ends of long walks rather than for rows.
ONCE = tuple(
    Path(__file__).parent / each
    for each in (
        "browser", "properties", "scenarios", "api/akimat", "api/commands", "api/demo", "api/drafts",
        "api/everywhere", "api/finance", "api/http", "api/identity", "api/uploads", "api/web",
    )
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller name the servers; the option may be repeated."""
    parser.addoption(
        "--database",
        action="append",
        metavar="embedded|debian|URL",
        help="PostgreSQL to test on; repeat it to test on several",
    )
    parser.addoption("--all-on-each", action="store_true", help="run every test on each server, pages too")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that touches the database once on each server, those in `ONCE` on the first."""
    if "server" in metafunc.fixturenames:
        servers = _servers(metafunc.config)
        once = any(metafunc.definition.path.is_relative_to(each) for each in ONCE)
        once &= not metafunc.config.getoption("--all-on-each")
        metafunc.parametrize("server", servers[:1] if once else servers, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that touch the database."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not go through all of it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the templates are: the servers belong to the process that starts the workers."""
    node.workerinput["templates"] = {
        name: _template(node.config, name).render_as_string(hide_password=False) for name in _servers(node.config)
    }


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> URL:
    """The superuser's URL of the migrated template on one of the servers."""
    if hasattr(request.config, "workerinput"):
        return make_url(request.config.workerinput["templates"][request.param])
    return _template(request.config, request.param)


@pytest.fixture(scope="session")
def database_url(server: URL) -> Iterator[str]:
    """The copy of the template that belongs to this process, as its owner; tests leave nothing in it."""
    with database_copy(server) as url:
        yield url


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on ``database_url`` in the role of the application, which owns nothing."""
    yield from _application_engine(database_url)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose every effect, commits included, is undone after the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def fresh_database(server: URL) -> Iterator[str]:
    """A private copy of the template, as its owner, dropped after the test."""
    with database_copy(server) as url:
        yield url


@pytest.fixture
def empty_database(server: URL) -> Iterator[str]:
    """A database on the same server with nothing in it, as its owner, dropped after the test."""
    maintenance = server.set(database=MAINTENANCE)
    empty = _new_database(maintenance)
    yield empty.render_as_string(hide_password=False)
    _administer(maintenance, f"DROP DATABASE {empty.database} WITH (FORCE)")


@pytest.fixture
def committed_engine(fresh_database: str) -> Iterator[Engine]:
    """An engine on ``fresh_database`` in the role of the application, for tests that commit."""
    yield from _application_engine(fresh_database)


def _servers(config: pytest.Config) -> list[str]:
    named: list[str] | None = config.getoption("--database")
    return named or [os.environ.get("NESIE_DATABASE_URL", "embedded")]


def _template(config: pytest.Config, name: str) -> URL:
    """The template on a server: made when it is first asked for, gone when the test session ends."""
    templates = config.stash.setdefault(TEMPLATES, {})
    if name not in templates:
        if "://" in name:
            maintenance = make_url(name).set(drivername=DRIVER, database=MAINTENANCE)
        else:
            own = ThrowawayServer(server_programs(name))
            own.start()
            config.add_cleanup(own.stop)
            maintenance = own.url
        template = _new_database(maintenance)
        for made in (template.database, _played_name(template)):
            config.add_cleanup(partial(_administer, maintenance, f"DROP DATABASE IF EXISTS {made} WITH (FORCE)"))
        migrate(template.render_as_string(hide_password=False))
        templates[name] = template
    return templates[name]


def first_template(config: pytest.Config) -> URL:
    """The template on the first server, for tests that need not run on every one."""
    name = _servers(config)[0]
    if hasattr(config, "workerinput"):
        return make_url(config.workerinput["templates"][name])
    return _template(config, name)


def played(template: URL) -> URL:
    """A database beside the template with the books of a small demo, to be copied.

    It is played once for all processes: whoever asks first plays it, the others wait.
    """
    name, unfinished = _played_name(template), f"{template.database}_playing"
    maintenance = create_engine(template.set(database=MAINTENANCE), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
        if connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}) is None:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {unfinished}")
            connection.exec_driver_sql(f"CREATE DATABASE {unfinished} TEMPLATE {template.database} STRATEGY FILE_COPY")
            engine = make_engine(template.set(database=unfinished).render_as_string(hide_password=False))
            play(engine, calibration(), LOANS, SEED, lambda *_: None)
            engine.dispose()
            connection.exec_driver_sql(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    maintenance.dispose()
    return template.set(database=name)


def _played_name(template: URL) -> str:
    return f"{template.database}_played"


@contextmanager
def database_copy(template: URL) -> Iterator[str]:
    """A copy of a migrated database, as its owner, dropped when the block ends."""
    maintenance = template.set(database=MAINTENANCE)
    copy = _new_database(maintenance, f"TEMPLATE {template.database} STRATEGY FILE_COPY")
    yield copy.render_as_string(hide_password=False)
    _administer(maintenance, f"DROP DATABASE {copy.database} WITH (FORCE)")


def _new_database(maintenance: URL, how: str = "") -> URL:
    name = f"nesie_test_{uuid4().hex[:12]}"
    _administer(maintenance, f"CREATE DATABASE {name} {how}")
    return maintenance.set(database=name)


def _administer(maintenance: URL, statement: str) -> None:
    engine = create_engine(maintenance, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _application_engine(owner_url: str) -> Iterator[Engine]:
    engine = make_engine(owner_url)
    yield engine
    engine.dispose()
