"""Target use: of every loan paid out in the period, how much its lender has confirmed to be used as agreed.

As at the last day of the period (`lending.oversight.cases`): confirmations recorded for later days belong to later
reports. Each loan is checked by the day its edition gives; loans of any period whose day has passed without the whole
sum being confirmed are listed by themselves. The section of violations tells what followed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lending.oversight.cases import Case, cases
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import SumsWithShares, share
from reports.report import Column, Phrase, Report, Row, Section, phrase, tabulate
from reports.scope import Scope, compose, scope_of
from reports.violations import violations_section
from reports.watched_loans import COLUMNS, WatchedLoan, told, watched_loans

NAME = "target-use"

CONFIRMED = Column(key="confirmed", kind="money", adds=True)
UNCONFIRMED = Column(key="unconfirmed", kind="money", adds=True)
CONFIRMED_SHARE = Column(key="confirmed-share", kind="percent")
SUMS = (columns.AMOUNT, CONFIRMED, UNCONFIRMED, CONFIRMED_SHARE)
CHECK_BY = Column(key="check-by", kind="date")
REGISTER = (
    *COLUMNS, *SUMS, CHECK_BY, Column(key="outcome", kind="text"), Column(key="documents", kind="text"),
)  # fmt: skip
LATE = (*COLUMNS, *SUMS, CHECK_BY, Column(key="days-late", kind="integer"), Column(key="answer-by", kind="date"))
SUMMARY = (columns.REGION, columns.LENDER, columns.LOANS, *SUMS)
SHARES = SumsWithShares({"confirmed-share": (("confirmed",), "amount")})

DOCUMENTS = text("""
    SELECT loan_id, json_agg(json_build_object('kind', document_kind, 'number', document_number, 'day', document_date)
        ORDER BY id) AS documents
    FROM (
        SELECT loan_id, document_kind, document_number, document_date, min(id) AS id FROM target_use
        WHERE confirmed_on <= :end AND loan_id = ANY(:loans)
        GROUP BY loan_id, document_kind, document_number, document_date HAVING sum(amount) > 0
    ) AS proofs GROUP BY loan_id
""")

Pair = tuple[WatchedLoan, Case]


def build(session: Session, request: ReportRequest) -> Report:
    """Loans first paid out within the period, those of any period whose check is late on its last day, violations."""
    scope = scope_of(session, request)
    loans = watched_loans(session, scope)
    standing = {case.loan_id: case for case in cases(session, scope.on, loan_ids=loans.keys())}
    both = [(loan, standing[loan_id]) for loan_id, loan in loans.items()]
    issued = [(loan, case) for loan, case in both if case.received_on >= request.period.start]
    late = [(loan, case) for loan, case in both if case.late(scope.on)]
    documents = _documents(session, scope.on, [loan.loan_id for loan, _ in issued])
    sections = [
        _summary(issued, scope),
        _register(issued, documents, scope),
        _late(late, scope),
        violations_section(session, scope, request.period, loans, ["target-use", "change-of-use", "other"]),
    ]
    return compose(session, request, scope, NAME, sections, notes=[phrase("note.check-by")])


def _summary(issued: Iterable[Pair], scope: Scope) -> Section:
    sums: dict[tuple[str, int], list[int]] = {}
    for loan, case in issued:
        total = sums.setdefault((loan.region_code, loan.lender_id), [0, 0, 0])
        total[:] = (total[0] + 1, total[1] + case.paid_out, total[2] + case.confirmed)
    rows = (
        (scope.region_name(region), scope.name(lender), count, *_sums(amount, confirmed))
        for (region, lender), (count, amount, confirmed) in sums.items()
    )
    return tabulate(SUMMARY, rows, title=phrase("section.by-lender"), group_by="region", sums=SHARES)


def _register(issued: Sequence[Pair], documents: dict[int, Phrase], scope: Scope) -> Section:
    rows = (
        (*_cells(number, loan, case, scope), phrase(f"outcome.{case.outcome}"), documents.get(loan.loan_id))
        for number, (loan, case) in enumerate(issued, start=1)
    )
    return tabulate(REGISTER, rows, title=phrase("section.register"), group_by="lender", sums=SHARES)


def _late(late: Sequence[Pair], scope: Scope) -> Section:
    rows = (
        (*_cells(number, loan, case, scope), -(case.days_left(scope.on) or 0), case.answer_by)
        for number, (loan, case) in enumerate(late, start=1)
    )
    return tabulate(LATE, rows, title=phrase("section.late-checks"), group_by="lender", sums=SHARES)


def _cells(number: int, loan: WatchedLoan, case: Case, scope: Scope) -> Row:
    return (*told(number, loan, scope), *_sums(case.paid_out, case.confirmed), case.check_by)


def _sums(amount: int, confirmed: int) -> Row:
    return amount, confirmed, amount - confirmed, share(confirmed, amount)


def _documents(session: Session, on: date, loan_ids: Collection[int]) -> dict[int, Phrase]:
    """The documents that still prove something on ``on``, by loan, in the order they were recorded."""
    rows = session.execute(DOCUMENTS, {"end": on, "loans": list(loan_ids)})
    return {loan_id: _list(documents) for loan_id, documents in rows}


def _list(documents: Iterable[dict[str, Any]]) -> Phrase:
    return phrase("value.list", items=tuple(_document(**document) for document in documents))


def _document(kind: str, number: str, day: str | None) -> Phrase:
    named = phrase(f"document-kind.{kind}")
    if day is None:
        return phrase("value.document", kind=named, number=number)
    return phrase("value.dated-document", kind=named, number=number, day=date.fromisoformat(day))


TARGET_USE = ReportFamily(
    name=NAME,
    period_kinds=("month", "quarter", "half-year", "year"),
    build=build,
    deadlines=(
        "919-RP-04", "919-RP-05", "919-RP-08", "746-RP-02", "746-RP-03", "RM-RP-04", "RM-RP-06",
    ),
)  # fmt: skip
