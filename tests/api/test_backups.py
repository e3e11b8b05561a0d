"""Backups: what comes back verifies, is guarded and can be worked with; books are never restored over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.backups import BackupFailed, DatabaseInUse, NoBackupProgram, _program, backup, restore
from api.database import drift, migrate
from ledger.balances import balances
from ledger.posting import post
from ledger.seals import missing_anchors, seals_of
from ledger.unit_of_work import APPLICATION_ROLE, make_engine, perform
from ledger.verification import verify
from tests.ledger.samples import FEBRUARY, JANUARY, MARCH, book, capital, close, drawdown


def fill(url: str) -> tuple[int, str]:
    """Two books with a closed month; returns the first and its anchor."""
    engine = make_engine(url)

    def work(session: Session) -> tuple[int, str]:
        one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
        post(session, [capital(one, 700), drawdown(one, two, 300), capital(one, 9, FEBRUARY)])
        close(session, JANUARY, [one, two])
        return one, seals_of(session, JANUARY)[one]

    filled = perform(engine, work)
    engine.dispose()
    return filled


def test_a_restored_database_is_the_same(fresh_database: str, empty_database: str, tmp_path: Path) -> None:
    """Restored on an empty database, the books verify, hold their anchor, and have the same balances."""
    _, anchor = fill(fresh_database)
    backup(fresh_database, tmp_path / "nesie.backup")
    restore(empty_database, tmp_path / "nesie.backup")
    told = []
    for url in (fresh_database, empty_database):
        engine = make_engine(url)
        with Session(engine) as session:
            assert [found for _, found in verify(session) if found] == []
            assert missing_anchors(session, [anchor]) == []
            told.append(balances(session, effective_on=MARCH))
        engine.dispose()
    assert told[0] == told[1] != []


def test_a_restored_database_is_guarded(fresh_database: str, empty_database: str, tmp_path: Path) -> None:
    """Roles, privileges and triggers come back: the application may book, and nobody may erase."""
    one, _ = fill(fresh_database)
    backup(fresh_database, tmp_path / "nesie.backup")
    restore(empty_database, tmp_path / "nesie.backup")
    application, owner = make_engine(empty_database), make_engine(empty_database, role=None)
    assert perform(application, lambda session: post(session, [capital(one, 5, FEBRUARY)]))
    with Session(application) as session, pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text("DELETE FROM posting"))
    with Session(owner) as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("DELETE FROM posting"))
    application.dispose()
    owner.dispose()


def test_a_migrated_database_is_restored_into(fresh_database: str, server: URL, tmp_path: Path) -> None:
    """A database that was only migrated counts as empty."""
    fill(fresh_database)
    backup(fresh_database, tmp_path / "full.backup")
    engine = make_engine(fresh_database, role=None)
    with pytest.raises(DatabaseInUse, match="has 4 entries"):
        restore(fresh_database, tmp_path / "full.backup")
    with Session(engine) as session, session.begin():
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("TRUNCATE entry, posting CASCADE"))
    restore(fresh_database, tmp_path / "full.backup")
    with Session(engine) as session:
        assert [found for _, found in verify(session) if found] == []
    engine.dispose()


@pytest.fixture
def plain_owner(server: URL) -> Iterator[tuple[str, str]]:
    """Two databases with nothing in them, as their owner: a role that is no superuser and no exception to security."""
    name = f"nesie_owner_{uuid4().hex[:12]}"
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD '{name}'"))
        connection.execute(text(f"GRANT {APPLICATION_ROLE} TO {name}"))
        databases = (f"{name}_1", f"{name}_2")
        for each in databases:
            connection.execute(text(f"CREATE DATABASE {each} OWNER {name}"))
        login = server.set(username=name, password=name)
        one, two = (login.set(database=each).render_as_string(hide_password=False) for each in databases)
        yield one, two
        for each in databases:
            connection.execute(text(f"DROP DATABASE {each} WITH (FORCE)"))
        connection.execute(text(f"DROP ROLE {name}"))
    engine.dispose()


def test_an_owner_under_security_saves_everything(plain_owner: tuple[str, str], tmp_path: Path) -> None:
    """Row-level security is forced on the owner too: it migrates, saves and restores every row all the same."""
    saved, restored = plain_owner
    migrate(saved)
    _, anchor = fill(saved)
    backup(saved, tmp_path / "nesie.backup")
    restore(restored, tmp_path / "nesie.backup")
    assert drift(restored) == []
    with pytest.raises(DatabaseInUse, match="has 4 entries"):
        restore(restored, tmp_path / "nesie.backup")
    engine = make_engine(restored)
    with Session(engine) as session:
        assert [found for _, found in verify(session) if found] == []
        assert missing_anchors(session, [anchor]) == []
    engine.dispose()


def test_a_failed_backup_leaves_the_last_one(fresh_database: str, tmp_path: Path) -> None:
    """A backup that cannot be made is told with what the program said, and the file before it stays."""
    file = tmp_path / "nesie.backup"
    file.write_text("yesterday")
    nobody = make_url(fresh_database).set(username="nesie_app").render_as_string(hide_password=False)
    engine = make_engine(fresh_database, role=None)
    with Session(engine) as session, session.begin():
        session.execute(text("CREATE TABLE secret ()"))
    engine.dispose()
    with pytest.raises(BackupFailed, match="secret"):
        backup(nobody, file)
    assert [each.name for each in tmp_path.iterdir()] == ["nesie.backup"]
    assert file.read_text() == "yesterday"


def test_programs_are_of_the_servers_version() -> None:
    """A version that is not installed is named."""
    with pytest.raises(NoBackupProgram, match="pg_dump of PostgreSQL 9,"):
        _program("pg_dump", 9)
