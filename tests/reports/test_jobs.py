"""The report on jobs tells what is required, proved, vacated and late, of the loans of `tests.reports.books`."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from lending.oversight.labour_contracts import Evidence, LabourContract, employ, end, prove
from reports.family import ReportFamily, ReportRequest
from reports.jobs import JOBS_REPORT
from reports.periods import parse_period
from reports.report import Section
from tests.lending.microcredits.lender import iin
from tests.reports.books import Books, programme
from tests.reports.sections import column, total

APRIL = date(2021, 4, 1)


def employed(session: Session) -> Books:
    """The programme; M-2 proves one job, another one was left, and M-3 may take two months only."""
    books = programme(session)
    books.lend("F-2", "FF-61", 1_000_000_00, date(2021, 3, 26), details={"jobs_promised": 1, "job_proof_months": 2})
    contracts = [
        LabourContract(
            loan_id=books.loans["M-2"], job=job, person=iin(100 + job), number=f"ЕШ-{job}", concluded_on=APRIL,
            starts_on=APRIL, proved_on=APRIL, checked_by="Айгүл",
        )
        for job in (1, 2)
    ]  # fmt: skip
    ids = employ(session, contracts)
    for each in ids:
        paper = Evidence(contract_id=each, kind="referral", number="1", proved_on=APRIL, checked_by="Айгүл")
        prove(session, [paper, replace(paper, kind="contributions", month=APRIL)])
    end(session, ids[1], date(2021, 5, 31), told_on=date(2021, 6, 1), by="Болат")
    return books


def sections(session: Session, period: str, family: ReportFamily = JOBS_REPORT) -> tuple[Section, ...]:
    """By lender, register, late, violations."""
    return family.report(session, ReportRequest(period=parse_period(period))).sections


def test_jobs_are_told_loan_by_loan(session: Session) -> None:
    """What is proved and what stands vacated is as at the last day of the period."""
    employed(session)
    for period, expected in (("2021-05", (2, 0, 0)), ("2021-06", (1, 1, 1))):
        register = sections(session, period)[1]
        place = column(register, "contract-number").index("M-2")
        keys = ("jobs-created", "jobs-vacated", "jobs-missing")
        assert tuple(column(register, key)[place] for key in keys) == expected


def test_sums_are_those_of_the_register(session: Session) -> None:
    """The summary by lender adds up to the loans that owe jobs."""
    employed(session)
    summary, register, *_ = sections(session, "2021-Q2")
    for key in ("amount", "jobs-promised", "jobs-required", "jobs-created", "jobs-missing"):
        assert total(summary, key) == total(register, key)
    assert total(summary, "loans") == len(register.rows) == 6


def test_only_loans_with_a_day_are_late(session: Session) -> None:
    """746 gives no day, so only the agreement with one of its own is late, from the day after."""
    employed(session)
    late = [(column(each, "contract-number"), column(each, "days-late")) for each in (
        sections(session, "2021-04")[2], sections(session, "2021-05")[2])]  # fmt: skip
    assert late == [([], []), (["F-2"], [5])]
