"""Rows are seen by whom the table in the documentation says, by nobody else, and by nobody unless asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import look, see_as, see_everything
from api.migrations.metadata import target_metadata
from ledger.unit_of_work import APPLICATION_ROLE, NOTHING, make_engine
from tests.api.access.two_programmes import Programme, two_programmes
from tests.conftest import database_copy

TABLES = tuple(target_metadata.tables)
#: Tables without a sight: they hold no rows of anybody.
OPEN = {"alembic_version"}
PAGE = Path("docs/security.md").read_text("utf-8").partition("## Who sees which row")[2].partition("\n## ")[0]
#: Which columns of the page speak of whom. The operator of a subsidy is a party to it besides lending above, and it is
#: who receives reports.
WHO = {"lender": 0, "operator": 1, "akimat": 1, "budget": 1, "guarantor": 2, "payer": 3}
PARTY = {("operator", table) for table in TABLES if table.startswith(("subsidy", "submission", "report_reminder"))}


def promised() -> dict[str, list[bool]]:
    """What the page says of every table it names: seen by lender, those above, guarantor, payer."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| `")]
    return {name: [cell == "yes" for cell in row[2:]] for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def person(organisation_id: int | None, *, sees_all: bool = False) -> Actor:
    """Somebody of an organisation."""
    return Actor(1, "aigerim", "Aigerim", organisation_id, "mfo", frozenset(), "web", sees_all=sees_all)


def seen(session: Session, table: str) -> int:
    """How many rows of a table a session sees."""
    return len(session.execute(select(target_metadata.tables[table])).all())


@pytest.fixture(scope="module")
def programmes(server) -> Iterator[tuple[Engine, Programme, Programme]]:  # type: ignore[no-untyped-def]
    """An engine that sees nothing by itself, and two programmes in its database."""
    with database_copy(server) as url:
        owner = create_engine(url)
        with owner.begin() as connection:
            one, two = two_programmes(connection)
        owner.dispose()
        engine = make_engine(url, sight=NOTHING, pool_size=1)
        yield engine, one, two
        engine.dispose()


@pytest.fixture
def web(programmes: tuple[Engine, Programme, Programme]) -> Engine:
    """The engine of a server."""
    return programmes[0]


@pytest.mark.parametrize("table", TABLES)
def test_organisations_see_what_the_page_promises(programmes: tuple[Engine, Programme, Programme], table: str) -> None:
    """Each organisation sees its own programme's rows of a table as the page says, and none of the other's."""
    engine, *both = programmes
    columns = target_metadata.tables[table]
    reference = table in ("organisation", "account", "specialisation", "job_run")
    for number, programme in enumerate(both):
        for role, column in WHO.items():
            with look(engine, person(programme.organisations[role])) as session:
                rows = session.execute(select(columns)).mappings().all()
            if not reference:
                assert both[1 - number].rows[table] not in rows, f"{role} sees the other programme's"
            expected = promised()[table][column] or (role, table) in PARTY
            assert (programme.rows[table] in rows) == expected, role


@pytest.mark.parametrize("table", TABLES)
def test_nobody_asked_nothing_seen(web: Engine, table: str) -> None:
    """A transaction that does not say whose eyes it has sees no row of any table, and gets no error."""
    with Session(web) as session:
        assert seen(session, table) == 0


def test_the_system_sees_everything(web: Engine) -> None:
    """The system, and a person of the ministry, see every row."""
    for actor in (person(None), person(7, sees_all=True)):
        with look(web, actor) as session:
            assert [table for table in TABLES if seen(session, table) < 2] == []


def test_two_organisations_take_turns(programmes: tuple[Engine, Programme, Programme]) -> None:
    """On one connection two lenders alternate, and neither ever gets what the other's transaction left behind."""
    engine, one, two = programmes
    loans = select(target_metadata.tables["loan"].c.id)
    processes = set()
    for _ in range(100):
        for programme in (one, two):
            with look(engine, person(programme.organisations["lender"])) as session:
                assert session.scalars(loans).all() == [programme.rows["loan"]["id"]]
                processes.add(session.scalar(text("SELECT pg_backend_pid()")))
        with Session(engine) as session:
            assert session.scalars(loans).all() == []
    assert len(processes) == 1


def test_an_organisation_writes_nothing(programmes: tuple[Engine, Programme, Programme]) -> None:
    """Under an organisation's sight the database takes no row; once the system looks, it does."""
    engine, one, _ = programmes
    written = text("INSERT INTO borrower (id_number, kind, name) VALUES ('900101300017', 'legal-entity', 'x')")
    with Session(engine) as session:
        see_as(session, person(one.organisations["lender"]))
        with pytest.raises(DBAPIError, match="row-level security"), session.begin_nested():
            session.execute(written)
        see_everything(session)
        session.execute(written)


def test_looking_is_read_only(web: Engine) -> None:
    """Who looks cannot write, even as the system."""
    with look(web, person(None)) as session, pytest.raises(DBAPIError, match="read-only"):
        session.execute(text("INSERT INTO borrower (id_number, kind, name) VALUES ('1', 'x', 'x')"))


@pytest.fixture
def catalogue(server) -> Iterator[Connection]:  # type: ignore[no-untyped-def]
    """The database's catalogue, as a superuser."""
    engine = create_engine(server)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_every_table_is_guarded(catalogue: Connection) -> None:
    """Security is enabled and forced on every table, with a policy each for reading, adding, changing and removing."""
    unguarded = text("""
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT (relrowsecurity AND relforcerowsecurity
                 AND (SELECT array_agg(polcmd ORDER BY polcmd) FROM pg_policy WHERE polrelid = pg_class.oid)
                     = ARRAY['a', 'd', 'r', 'w']::"char"[])
    """)
    assert set(catalogue.scalars(unguarded)) == OPEN


def test_only_the_system_writes(catalogue: Connection) -> None:
    """No policy lets anybody but the system add, change or remove a row."""
    rules = text("""
        SELECT DISTINCT coalesce(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
        FROM pg_policy WHERE polcmd <> 'r'
    """)
    assert catalogue.scalars(rules).all() == ["( SELECT sees_everything() AS sees_everything)"]


def test_the_role_is_bound(catalogue: Connection) -> None:
    """The application's role cannot bypass security, is no superuser, and owns nothing."""
    role = text("SELECT rolbypassrls OR rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = :role")
    owned = text("SELECT relname FROM pg_class WHERE relowner = CAST(:role AS regrole)")
    assert catalogue.scalar(role, {"role": APPLICATION_ROLE}) is False
    assert catalogue.scalars(owned, {"role": APPLICATION_ROLE}).all() == []


def test_nothing_stands_between_rows_and_their_rules(catalogue: Connection) -> None:
    """There are no views, whose owner's eyes would be used in place of the reader's."""
    views = text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')")
    assert catalogue.scalars(views).all() == []
