"""Every check finds what it is for, put there past the services, and nothing else."""

from datetime import date

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.unit_of_work import perform
from ledger.verification import verify
from lending.oversight.change_of_use import ChangeOfUse, record_change
from lending.oversight.checks import CHECKS
from lending.oversight.demands import Letter, agree, demand
from lending.oversight.explanations import Answer, Question, answer, ask
from lending.oversight.labour_contracts import end
from lending.oversight.values import BreachTerms
from lending.oversight.violations import close, propose
from tests.lending.oversight.world import CHECKER, CHIEF, FOUND, RECEIVED, road_map

BREAKS = {
    "target-use-within-loan": "UPDATE target_use SET amount = amount * 2",
    "explanations-in-order": "UPDATE explanation SET answered_on = '2020-01-01'",
    "violations-within-loan": "UPDATE violation SET amount = amount * 2",
    "violations-closed-by-two": "UPDATE violation_closing SET closed_on = '2020-01-01'",
    "demands-booked": "UPDATE demand SET fine = fine + 1",
    "demands-scheduled": "UPDATE demand SET pay_by = made_on + 1",
    "demands-withdrawn-by-two": "UPDATE demand SET standing = false",
    "jobs-held-by-one": "UPDATE job_contract_end SET last_day = '2021-01-01'",
    "jobs-after-receipt": "UPDATE job_contract SET concluded_on = '2020-01-01'",
    "job-evidence-told-once": "UPDATE job_evidence SET month = '2020-01-01'",
    "changes-of-use-after-contract": "UPDATE change_of_use SET changed_on = '2020-01-01'",
}


def watch(session: Session) -> None:
    """A loan for land with a bit of everything that is recorded of oversight."""
    watched = road_map(session, purpose="buy-land")
    watched.prove("1200000")
    by = date(2020, 10, 9)
    [request] = ask(session, [Question(watched.loan_id, "target-use", FOUND, by, CHECKER)])
    answer(session, Answer(request_id=request, answered_on=by, document_number="5", satisfied=False, judged_by=CHIEF))
    agreed = BreachTerms(loan_id=watched.loan_id, agreed_on=RECEIVED, document_number="Қ-1", fine=tenge("10000"))
    agree(session, agreed)
    demanded, mended = watched.find(), watched.find("other", rule="agreement", clause="п. 3")
    letter = Letter(
        violation_id=demanded, made_on=FOUND, pay_by=date(2020, 10, 20), document_number="Т-1", made_by=CHIEF
    )  # fmt: skip
    demand(session, letter)
    close(session, propose(session, mended, "mended", "құжат", on=by, by=CHECKER), on=by, by=CHIEF)
    first = watched.employ(1, 1, FOUND)
    watched.show(first, "contributions", date(2020, 11, 9), month=date(2020, 10, 1))
    end(session, first, date(2020, 10, 31), told_on=date(2020, 11, 9), by=CHIEF)
    watched.employ(1, 2, date(2020, 11, 2))
    change = ChangeOfUse(
        loan_id=watched.loan_id, cadastral_number="03-045", changed_on=FOUND, document_kind="act",
        document_number="А-7", checked_by=CHECKER,
    )  # fmt: skip
    record_change(session, change)


@pytest.fixture
def owner(committed_engine: Engine, fresh_database: str) -> Engine:
    """The database's owner, who can do what the application cannot, once everything was recorded."""
    perform(committed_engine, watch)
    return create_engine(fresh_database)


def test_each_check_finds_its_break(owner: Engine) -> None:
    """With the guards off, each tampering is found by its own check; before it nothing is found."""
    with owner.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        assert BREAKS.keys() == {check.name for check in CHECKS}
        assert broken(connection) == []
        for name, tampering in BREAKS.items():
            connection.execute(text(tampering))
            assert name in broken(connection)
            connection.rollback()


def broken(connection: Connection) -> list[str]:
    """Names of the checks that find something."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return [check.name for check, found in verify(session, CHECKS) if found]
