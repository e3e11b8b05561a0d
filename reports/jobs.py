"""Jobs: how many every loan promised or had to create, how many are proved, and how long is left.

As at the last day of the period, by what was known that day (`lending.oversight.jobs`). Every loan that owes a job
is listed, whenever it was paid out; late are those whose last day has passed with jobs missing. The section of
violations tells what followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from lending.oversight.jobs import JobStatus, job_statuses
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import SumsWithShares, share
from reports.report import Column, Report, Row, Section, phrase, tabulate
from reports.scope import Scope, compose, scope_of
from reports.violations import violations_section
from reports.watched_loans import COLUMNS, WatchedLoan, told, watched_loans

NAME = "jobs"

JOBS = (
    columns.JOBS_PROMISED, Column(key="jobs-required", kind="integer", adds=True), columns.JOBS_CREATED,
    Column(key="jobs-vacated", kind="integer", adds=True), Column(key="jobs-missing", kind="integer", adds=True),
    Column(key="jobs-share", kind="percent"),
)  # fmt: skip
REGISTER = (
    *COLUMNS,
    columns.AMOUNT,
    *JOBS,
    Column(key="prove-by", kind="date"),
    Column(key="days-left", kind="integer"),
)
LATE = (*COLUMNS, columns.AMOUNT, *JOBS, Column(key="prove-by", kind="date"), Column(key="days-late", kind="integer"))
SUMMARY = (columns.REGION, columns.LENDER, columns.LOANS, columns.AMOUNT, *JOBS)
SHARES = SumsWithShares({"jobs-share": (("jobs-created",), "jobs-required")})

Pair = tuple[WatchedLoan, JobStatus]


def build(session: Session, request: ReportRequest) -> Report:
    """The loans in sight that owe jobs on the last day of the period, the late ones, and violations over jobs."""
    scope = scope_of(session, request)
    loans = watched_loans(session, scope)
    standing = {each.loan_id: each for each in job_statuses(session, scope.on, loan_ids=loans.keys())}
    owing = [(loan, standing[loan_id]) for loan_id, loan in loans.items() if loan_id in standing]
    late = [(loan, status) for loan, status in owing if status.late(scope.on)]
    sections = [
        _summary(owing, scope),
        _register(owing, scope),
        _late(late, scope),
        violations_section(session, scope, request.period, loans, ["jobs"]),
    ]
    return compose(session, request, scope, NAME, sections, notes=[phrase("note.jobs")])


def _summary(owing: Iterable[Pair], scope: Scope) -> Section:
    sums: dict[tuple[str, int], list[int]] = {}
    for loan, status in owing:
        total = sums.setdefault((loan.region_code, loan.lender_id), [0] * 7)
        figures = (1, loan.amount, *_counts(status))
        total[:] = [before + figure for before, figure in zip(total, figures, strict=True)]
    rows = (
        (scope.region_name(region), scope.name(lender), *total, share(total[4], total[3]))
        for (region, lender), total in sums.items()
    )
    return tabulate(SUMMARY, rows, title=phrase("section.by-lender"), group_by="region", sums=SHARES)


def _register(owing: Sequence[Pair], scope: Scope) -> Section:
    rows = (
        (*_cells(number, loan, status, scope), status.due_on, status.days_left(scope.on))
        for number, (loan, status) in enumerate(owing, start=1)
    )
    return tabulate(REGISTER, rows, title=phrase("section.register"), group_by="lender", sums=SHARES)


def _late(late: Sequence[Pair], scope: Scope) -> Section:
    rows = (
        (*_cells(number, loan, status, scope), status.due_on, -(status.days_left(scope.on) or 0))
        for number, (loan, status) in enumerate(late, start=1)
    )
    return tabulate(LATE, rows, title=phrase("section.late-jobs"), group_by="lender", sums=SHARES)


def _cells(number: int, loan: WatchedLoan, status: JobStatus, scope: Scope) -> Row:
    counts = _counts(status)
    return (*told(number, loan, scope), loan.amount, *counts, share(status.proved, status.required))


def _counts(status: JobStatus) -> tuple[int, int, int, int, int]:
    """The figures of `JOBS`, the share left out."""
    return status.promised, status.required, status.proved, len(status.vacated), status.missing


JOBS_REPORT = ReportFamily(
    name=NAME,
    period_kinds=("month", "quarter", "half-year", "year"),
    build=build,
    deadlines=("RM-RP-07", "746-RP-05", "746-RP-06", "919-RP-11", "919-RP-12"),
)
