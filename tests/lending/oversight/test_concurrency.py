"""Of two officers at once one is refused, where there is room for one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.errors import NesieError
from ledger.unit_of_work import perform
from lending.oversight.demands import Letter, demand
from lending.oversight.labour_contracts import employ
from lending.oversight.violations import close, propose
from tests.lending.oversight.world import CHECKER, CHIEF, FOUND, Watched, road_map

Act = Callable[[Watched, int], object]


def confirm_all(watched: Watched, officer: int) -> None:
    """Prove the whole loan, each officer by another document."""
    watched.prove("1200000", str(officer))


def take_the_job(watched: Watched, officer: int) -> None:
    """Employ somebody in the first job."""
    employ(watched.session, [watched.labour(1, officer + 1, FOUND)])


def take_the_person(watched: Watched, officer: int) -> None:
    """Employ the same person in one job or the other."""
    employ(watched.session, [watched.labour(officer + 1, 1, FOUND, number=str(officer))])


def enter(watched: Watched, _: int) -> None:
    """Enter the same violation."""
    watched.find("jobs")


def call_in(watched: Watched, officer: int) -> None:
    """Demand what follows from the violation."""
    letter = Letter(
        violation_id=1, made_on=FOUND, pay_by=date(2020, 10, 20), document_number=str(officer), made_by=CHIEF
    )  # fmt: skip
    demand(watched.session, letter)


def dismiss(watched: Watched, _: int) -> None:
    """Close the violation as one person."""
    close(watched.session, 1, on=FOUND, by=CHIEF)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (confirm_all, "more-than-paid-out"),
        (take_the_job, "job-taken"),
        (take_the_person, "person-counted"),
        (enter, "oversight-done-already"),
        (call_in, "oversight-done-already"),
        (dismiss, "oversight-done-already"),
    ],
)
def test_there_is_room_for_one(committed_engine: Engine, act: Act, refusal: str) -> None:
    """The second officer waits for the first, sees what was done and is refused."""

    def start(session: Session) -> Watched:
        watched = road_map(session)
        propose(session, watched.find(), "dismissed", "қате", on=FOUND, by=CHECKER)
        return watched

    made = perform(committed_engine, start)
    barrier = Barrier(2)

    def attempt(officer: int) -> str:
        barrier.wait()
        try:
            perform(committed_engine, lambda session: act(Watched(session, made.lender, made.loan_id), officer))
        except NesieError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, (0, 1))) == sorted(["done", refusal])
