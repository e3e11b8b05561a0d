"""One person in a job, one job a person: labour contracts and evidence that are refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from lending.microcredits.loans import loan
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.oversight.labour_contracts import employ, end
from lending.oversight.refusals import DoneAlready, JobTaken, MonthOfContributions, NobodyNamed, PersonCounted
from tests.lending.oversight.world import CHIEF, FOUND, Watched, road_map

LATER = date(2020, 12, 1)


def test_a_job_has_one_holder(session: Session) -> None:
    """Another person takes a job only once the contract before has ended; the last day still counts."""
    watched = road_map(session)
    first = watched.employ(1, 1, FOUND)
    end(session, first, LATER, told_on=LATER, by=CHIEF)
    with pytest.raises(JobTaken, match="ЕШ-1"):
        watched.employ(1, 2, LATER)
    assert watched.employ(1, 2, date(2020, 12, 2))


def test_a_person_proves_one_job(session: Session) -> None:
    """Nobody is counted in two jobs of a borrower, on one loan or on two."""
    watched = road_map(session)
    watched.employ(1, 1, FOUND)
    same = loan(session, watched.loan_id).contract.borrower
    second = Watched(
        session, watched.lender, watched.lender.lend("500000", borrower=same, signed_on=FOUND, disburse_on=FOUND)
    )
    for own in (watched, second):
        with pytest.raises(PersonCounted):
            own.employ(2, 1, LATER, number="ЕШ-9")
    assert road_map(session).employ(1, 1, LATER)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"concluded_on": date(2020, 6, 14)}, DatesOutOfOrder),
        ({"starts_on": date(2020, 9, 30)}, DatesOutOfOrder),
        ({"job": 0}, AmountNotPositive),
        ({"checked_by": " "}, NobodyNamed),
        ({"loan_id": 999_999}, NotFound),
    ],
)
def test_what_is_refused(session: Session, changes: dict[str, Any], error: type[Exception]) -> None:
    """A contract older than the loan is no new job; days, job number, name and loan must make sense."""
    watched = road_map(session)
    with pytest.raises(error):
        employ(session, [replace(watched.labour(1, 1, FOUND), **changes)])


def test_a_contract_ends_once_and_after_it_began(session: Session) -> None:
    """An end before the start is refused, and so is a second one."""
    watched = road_map(session)
    contract = watched.employ(1, 1, FOUND)
    with pytest.raises(DatesOutOfOrder):
        end(session, contract, date(2020, 9, 30), told_on=LATER, by=CHIEF)
    end(session, contract, FOUND, told_on=LATER, by=CHIEF)
    with pytest.raises(DoneAlready):
        end(session, contract, LATER, told_on=LATER, by=CHIEF)


def test_a_month_of_contributions_is_told_once(session: Session) -> None:
    """The same month, or one before the contract, is refused, and so are contributions for no month."""
    watched = road_map(session)
    contract = watched.employ(1, 1, FOUND)
    watched.show(contract, "contributions", LATER, month=LATER)
    with pytest.raises(DoneAlready, match="2020-12"):
        watched.show(contract, "contributions", LATER, month=date(2020, 12, 31))
    with pytest.raises(DatesOutOfOrder):
        watched.show(contract, "contributions", LATER, month=date(2020, 9, 1))
    with pytest.raises(MonthOfContributions):
        watched.show(contract, "contributions", LATER)
    with pytest.raises(MonthOfContributions):
        watched.show(contract, "referral", LATER, month=LATER)
