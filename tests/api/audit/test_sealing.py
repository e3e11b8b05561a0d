"""The chain of the audit: sealers never fork it, and whatever a superuser does to it is named."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from time import sleep

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.access.actors import system
from api.audit.checks import CHECKS
from api.audit.records import record
from api.audit.sealing import head, holds, oldest_unsealed, seal
from ledger.posting import post
from ledger.unit_of_work import Command, execute, perform
from ledger.verification import verify
from tests.ledger.samples import JANUARY, book, capital, close

CLERK = system("cli", "clerk")


def event(session: Session) -> int:
    """An event of some act."""
    return record(session, CLERK, act="repay", about="loan:17", request={"amount": "5.00"})


@pytest.fixture
def sealed(committed_engine: Engine) -> Engine:
    """A database with four events, a command and a closed month, all sealed."""

    def work(session: Session) -> None:
        one = book(session, "acc")
        post(session, [capital(one, 700)])
        close(session, JANUARY, [one])
        for _ in range(4):
            event(session)

    perform(committed_engine, work)
    execute(committed_engine, Command("k", "repay", {}, "cli:clerk", "cli"), lambda _: {"done": True})
    perform(committed_engine, seal)
    return committed_engine


def broken(engine: Engine) -> list[tuple[str, str]]:
    """The checks that do not hold, and what they name."""
    with Session(engine) as session:
        return [(each.check, each.where) for _, found in verify(session, CHECKS) for each in found]


def test_everything_committed_is_sealed(sealed: Engine) -> None:
    """Events, commands and changes of periods are in the chain, which holds; sealing again finds nothing."""
    with Session(sealed) as session:
        kinds = session.scalars(text("SELECT kind FROM audit_seal")).all()
        assert sorted(kinds) == ["audit_event"] * 4 + ["command"] + ["period_change"] * 2
        assert (seal(session), oldest_unsealed(session)) == (0, None)
    assert broken(sealed) == []


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE audit_event SET login = 'somebody' WHERE id = 2", ("audit-unchanged", "audit_event 2")),
        ("UPDATE audit_event SET request = '{}' WHERE id = 3", ("audit-unchanged", "audit_event 3")),
        ("DELETE FROM audit_event WHERE id = 3", ("audit-unchanged", "audit_event 3")),
        ("UPDATE command SET result = '{}'", ("audit-unchanged", "command 1")),
        ("UPDATE period_change SET made_by = 'x' WHERE id = 1", ("audit-unchanged", "period_change 1")),
        ("UPDATE audit_event SET id = 14 - id WHERE id IN (1, 4); UPDATE audit_event SET id = id - 9 WHERE id > 9",
         ("audit-unchanged", "audit_event 1")),
        ("UPDATE audit_seal SET row_id = 5 - row_id WHERE kind = 'audit_event' AND row_id IN (1, 4)",
         ("audit-chain", "link 3, audit_event 4")),
        ("DELETE FROM audit_seal WHERE number = 2", ("audit-chain", "link 3, audit_event 1")),
        ("""INSERT INTO audit_event (recorded_at, actor_id, login, channel, act, about, request, measures, request_id,
            outcome) VALUES ('2020-01-01', 0, 'x', 'cli', 'repay', '', '{}', '[]', '', 'done')""",
         ("audit-sealed-in-time", "audit_event 5")),
    ],
    ids=["edit", "edit-request", "delete", "edit-command", "edit-period", "swap", "reorder", "unlink", "insert"],
)  # fmt: skip
def test_tampering_is_named(sealed: Engine, fresh_database: str, tampering: str, named: tuple[str, str]) -> None:
    """Whatever a superuser does behind the guards, verification names the row; sealing later hides nothing."""
    superuser = create_engine(fresh_database)
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("ALTER TABLE audit_seal DROP CONSTRAINT uq_audit_seal_kind_row_id"))
        connection.exec_driver_sql(tampering)
    superuser.dispose()
    assert named in broken(sealed)
    perform(sealed, seal)
    assert named in broken(sealed)


def test_the_owner_is_refused(sealed: Engine, fresh_database: str) -> None:
    """The guards refuse changes even to the owner of the tables."""
    owner = create_engine(fresh_database)
    for table in ("audit_event", "audit_seal"):
        for act in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET recorded_at = now()"):
            with owner.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(act))
    owner.dispose()


def test_an_anchor_proves_that_nothing_was_cut_off(sealed: Engine, fresh_database: str) -> None:
    """The newest rows gone with their links leave a chain that holds, but not the anchor kept outside."""
    with Session(sealed) as session:
        anchor = head(session) or ""
        assert holds(session, anchor)
    superuser = create_engine(fresh_database)
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM command"))
        connection.execute(text("DELETE FROM audit_seal WHERE kind = 'command'"))
    superuser.dispose()
    assert broken(sealed) == []
    with Session(sealed) as session:
        assert not holds(session, anchor)


def test_writers_and_two_sealers_never_fork_the_chain(committed_engine: Engine) -> None:
    """Eight writers, some of whom commit late, and two sealers: every event is in one unbroken chain."""
    engine = committed_engine

    def writer(seed: int) -> None:
        chance = Random(seed)

        def act(session: Session) -> None:
            event(session)
            sleep(chance.choice((0, 0, 0, 0.02)))

        for _ in range(30):
            perform(engine, act)

    def sealer() -> None:
        for _ in range(20):
            perform(engine, seal)
            sleep(0.01)

    work: list[Callable[[], None]] = [*(lambda seed=seed: writer(seed) for seed in range(8)), sealer, sealer]
    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(each) for each in work]:
            done.result()
    perform(engine, seal)
    assert broken(engine) == []
    with Session(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM audit_seal")) == 240


def test_sealing_needs_read_committed(committed_engine: Engine) -> None:
    """Under an isolation level at which two sealers could fork the chain, sealing is refused."""
    strict = committed_engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(strict) as session, pytest.raises(DBAPIError, match="READ COMMITTED"):
        seal(session)
