"""The section of violations that reports of oversight end with: what was found, what was demanded, how it ended.

It lists what is open at the close of the last day, and what was closed within the period. A violation closed earlier
belongs to earlier reports.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from lending.oversight.values import Breach
from lending.oversight.violations import Violation, violations
from reports.periods import ReportPeriod
from reports.report import Column, Row, Section, phrase, tabulate
from reports.scope import Scope
from reports.watched_loans import COLUMNS, WatchedLoan, told

VIOLATIONS = (
    *COLUMNS, Column(key="breach", kind="text"), Column(key="clause", kind="text"),
    Column(key="violation-amount", kind="money", adds=True), Column(key="found-on", kind="date"),
    Column(key="mend-by", kind="date"), Column(key="fine", kind="money", adds=True),
    Column(key="demanded", kind="money", adds=True), Column(key="pay-by", kind="date"),
    Column(key="resolution", kind="text"), Column(key="closed-on", kind="date"),
)  # fmt: skip


def violations_section(
    session: Session, scope: Scope, period: ReportPeriod, loans: Mapping[int, WatchedLoan], breaches: Collection[Breach]
) -> Section:
    """The violations of ``breaches`` on ``loans``, in the order of the loans."""
    standing = [
        each
        for each in violations(session, scope.on, loans.keys())
        if each.breach in breaches and (each.closed_on is None or each.closed_on >= period.start)
    ]
    places = {loan_id: place for place, loan_id in enumerate(loans)}
    standing.sort(key=lambda each: (places[each.loan_id], each.id))
    rows = (_row(number, each, loans[each.loan_id], scope) for number, each in enumerate(standing, start=1))
    return tabulate(VIOLATIONS, rows, title=phrase("section.violations"), group_by="lender")


def _row(number: int, each: Violation, loan: WatchedLoan, scope: Scope) -> Row:
    return (
        *told(number, loan, scope), phrase(f"breach.{each.breach}"), f"{each.rule}: {each.clause}", each.amount,
        each.found_on, each.mend_by, each.fine, each.demanded, each.pay_by,
        phrase(f"resolution.{each.resolution or 'open'}"), each.closed_on,
    )  # fmt: skip
