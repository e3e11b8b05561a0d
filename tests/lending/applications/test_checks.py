"""What was tampered with on the path is found by verification, and an honest path passes."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.unit_of_work import make_engine
from ledger.verification import verify
from lending.applications.checks import CHECKS
from tests.lending.applications.path import lending, walk


def test_an_honest_path_passes(session: Session) -> None:
    """Applications at every end leave nothing to find."""
    own = lending(session)
    own.paid_out()
    walk(session, own.file(), ("take-up", "refuse"))
    walk(session, own.file(), ("withdraw",))
    assert [found for _, found in verify(session, CHECKS) if found] == []


@pytest.mark.parametrize(
    ("check", "tampering"),
    [
        ("application-steps", "UPDATE application_step SET state = 'refused' WHERE act = 'take-up'"),
        ("application-steps", "UPDATE application_step SET done_on = done_on - 1 WHERE act = 'disburse'"),
        ("application-steps", "DELETE FROM application_step WHERE act = 'approve'"),
        ("application-begun", "DELETE FROM application_step"),
        ("application-contract", "UPDATE loan SET amount = amount + 1"),
    ],
)
def test_tampering_is_found(fresh_database: str, check: str, tampering: str) -> None:
    """A superuser who rewrites a step or a contract is told of by the check that is about it."""
    with Session(make_engine(fresh_database, role=None)) as session:
        lending(session).paid_out()
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(tampering))
        assert check in {each.name for each, found in verify(session, CHECKS) if found}
