"""Ageing of the portfolio: outstanding principal by how long payments are overdue, by region and lender.

Days past due are calculated from the schedules as at the last day of the period, never taken from a stored number.
A loan stands with its whole outstanding principal in the bucket of its oldest unpaid due date; the buckets together
are the principal of the ledger, loan by loan, or the report is not made. PAR30 and PAR90 are the shares of principal
in loans overdue by more than 30 and more than 90 days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.balances import balances
from lending import bookings
from lending.microcredits.arrears import BUCKETS, bucket_of
from lending.microcredits.positions import Positions, positions
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import SumsWithShares, agree, share
from reports.report import Column, Phrase, Report, Row, Section, phrase, tabulate
from reports.scope import LOANS, Scope, compose, scope_of

NAME = "aging"

OVERDUE_PRINCIPAL = Column(key="overdue-principal", kind="money", adds=True)
OVERDUE_INTEREST = Column(key="overdue-interest", kind="money", adds=True)
SHARE = Column(key="share", kind="percent")
BY_BUCKET = (
    Column(key="days-past-due", kind="text"), columns.LOANS, columns.OUTSTANDING, SHARE, OVERDUE_PRINCIPAL,
    OVERDUE_INTEREST,
)  # fmt: skip

BUCKET_KEYS = tuple(f"bucket-{number}" for number in range(len(BUCKETS)))
PAR = {"par-30": (BUCKET_KEYS[2:], "outstanding"), "par-90": (BUCKET_KEYS[4:], "outstanding")}

IN_SIGHT = f"WITH {LOANS} SELECT id, lender_id, coalesce(region_code, '') AS region FROM loans ORDER BY id"  # noqa: S608 - constants


@dataclass(slots=True)
class Aged:
    """Loans of one kind: how many, and tiyn outstanding and overdue."""

    loans: int = 0
    principal: int = 0
    overdue_principal: int = 0
    overdue_interest: int = 0


def build(session: Session, request: ReportRequest) -> Report:
    """The portfolio in sight as at the last day of the period.

    Raises:
        FiguresDisagree: the loans of a lender do not add up to its ledger.
    """
    scope = scope_of(session, request)
    homes = {row.id: (row.region, row.lender_id) for row in session.execute(text(IN_SIGHT), scope.values)}
    standing = positions(session, scope.on, loan_ids=list(homes), skip_settled=True)
    _check(session, scope, standing)
    sums = _sums(standing, homes)
    return compose(session, request, scope, NAME, [_by_bucket(sums), _by_lender(sums, scope)])


def bucket_words(number: int) -> Phrase:
    """The name of a bucket: not overdue, from a day to a day, or from a day on."""
    if number == 0:
        return phrase("bucket.none")
    if number == len(BUCKETS) - 1:
        return phrase("bucket.open", first=BUCKETS[number])
    return phrase("bucket.closed", first=BUCKETS[number], last=BUCKETS[number + 1] - 1)


def _check(session: Session, scope: Scope, standing: Positions) -> None:
    """Principal by the rows is principal by the ledger, in the book of every lender."""
    lenders = sorted(set(standing.lender_id.tolist()))
    subjects = {bookings.loan(loan_id) for loan_id in standing.loan_id.tolist()}
    ledger = dict.fromkeys(lenders, 0)
    accounts = ("loan-principal", "loan-principal-overdue")
    for each in balances(session, effective_on=scope.on, accounts=accounts, books=lenders):
        if each.subject in subjects:
            ledger[each.book_id] += each.tiyn
    for lender in lenders:
        found = int(standing.principal[standing.lender_id == lender].sum())
        agree(NAME, f"the principal of {scope.organisations[lender].code}", expected=ledger[lender], found=found)


def _sums(standing: Positions, homes: Mapping[int, tuple[str, int]]) -> dict[tuple[str, int], list[Aged]]:
    """By region and lender: what is in each bucket. Loans that owe no principal are left out."""
    sums: dict[tuple[str, int], list[Aged]] = {}
    figures = (
        standing.loan_id, standing.principal, standing.principal_overdue, standing.interest_overdue,
        bucket_of(standing.days_past_due),
    )  # fmt: skip
    for loan_id, principal, overdue, interest, place in zip(*(column.tolist() for column in figures), strict=True):
        if principal == 0:
            continue
        buckets = sums.setdefault(homes[loan_id], [Aged() for _ in BUCKET_KEYS])
        bucket = buckets[place]
        bucket.loans += 1
        bucket.principal += principal
        bucket.overdue_principal += overdue
        bucket.overdue_interest += interest
    return sums


def _by_bucket(sums: Mapping[tuple[str, int], Sequence[Aged]]) -> Section:
    whole = sum(bucket.principal for buckets in sums.values() for bucket in buckets)

    def row(number: int) -> Row:
        same = [buckets[number] for buckets in sums.values()]
        principal = sum(each.principal for each in same)
        return (
            bucket_words(number), sum(each.loans for each in same), principal, share(principal, whole),
            sum(each.overdue_principal for each in same), sum(each.overdue_interest for each in same),
        )  # fmt: skip

    shares = SumsWithShares({"share": (("outstanding",), "outstanding")})
    rows = map(row, range(len(BUCKET_KEYS)))
    return tabulate(BY_BUCKET, rows, title=phrase("section.by-days-past-due"), sums=shares)


def _by_lender(sums: Mapping[tuple[str, int], Sequence[Aged]], scope: Scope) -> Section:
    band = phrase("band.days-past-due")
    table = (
        columns.REGION, columns.LENDER, columns.LOANS, columns.OUTSTANDING,
        *(
            Column(key=key, kind="money", adds=True, head=bucket_words(number), band=band)
            for number, key in enumerate(BUCKET_KEYS)
        ),
        *(Column(key=key, kind="percent") for key in PAR),
    )  # fmt: skip

    def row(region: str, lender: int, buckets: Sequence[Aged]) -> Row:
        principal = [each.principal for each in buckets]
        return (
            scope.region_name(region), scope.name(lender), sum(each.loans for each in buckets), sum(principal),
            *principal, share(sum(principal[2:]), sum(principal)), share(sum(principal[4:]), sum(principal)),
        )  # fmt: skip

    rows = (row(region, lender, buckets) for (region, lender), buckets in sorted(sums.items()))
    return tabulate(
        table, rows, title=phrase("section.by-lender"), group_by="region", sums=SumsWithShares(PAR)
    )  # fmt: skip


AGING = ReportFamily(
    name=NAME,
    period_kinds=("month", "quarter", "half-year", "year"),
    build=build,
    deadlines=("919-RP-14", "746-RP-11", "RM-RP-08"),
)
