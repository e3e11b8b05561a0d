"""Jobs are required by promise and edition, and proved by the evidence the edition asks for."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lending.oversight.jobs import job_statuses
from lending.oversight.labour_contracts import end
from tests.lending.oversight.world import CHIEF, FOUND, Watched, enbek, road_map

YEAR_END = date(2020, 12, 31)


def proved(watched: Watched, on: date = YEAR_END) -> int:
    """How many jobs of a loan are proved."""
    return job_statuses(watched.session, on, loan_ids=[watched.loan_id])[0].proved


def test_the_road_map_gives_two_years(session: Session) -> None:
    """A labour contract proves a job; there are 24 months from receipt, the last day included (RM-LN-11)."""
    watched = road_map(session)
    watched.employ(1, 1, FOUND)
    [status] = job_statuses(session, YEAR_END)
    assert (status.required, status.proved, status.missing, status.due_on, status.rule) == (
        2, 1, 1, date(2022, 6, 15), "RM-LN-11",
    )  # fmt: skip
    assert [status.late(on) for on in (date(2022, 6, 15), date(2022, 6, 16))] == [False, True]


def test_enbek_wants_a_referral_and_contributions(session: Session) -> None:
    """Under 746 a contract alone proves nothing; with a referral and a month of contributions it does (A-06)."""
    watched = enbek(session)
    contract = watched.employ(1, 1, FOUND)
    steps = [proved(watched)]
    watched.show(contract, "referral", FOUND)
    steps.append(proved(watched))
    watched.show(contract, "contributions", date(2020, 11, 20), month=date(2020, 10, 20))
    assert [*steps, proved(watched), proved(watched, date(2020, 11, 19))] == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("promised", "purpose", "required"), [(0, "expand", 2), (3, "expand", 3), (1, "open-microbusiness", 1)]
)
def test_expansion_needs_two_jobs(session: Session, promised: int, purpose: str, required: int) -> None:
    """746 asks two jobs of an expansion whatever was promised (746-LN-06, A-04); a greater promise counts."""
    enbek(session, purpose=purpose, details={"jobs_promised": promised})
    assert [status.required for status in job_statuses(session, FOUND)] == [required]


def test_who_promised_nothing_is_not_listed(session: Session) -> None:
    """A loan that neither promised nor has to create jobs has no status."""
    enbek(session, purpose="open-microbusiness", details={})
    assert job_statuses(session, FOUND) == []


def test_a_vacated_job_is_filled_by_another(session: Session) -> None:
    """A job that was left is told as vacated until another person holds it."""
    watched = road_map(session)
    first = watched.employ(1, 1, FOUND)
    end(session, first, date(2020, 10, 31), told_on=date(2020, 11, 5), by=CHIEF)
    [status] = job_statuses(session, YEAR_END)
    assert (status.proved, status.vacated) == (0, (1,))
    watched.employ(1, 2, date(2020, 12, 1))
    assert proved(watched) == 1


def test_least_days_left_come_first(session: Session) -> None:
    """Loans whose jobs are all proved come last."""
    done, waiting = road_map(session), road_map(session)
    for job in (1, 2):
        done.employ(job, job, FOUND)
    assert [status.loan_id for status in job_statuses(session, YEAR_END)] == [waiting.loan_id, done.loan_id]
