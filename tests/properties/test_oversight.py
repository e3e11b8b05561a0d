"""Whatever is recorded in whatever order, no loan is proved beyond itself and nothing is closed by one person.

Acts that are not permitted are refused and change nothing; after each sequence the checks of oversight hold.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.errors import NesieError
from ledger.verification import verify
from lending.microcredits.values import Decision
from lending.oversight import demands
from lending.oversight.cases import cases
from lending.oversight.checks import CHECKS
from lending.oversight.demands import Letter, demand
from lending.oversight.jobs import job_statuses
from lending.oversight.labour_contracts import end
from lending.oversight.tables import ViolationClosingRow
from lending.oversight.target_use import withdraw
from lending.oversight.violations import close, propose
from tests.lending.oversight.world import FOUND, RECEIVED, Watched, road_map
from tests.walks import tried

PEOPLE = ("Айгүл", "Болат", "айгүл ")
LAST = date(2021, 12, 31)

days = st.integers(-1, 400).map(lambda after: RECEIVED + timedelta(after))
small = st.integers(1, 3)
acts = st.one_of(
    st.tuples(st.just("prove"), st.integers(0, 1_300_000), small, days),
    st.tuples(st.just("withdraw"), small, days),
    st.tuples(st.just("find"), st.sampled_from(["target-use", "jobs"]), st.integers(-1, 1_300_000)),
    st.tuples(st.just("propose"), small, st.sampled_from(["mended", "paid", "dismissed"]), st.sampled_from(PEOPLE)),
    st.tuples(st.just("close"), small, st.sampled_from(PEOPLE)),
    st.tuples(st.just("demand"), small, small),
    st.tuples(st.just("take back"), small, small),
    st.tuples(st.just("employ"), small, small, days),
    st.tuples(st.just("end"), small, days),
)


class Made(defaultdict[str, list[int]]):
    """Ids of what was recorded in an example, by kind."""

    def __init__(self) -> None:
        super().__init__(list)

    def one(self, kind: str, which: int) -> int:
        """One of them, or an id that nothing has."""
        ids = self[kind]
        return ids[which % len(ids)] if ids else 0


def act(watched: Watched, made: Made, what: str, *of: Any) -> None:
    """One act, on what earlier ones made."""
    session = watched.session
    match what, of:
        case "prove", (amount, number, on):
            made["confirmation"].append(watched.prove(str(amount), str(number), on))
        case "withdraw", (which, on):
            withdraw(session, made.one("confirmation", which), on, "Айгүл")
        case "find", (breach, amount):
            made["violation"].append(watched.find(breach, str(amount)))
        case "propose", (which, resolution, by):
            made["proposal"].append(propose(session, made.one("violation", which), resolution, "-", on=LAST, by=by))
        case "close", (which, by):
            close(session, made.one("proposal", which), on=LAST, by=by)
        case "demand", (which, after):
            on = FOUND + timedelta(after)
            letter = Letter(
                violation_id=made.one("violation", which), made_on=on, pay_by=on + timedelta(20),
                document_number="1", made_by="Болат",
            )  # fmt: skip
            demand(session, letter)
        case "take back", (which, after):
            decision = Decision(FOUND + timedelta(after), "Болат", "-", "2", confirmed_by="Айгүл")
            demands.withdraw(session, made.one("violation", which), decision)
        case "employ", (job, person, on):
            made["contract"].append(watched.employ(job, person, on, number=f"{job}-{person}-{on}"))
        case "end", (which, on):
            end(session, made.one("contract", which), on, told_on=LAST, by="Болат")


@settings(max_examples=tried(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=14))
def test_no_sequence_breaks_oversight(engine: Engine, sequence: list[tuple[Any, ...]]) -> None:
    """Proofs stay within the loan, jobs within people, and every closing has two of them."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            watched = road_map(session)
            made = Made()
            for each in sequence:
                try:
                    with session.begin_nested():
                        act(watched, made, *each)
                except NesieError:
                    continue
            [case] = cases(session, LAST, loan_ids=[watched.loan_id])
            [jobs] = job_statuses(session, LAST, loan_ids=[watched.loan_id])
            closings = session.scalars(select(ViolationClosingRow)).all()
            assert 0 <= case.confirmed <= case.paid_out
            assert jobs.proved + len(jobs.vacated) <= 3
            assert all(each.closed_by.strip().lower() != each.proposed_by.strip().lower() for each in closings)
            assert [each for _, found in verify(session, CHECKS) for each in found] == []
        transaction.rollback()
