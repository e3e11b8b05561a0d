"""Claims: what lenders demanded under guarantees, what was found payable line by line, and what came back.

Claims presented by the last day of the period and not finished before its first. The calculation is the one the claim
was approved or paid on: debt of the loan, its share, what was demanded, what is payable, and why the two differ.
Recoveries of the period show both debts before the money was shared. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.guarantees import GUARANTEE_NUMBER, PARTIES, SIGHT, STATE, sight_of
from reports.report import Column, Report, Row, phrase, tabulate
from reports.scope import Scope, compose, scope_of

NAME = "claims"

CLAIM = Column(key="claim-number", kind="identifier")
CLAIMED = Column(key="claimed", kind="money", adds=True)
PAYABLE = Column(key="payable", kind="money", adds=True)
DIFFERENCE = Column(key="difference", kind="money", adds=True)
REGISTER = (
    *PARTIES, CLAIM, Column(key="presented-on", kind="date"), CLAIMED, PAYABLE, DIFFERENCE,
    Column(key="paid", kind="money", adds=True), Column(key="paid-on", kind="date"), STATE,
)  # fmt: skip
CALCULATION = (
    CLAIM, Column(key="calculated-on", kind="date"), Column(key="days-past-due", kind="integer"),
    Column(key="debt-line", kind="text"), Column(key="debt", kind="money", adds=True), columns.GUARANTEE_SHARE,
    Column(key="share-of-debt", kind="money", adds=True), CLAIMED, PAYABLE, DIFFERENCE,
    Column(key="explanation", kind="text"),
)  # fmt: skip
RECOVERIES = (
    GUARANTEE_NUMBER, Column(key="received-on", kind="date"), Column(key="received-by", kind="text"), columns.AMOUNT,
    Column(key="guarantor-debt", kind="money"), Column(key="lender-debt", kind="money"),
    Column(key="guarantor-part", kind="money", adds=True), Column(key="lender-part", kind="money", adds=True),
    Column(key="passed-on", kind="date"),
)  # fmt: skip

CLAIMS = text(
    f"""
    WITH {SIGHT}
    SELECT sight.guarantor_id, sight.lender_id, sight.akimat_id, sight.borrower, sight.id_number, sight.number,
        sight.share, c.id, c.number AS claim_number, c.presented_on, c.claimed, last.kind AS state, found.details,
        paid.amount AS paid, paid.made_on AS paid_on
    FROM sight JOIN claim c ON c.guarantee_id = sight.id
    JOIN LATERAL (
        SELECT kind, made_on FROM claim_step s WHERE s.claim_id = c.id AND s.made_on <= :on ORDER BY s.id DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
        SELECT details FROM claim_step s
        WHERE s.claim_id = c.id AND s.made_on <= :on AND s.kind IN ('approved', 'paid') ORDER BY s.id DESC LIMIT 1
    ) AS found ON true
    LEFT JOIN claim_step paid ON paid.claim_id = c.id AND paid.kind = 'paid' AND paid.made_on <= :on
    WHERE c.presented_on <= :on
      AND (last.kind NOT IN ('paid', 'refused', 'withdrawn', 'undone') OR last.made_on >= :start)
    ORDER BY c.presented_on, c.id
    """  # noqa: S608 - put together from constants
)
RECOVERED = text(
    f"""
    WITH {SIGHT}
    SELECT sight.number, r.*, p.paid_on AS passed_on
    FROM sight JOIN recovery r ON r.guarantee_id = sight.id
    LEFT JOIN recovery_payment p ON p.recovery_id = r.id AND p.paid_on <= :on
    WHERE r.received_on BETWEEN :start AND :on ORDER BY r.received_on, r.id
    """  # noqa: S608 - put together from constants
)


def build(session: Session, request: ReportRequest) -> Report:
    """Claims that were open within the period or ended in it, and recoveries of the period, both ends included."""
    scope = scope_of(session, request)
    values = {**sight_of(scope), "start": request.period.start}
    claims = session.execute(CLAIMS, values).all()
    recovered = session.execute(RECOVERED, values).all()
    sections = [
        tabulate(REGISTER, [_claim(each, scope) for each in claims], title=phrase("section.register")),
        tabulate(CALCULATION, _lines(claims), title=phrase("section.payable-calculated"), group_by="claim-number"),
        tabulate(RECOVERIES, [_recovery(each) for each in recovered], title=phrase("section.recoveries")),
    ]
    books = {book for each in claims for book in (each.guarantor_id, each.lender_id)}
    return compose(session, request, scope, NAME, sections, books=sorted({*scope.books, *books}))


def _claim(each: Record[Any], scope: Scope) -> Row:
    claimed = sum(each.claimed.values())
    payable = None if each.details is None else sum(line["payable"] for line in each.details["lines"])
    return (
        scope.name(each.guarantor_id), scope.name(each.lender_id), each.borrower, each.id_number, each.number,
        each.claim_number, each.presented_on, claimed, payable, None if payable is None else claimed - payable,
        each.paid, each.paid_on, phrase(f"claim-state.{each.state}"),
    )  # fmt: skip


def _lines(claims: Sequence[Record[Any]]) -> Iterator[Row]:
    """The calculations of the claims that have been approved, line by line."""
    for each in claims:
        if each.details is None:
            continue
        for line in each.details["lines"]:
            yield (
                each.claim_number, date.fromisoformat(each.details["as_of"]), each.details["days_past_due"],
                phrase(f"debt-line.{line['line']}"), line["owed"], Decimal(each.details["share"]), line["share"],
                line["claimed"], line["payable"], line["claimed"] - line["payable"],
                phrase(f"claim-reason.{line['reason']}"),
            )  # fmt: skip


def _recovery(each: Record[Any]) -> Row:
    return (
        each.number, each.received_on, phrase(f"received-by.{each.received_by}"), each.amount, each.subrogated,
        each.lender_debt, each.guarantor_part, each.lender_part, each.passed_on,
    )  # fmt: skip


CLAIMS_PAID = ReportFamily(name=NAME, period_kinds=("month", "quarter", "half-year", "year"), build=build)
