"""The statement of a microcredit: what was agreed, the schedules, every movement, and where the loan stands.

As at the last day of the period. The schedule the borrower signed is always printed; the one in force beside it, once
another is. The principal left after the movements is the ledger's, or the statement is not made. The effective rate
is printed to one decimal, half-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.errors import BadInput, NotFound
from lending import bookings
from lending.microcredits.positions import positions
from lending.microcredits.tables import BorrowerRow, LoanRow, LoanScheduleRow
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import agree
from reports.issued_loans import printed_rate
from reports.report import Cell, Column, Kind, Parameter, Report, Section, phrase, tabulate
from reports.scope import Scope, compose, scope_of

NAME = "loan-statement"

SCHEDULE = (
    columns.NUMBER, columns.DUE_ON, columns.PRINCIPAL, columns.INTEREST, columns.TOTAL,
    Column(key="balance", kind="money"),
)  # fmt: skip
MOVEMENTS = (
    Column(key="moved-on", kind="date"), Column(key="movement", kind="text"),
    Column(key="bank-reference", kind="identifier"), Column(key="paid-out", kind="money", adds=True),
    Column(key="received", kind="money", adds=True), columns.PRINCIPAL, columns.INTEREST,
    Column(key="penalty", kind="money", adds=True), Column(key="overpayment", kind="money", adds=True),
    Column(key="balance", kind="money"),
)  # fmt: skip
STANDING = (Column(key="item", kind="text"), Column(key="sum", kind="money"))

MOVED = text(
    """
    SELECT paid_on, '' AS bank_reference, amount AS paid_out, 0 AS received, 0 AS principal, 0 AS interest,
        0 AS penalty, 0 AS overpayment, 'paid-out' AS kind, event_id
    FROM disbursement WHERE loan_id = :loan AND paid_on <= :end
    UNION ALL
    SELECT paid_on, bank_reference, 0, amount, principal, interest, penalty, overpayment,
        CASE WHEN reverses IS NOT NULL THEN 'reversal' WHEN amount > 0 THEN 'payment'
            WHEN amount = 0 THEN 'overpayment-used' ELSE 'refund' END, event_id
    FROM repayment WHERE loan_id = :loan AND paid_on <= :end
    UNION ALL
    SELECT written_off_on, '', 0, 0, principal, interest, penalty, 0,
        CASE WHEN reverses IS NULL THEN 'written-off' ELSE 'reversal' END, event_id
    FROM write_off WHERE loan_id = :loan AND written_off_on <= :end
    UNION ALL
    SELECT received_on, bank_reference, 0, amount, 0, 0, 0, 0,
        CASE WHEN reverses IS NULL THEN 'recovered' ELSE 'reversal' END, event_id
    FROM loan_recovery WHERE loan_id = :loan AND received_on <= :end
    ORDER BY paid_on, event_id
    """
)
#: What movements are called, by their kind.
MOVEMENTS_CALLED = {
    "paid-out": phrase("movement.paid-out"),
    "payment": phrase("movement.payment"),
    "overpayment-used": phrase("movement.overpayment-used"),
    "refund": phrase("movement.refund"),
    "reversal": phrase("movement.reversal"),
    "written-off": phrase("movement.written-off"),
    "recovered": phrase("movement.recovered"),
}


@dataclass(eq=False, kw_only=True)
class NoLoanNamed(BadInput):
    """A statement was asked for without saying of which loan."""

    code = "report-no-loan-named"
    sentence = "Expected the id of a loan for the report {report}; found {found}. Name one, as in --loan 17."
    report: str
    found: str


def build(session: Session, request: ReportRequest) -> Report:
    """The statement of the loan that ``request.subject`` names by id, at the close of the last day of the period.

    Raises:
        NoLoanNamed: no subject, or one that is no number. NotFound: no such loan within sight of the organisation.
        FiguresDisagree: the movements do not add up to the ledger.
    """
    loan = _loan(session, request)
    if loan.facility_id not in scope_of(session, request).facilities:
        raise NotFound(what="loan", name=str(loan.id))
    lender = scope_of(session, replace(request, organisation=None)).organisations[loan.lender_id]
    scope = scope_of(session, replace(request, organisation=lender.code, region=None))
    versions = session.scalars(
        select(LoanScheduleRow)
        .where(LoanScheduleRow.loan_id == loan.id, LoanScheduleRow.valid_from <= scope.on)
        .order_by(LoanScheduleRow.version)
    ).all()
    moved = session.execute(MOVED, {"loan": loan.id, "end": scope.on}).all()
    _check(session, loan, moved, scope.on)
    standing = positions(session, scope.on, accrue_to=scope.on + timedelta(days=1), loan_ids=[loan.id]).row(loan.id)
    sections = [_standing(standing), *_schedules(versions), _movements(moved)]
    facts = [*_facts(session, loan, scope, versions), *_dates(standing)]
    built = compose(session, request, scope, NAME, sections, parameters=facts, books=[loan.lender_id])
    return replace(built, subject=str(loan.id))


def _loan(session: Session, request: ReportRequest) -> LoanRow:
    subject = request.subject or ""
    if not subject.isascii() or not subject.isdigit():
        raise NoLoanNamed(report=NAME, found=subject or "nothing")
    loan = session.get(LoanRow, int(subject))
    if loan is None:
        raise NotFound(what="loan", name=subject)
    return loan


def _check(session: Session, loan: LoanRow, moved: Sequence[Record[Any]], on: date) -> None:
    accounts = ("loan-principal", "loan-principal-overdue")
    found = balances(session, effective_on=on, accounts=accounts, subjects=[bookings.loan(loan.id)])
    owed = sum(each.paid_out - each.principal for each in moved)
    agree(NAME, f"the principal of loan {loan.id}", expected=sum(each.tiyn for each in found), found=owed)


def _facts(
    session: Session, loan: LoanRow, scope: Scope, versions: Sequence[LoanScheduleRow]
) -> Iterator[Parameter]:  # fmt: skip
    borrower = session.get_one(BorrowerRow, loan.borrower_id)
    facts: list[tuple[Column, Cell]] = [
        (columns.CONTRACT_NUMBER, loan.contract_number),
        (columns.CONTRACT_DATE, loan.contract_date),
        (columns.BORROWER, borrower.name),
        (columns.ID_NUMBER, borrower.id_number),
        (columns.PURPOSE, phrase(f"purpose.{loan.purpose}")),
        (columns.FUNDING_SOURCE, scope.facilities[loan.facility_id].number),
        (columns.AMOUNT, loan.amount),
        (columns.NOMINAL_RATE, loan.annual_rate),
        (columns.TERM, loan.instalments * loan.every_months),
        (columns.GRACE, loan.principal_grace * loan.every_months),
    ]
    for version in versions[:1]:
        facts.insert(8, (columns.EFFECTIVE_RATE, printed_rate(version.effective_rate)))
    for column, cell in facts:
        yield Parameter(label=column.title, value=cell, kind=column.kind)


def _dates(standing: dict[str, Any]) -> Iterator[Parameter]:
    """How late the loan is and when it pays next; a loan not paid out yet has neither."""
    figures: tuple[tuple[str, Kind], ...] = (("days-past-due", "integer"), ("next-due-on", "date"))
    for key, kind in figures:
        value = standing.get(key.replace("-", "_"))
        if value is not None:
            yield Parameter(label=phrase(f"column.{key}"), value=value, kind=kind)


def _standing(standing: dict[str, Any]) -> Section:
    interest = standing.get("accrued_total", 0) - standing.get("interest_repaid", 0)
    figures = {
        "paid-out": standing.get("disbursed", 0), "principal": standing.get("principal", 0),
        "principal-overdue": standing.get("principal_overdue", 0), "interest": interest,
        "interest-overdue": standing.get("interest_overdue", 0), "penalty": standing.get("penalty", 0),
        "overpayment": standing.get("overpayment", 0),
    }  # fmt: skip
    rows = [(phrase(f"standing.{key}"), value) for key, value in figures.items()]
    return tabulate(STANDING, rows, title=phrase("section.standing"))


def _schedules(versions: Sequence[LoanScheduleRow]) -> Iterator[Section]:
    """The schedule as signed and, if it is another, the one in force."""
    for version in versions[:1]:
        yield schedule_section(version, phrase("section.schedule-signed", day=version.valid_from))
    for version in versions[1:][-1:]:
        reason = phrase(f"schedule-reason.{version.reason}")
        yield schedule_section(
            version, phrase("section.schedule-in-force", number=version.version, day=version.valid_from, reason=reason)
        )


def schedule_section(version: LoanScheduleRow, title: Any) -> Section:
    """A version of a schedule as a table, with what is owed after each instalment."""
    left = sum(version.principal)
    balances_after = [left - paid for paid in accumulate(version.principal)]
    rows = (
        (number, due_on, principal, interest, principal + interest, balance)
        for number, (due_on, principal, interest, balance) in enumerate(
            zip(version.due_on, version.principal, version.interest, balances_after, strict=True), start=1
        )
    )
    return tabulate(SCHEDULE, rows, title=title)


def _movements(moved: Sequence[Record[Any]]) -> Section:
    balances_after = accumulate(each.paid_out - each.principal for each in moved)
    rows = (
        (
            each.paid_on, MOVEMENTS_CALLED[each.kind], each.bank_reference or None, each.paid_out, each.received,
            each.principal, each.interest, each.penalty, each.overpayment, balance,
        )
        for each, balance in zip(moved, balances_after, strict=True)
    )  # fmt: skip
    return tabulate(MOVEMENTS, rows, title=phrase("section.movements"))


LOAN_STATEMENT = ReportFamily(
    name=NAME, period_kinds=("month", "quarter", "half-year", "year"), build=build
)  # fmt: skip
