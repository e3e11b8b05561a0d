"""Target use: of every loan paid out in the period, how much its lender has confirmed to be used as agreed.

As at the last day of the period: confirmations recorded for later days belong to later reports. A check is due
within 90 days of the first payment, that day included; loans of any period whose day has passed without the whole
sum being confirmed are listed by themselves. Whether a breach follows is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import SumsWithShares, share
from reports.report import Column, Phrase, Report, Row, Section, phrase, tabulate
from reports.scope import LOANS, Scope, compose, scope_of

NAME = "target-use"

#: Days after the first payment within which a loan is to be checked, the last one included (919-LN-16, RM-LN-10;
#: 746 names no day and is read like 919).
CHECK_DAYS = 90

CONFIRMED = Column(key="confirmed", kind="money", adds=True)
UNCONFIRMED = Column(key="unconfirmed", kind="money", adds=True)
CONFIRMED_SHARE = Column(key="confirmed-share", kind="percent")
SUMS = (columns.AMOUNT, CONFIRMED, UNCONFIRMED, CONFIRMED_SHARE)
LOAN = (
    columns.LENDER, columns.NUMBER, columns.BORROWER, columns.ID_NUMBER, columns.CONTRACT_NUMBER,
    columns.CONTRACT_DATE, columns.ISSUED_ON,
)  # fmt: skip
CHECK_BY = Column(key="check-by", kind="date")
REGISTER = (*LOAN, *SUMS, CHECK_BY, Column(key="documents", kind="text"))
LATE = (*LOAN, *SUMS, CHECK_BY, Column(key="days-late", kind="integer"))
SUMMARY = (columns.REGION, columns.LENDER, columns.LOANS, *SUMS)
SHARES = SumsWithShares({"confirmed-share": (("confirmed",), "amount")})

CHECKED = f"""
    WITH {LOANS}, paid AS (
        SELECT d.loan_id, min(d.paid_on) AS issued_on, sum(d.amount)::bigint AS amount
        FROM disbursement d JOIN loans ON loans.id = d.loan_id WHERE d.paid_on <= :end GROUP BY d.loan_id
    ), proofs AS (
        SELECT t.loan_id, t.document_kind, t.document_number, t.document_date, sum(t.amount) AS amount,
            min(t.id) AS id
        FROM target_use t JOIN loans ON loans.id = t.loan_id WHERE t.confirmed_on <= :end GROUP BY 1, 2, 3, 4
    ), used AS (
        SELECT loan_id, sum(amount)::bigint AS confirmed,
            json_agg(json_build_object('kind', document_kind, 'number', document_number, 'day', document_date)
                ORDER BY id) FILTER (WHERE amount > 0) AS documents
        FROM proofs GROUP BY loan_id
    )
    SELECT loans.lender_id, loans.region_code, loans.contract_number, loans.contract_date, b.name AS borrower,
        b.id_number, paid.issued_on, paid.amount, coalesce(used.confirmed, 0) AS confirmed, used.documents
    FROM paid JOIN loans ON loans.id = paid.loan_id JOIN borrower b ON b.id = loans.borrower_id
    LEFT JOIN used ON used.loan_id = paid.loan_id
    WHERE paid.issued_on >= :start
       OR (paid.issued_on < :late_if_before AND coalesce(used.confirmed, 0) < paid.amount)
    ORDER BY loans.region_code, loans.lender_id, paid.issued_on, paid.loan_id
"""  # noqa: S608 - put together from constants


def build(session: Session, request: ReportRequest) -> Report:
    """Loans first paid out within the period, and those of any period whose check is late on its last day."""
    scope = scope_of(session, request)
    values = {
        **scope.values,
        "start": request.period.start,
        "end": scope.on,
        "late_if_before": scope.on - timedelta(days=CHECK_DAYS),
    }
    loans = session.execute(text(CHECKED), values).all()
    issued = [each for each in loans if each.issued_on >= request.period.start]
    late = [each for each in loans if each.issued_on < values["late_if_before"] and each.confirmed < each.amount]
    sections = [_summary(issued, scope), _register(issued, scope), _late(late, scope)]
    return compose(session, request, scope, NAME, sections, notes=[phrase("note.check-days", days=CHECK_DAYS)])


def _summary(loans: Iterable[Record[Any]], scope: Scope) -> Section:
    sums: dict[tuple[str, int], list[int]] = {}
    for each in loans:
        total = sums.setdefault((each.region_code or "", each.lender_id), [0, 0, 0])
        total[:] = (total[0] + 1, total[1] + each.amount, total[2] + each.confirmed)
    rows = (
        (scope.region_name(region), scope.name(lender), count, *_sums(amount, confirmed))
        for (region, lender), (count, amount, confirmed) in sums.items()
    )
    return tabulate(SUMMARY, rows, title=phrase("section.by-lender"), group_by="region", sums=SHARES)


def _register(loans: Sequence[Record[Any]], scope: Scope) -> Section:
    rows = (
        (*_loan(number, each, scope), _check_by(each), _documents(each))
        for number, each in enumerate(loans, start=1)
    )  # fmt: skip
    return tabulate(REGISTER, rows, title=phrase("section.register"), group_by="lender", sums=SHARES)


def _late(loans: Sequence[Record[Any]], scope: Scope) -> Section:
    rows = (
        (*_loan(number, each, scope), _check_by(each), (scope.on - _check_by(each)).days)
        for number, each in enumerate(loans, start=1)
    )
    return tabulate(LATE, rows, title=phrase("section.late-checks"), group_by="lender", sums=SHARES)


def _loan(number: int, each: Record[Any], scope: Scope) -> Row:
    return (
        scope.name(each.lender_id), number, each.borrower, each.id_number, each.contract_number, each.contract_date,
        each.issued_on, *_sums(each.amount, each.confirmed),
    )  # fmt: skip


def _sums(amount: int, confirmed: int) -> Row:
    return amount, confirmed, amount - confirmed, share(confirmed, amount)


def _check_by(each: Record[Any]) -> date:
    issued_on: date = each.issued_on
    return issued_on + timedelta(days=CHECK_DAYS)


def _documents(each: Record[Any]) -> Phrase | None:
    """The documents that still prove something, in the order they were recorded."""
    if not each.documents:
        return None
    return phrase("value.list", items=tuple(_document(**document) for document in each.documents))


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
