"""A loan's statement: what was agreed, every version of its schedule, everything that happened, and where it stands.

The lines run in order of days and carry the balances after each, so that a reader can add them up; the last balances
are those of the position and of the ledger. How it is printed is told by the reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.periods import last_day
from lending.microcredits.loans import loan
from lending.microcredits.positions import positions
from lending.microcredits.tables import DisbursementRow, LoanMonthRow, LoanScheduleRow, RepaymentRow, WriteOffRow
from lending.microcredits.values import Loan

Kind = Literal["disbursement", "accrual", "repayment", "overpayment-applied", "refund", "reversal", "write-off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that happened; amounts in tiyn.

    ``paid`` is money from the borrower (to the borrower: negative), ``principal``, ``interest``, ``penalty`` and
    ``overpayment`` what it settled, ``accrued`` interest earned up to the day. ``principal_after``,
    ``interest_after`` and ``held_after`` are owed, and held for the borrower, after it.
    """

    on: date
    kind: Kind
    event_id: int | None
    paid: int = 0
    principal: int = 0
    interest: int = 0
    penalty: int = 0
    overpayment: int = 0
    accrued: int = 0
    bank_reference: str = ""
    principal_after: int = 0
    interest_after: int = 0
    held_after: int = 0


@dataclass(frozen=True, slots=True)
class ScheduleVersion:
    """A version of the schedule as kept; ``lines`` are (due date, principal, interest) in tiyn."""

    number: int
    valid_from: date
    reason: str
    principal_before: int
    effective_rate: Decimal
    lines: tuple[tuple[date, int, int], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of a loan at the close of ``on``; ``position`` holds the columns of `Positions` by name."""

    on: date
    loan: Loan
    schedules: tuple[ScheduleVersion, ...]
    lines: tuple[Line, ...]
    position: dict[str, Any]


def statement(session: Session, loan_id: int, on: date) -> Statement:
    """The statement of a loan with everything dated up to and on ``on``.

    Raises:
        NotFound: there is no such loan.
    """
    found = loan(session, loan_id)
    sources = (_paid_out, _accrued, _repaid, _written_off)
    events = sorted((line for source in sources for line in source(session, loan_id)), key=_order)
    lines = _balanced([line for line in events if line.on <= on])
    position = positions(session, on, loan_ids=[loan_id]).row(loan_id)
    return Statement(on, found, tuple(_schedules(session, loan_id, on)), tuple(lines), position)


def _order(line: Line) -> tuple[date, bool, int]:
    """By day; the accrual of a month comes after what happened on its last day."""
    return line.on, line.kind == "accrual", line.event_id or 0


def _schedules(session: Session, loan_id: int, on: date) -> Iterator[ScheduleVersion]:
    table = LoanScheduleRow
    rows = session.scalars(select(table).where(table.loan_id == loan_id).order_by(table.version))
    for row in rows:
        if row.version == 1 or row.valid_from <= on:
            lines = tuple(zip(row.due_on, row.principal, row.interest, strict=True))
            yield ScheduleVersion(
                row.version, row.valid_from, row.reason, row.principal_before, row.effective_rate, lines
            )


def _paid_out(session: Session, loan_id: int) -> Iterator[Line]:
    for row in session.scalars(select(DisbursementRow).where(DisbursementRow.loan_id == loan_id)):
        yield Line(on=row.paid_on, kind="disbursement", event_id=row.event_id, paid=-row.amount, principal=-row.amount)


def _accrued(session: Session, loan_id: int) -> Iterator[Line]:
    rows = session.scalars(select(LoanMonthRow).where(LoanMonthRow.loan_id == loan_id, LoanMonthRow.accrued != 0))
    for row in rows:
        yield Line(on=last_day(row.month), kind="accrual", event_id=None, accrued=row.accrued)


def _repaid(session: Session, loan_id: int) -> Iterator[Line]:
    for row in session.scalars(select(RepaymentRow).where(RepaymentRow.loan_id == loan_id)):
        yield Line(
            on=row.paid_on, kind=_kind(row), event_id=row.event_id, paid=row.amount, principal=row.principal,
            interest=row.interest, penalty=row.penalty, overpayment=row.overpayment, accrued=row.accrued,
            bank_reference=row.bank_reference,
        )  # fmt: skip


def _written_off(session: Session, loan_id: int) -> Iterator[Line]:
    for row in session.scalars(select(WriteOffRow).where(WriteOffRow.loan_id == loan_id)):
        yield Line(
            on=row.written_off_on, kind="write-off" if row.reverses is None else "reversal", event_id=row.event_id,
            principal=row.principal, interest=row.interest, penalty=row.penalty, accrued=row.accrued,
        )  # fmt: skip


def _kind(row: RepaymentRow) -> Kind:
    if row.reverses is not None:
        return "reversal"
    if row.amount > 0:
        return "repayment"
    return "refund" if row.amount else "overpayment-applied"


def _balanced(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines with the balances after each."""
    principal = interest = held = 0
    for line in lines:
        principal -= line.principal
        interest += line.accrued - line.interest
        held += line.overpayment
        yield replace(line, principal_after=principal, interest_after=interest, held_after=held)
