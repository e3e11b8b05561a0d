"""Lists of oversight say, row by row, what the services of oversight say."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lending.oversight.cases import cases
from lending.oversight.jobs import job_statuses
from reports.listings.listing import Listing, Page, View
from reports.listings.oversight import CASES, JOBS, VIOLATIONS
from reports.listings.reading import page
from tests.lending.oversight.world import RECEIVED, Watched, enbek, road_map

DAYS = (RECEIVED, date(2020, 9, 13), date(2020, 10, 1), date(2022, 6, 15), date(2022, 6, 16))


def column(shown: Page, key: str) -> dict[int, object]:
    """The cells of a column by row."""
    place = [each.key for each in shown.listing.columns].index(key)
    return {row_id: row[place] for row_id, row in zip(shown.ids, shown.rows, strict=True)}


def look(session: Session, listing: Listing, on: date, **chosen: str) -> Page:
    """A view of a listing on a day."""
    return page(session, listing, View(on=on, chosen={name: (value,) for name, value in chosen.items()}))


def loans(session: Session) -> list[Watched]:
    """Loans of two editions, with a clock of the agreement's, proved in part, and with people employed."""
    own = [road_map(session), enbek(session), road_map(session, details={"jobs_promised": 3, "target_use_days": 30})]
    own.append(enbek(session, purpose="open-microbusiness", details={"job_proof_months": 6, "jobs_promised": 1}))
    own[0].prove("700000")
    own[1].prove("1200000")
    own[2].find()
    return own


@pytest.mark.parametrize("on", DAYS)
def test_cases_are_those_of_the_service(session: Session, on: date) -> None:
    """Last day, days left, sums and outcome of each case, and their order, are those of `cases`."""
    loans(session)
    shown, expected = look(session, CASES, on), cases(session, on)
    assert list(shown.ids) == [each.loan_id for each in expected]
    assert column(shown, "check-by") == {each.loan_id: each.check_by for each in expected}
    assert column(shown, "days-left") == {each.loan_id: each.days_left(on) for each in expected}
    assert column(shown, "unconfirmed") == {each.loan_id: each.unconfirmed for each in expected}
    outcomes = {row: str(cell.key) for row, cell in column(shown, "outcome").items()}  # type: ignore[attr-defined] # phrases
    assert outcomes == {each.loan_id: f"outcome.{each.outcome}" for each in expected}


def test_late_cases_can_be_chosen(session: Session) -> None:
    """The filter of time that is over leaves those that the service calls late."""
    loans(session)
    on = date(2020, 9, 14)
    late = {each.loan_id for each in cases(session, on) if each.late(on)}
    assert set(look(session, CASES, on, late="true").ids) == late != set()


@pytest.mark.parametrize("on", DAYS)
def test_jobs_are_those_of_the_service(session: Session, on: date) -> None:
    """Promised, required, proved and the last day of each loan with jobs are those of `job_statuses`."""
    own = loans(session)
    own[0].employ(1, 1, RECEIVED)
    shown, expected = look(session, JOBS, on), {each.loan_id: each for each in job_statuses(session, on)}
    assert set(shown.ids) == set(expected)
    assert column(shown, "prove-by") == {id_: each.due_on for id_, each in expected.items()}
    assert column(shown, "jobs-required") == {id_: each.required for id_, each in expected.items()}
    assert column(shown, "jobs-created") == {id_: each.proved for id_, each in expected.items()}


def test_violations_are_listed_with_what_became_of_them(session: Session) -> None:
    """An open violation is open, and of the sum that was found."""
    of = road_map(session)
    violation_id = of.find(amount="500000")
    shown = look(session, VIOLATIONS, date(2020, 12, 1), resolution="open")
    assert (shown.ids, shown.found["violation-amount"]) == ((violation_id,), 50_000_000)
