"""Whatever a superuser changes of what people did and handed in, verification names the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.orm import Session

from api.acts.performing import approve, carry, end
from api.acts.registers import AcceptAsked
from api.acts.registry import act_named
from api.uploads.receiving import hand_in
from api.verification import CHECKS
from api.world import World
from ledger.verification import verify
from tests.api.uploads.registers import approver, issued, lender_of, officer, serving, workbook
from tests.conftest import database_copy

Broken = Callable[[str], set[tuple[str, str]]]


@contextmanager
def tampered(address: str, statement: str) -> Iterator[Session]:
    """The database as a superuser left it, put back at the end."""
    superuser = create_engine(address)
    with superuser.connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.exec_driver_sql(statement)
        with Session(connection) as session:
            yield session
        connection.rollback()
    superuser.dispose()


def told(session: Session) -> set[tuple[str, str]]:
    """The checks of acts, uploads and reports that do not hold, and what they name."""
    own = [
        each
        for each in CHECKS
        if each.name.startswith(("approvals-", "uploads-", "registers-", "submissions-", "signatures-"))
    ]
    return {(each.check, each.where) for _, found in verify(session, own) for each in found}


@pytest.fixture(scope="module")
def address(server: URL) -> Iterator[str]:
    """Books with a register confirmed by a second person, another rejected and a third taken back."""
    with database_copy(server) as url, serving(url) as world:
        act_on(world)
        yield url


def act_on(world: World) -> None:
    """Three registers handed in: the first is accepted, the second rejected, the third withdrawn."""
    home = lender_of(world.jobs)
    maker, checker, act = officer(home), approver(home), act_named("registers.accept")
    for number in (1, 2, 3):
        file = hand_in(world, maker, f"{number}.xlsx", workbook(issued(number)), request_id="")
        waits = carry(world, maker, act, AcceptAsked(upload_id=file), key=f"key-{number}").approval_id or 0
        if number == 1:
            approve(world, checker, waits)
        else:
            end(world, checker if number == 2 else maker, waits, "rejected" if number == 2 else "withdrawn", "why")


def test_untouched_everything_holds(address: str) -> None:
    """No check of acts and registers finds anything, nor any other."""
    with tampered(address, "SELECT 1") as session:
        assert [each for _, found in verify(session, CHECKS) for each in found] == []


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE approval SET made_by = decided_by FROM approval_decision AS d WHERE approval_id = id AND id = 1",
         ("approvals-by-two", "approval 1")),
        ("UPDATE approval_decision SET made_by = made_by + 1000 WHERE approval_id = 1",
         ("approvals-by-two", "approval 1")),
        ("UPDATE approval_decision SET decided_at = '2019-01-01' WHERE approval_id = 2",
         ("approvals-by-two", "approval 2")),
        ("DELETE FROM approval WHERE id = 3", ("approvals-by-two", "approval 3")),
        ("UPDATE approval SET asked = '{\"upload_id\": 2}' WHERE id = 1", ("approvals-audited", "approval 1")),
        ("DELETE FROM audit_event WHERE act = 'registers.accept'", ("approvals-audited", "approval 1")),
        ("DELETE FROM audit_event WHERE act = 'registers.accept.rejected'", ("approvals-audited", "approval 2")),
        ("UPDATE approval_decision SET decision = 'rejected', reason = 'x' WHERE approval_id = 1",
         ("approvals-carried-out", "command {}")),
        ("UPDATE upload SET content = content || '\\x00' WHERE id = 1", ("uploads-kept", "upload 1")),
        ("UPDATE upload SET size = size + 1 WHERE id = 2", ("uploads-kept", "upload 2")),
        ("UPDATE upload SET verdict = jsonb_set(verdict, '{amount}', '5') WHERE id = 1",
         ("registers-as-uploaded", "register 3, upload 1")),
        ("UPDATE register SET rows = 7", ("registers-as-uploaded", "register 3, upload 1")),
        ("UPDATE register SET rows = 7", ("registers-recorded", "register 3")),
    ],
)  # fmt: skip
def test_tampering_is_named(address: str, tampering: str, named: tuple[str, str]) -> None:
    """Another person, another day, another request, another file, another sum: each is told with its row."""
    with tampered(address, tampering) as session:
        confirmation = session.scalar(text("SELECT id FROM command WHERE starts_with(key, 'approval')"))
        assert (named[0], named[1].format(confirmation)) in told(session)
