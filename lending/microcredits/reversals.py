"""Undoing a repayment: the mirrored event, a row with opposite amounts, and the money out of its lots again.

Only the latest thing that happened to a loan and still stands is undone, for whatever came after was computed from it;
so a mistake further back is mended by undoing back to it, on that day or later, and recording anew. A payment whose
principal has been lent again stays: the chain refuses to take it out of a lot that no longer holds it. A schedule that
a prepayment made gives way to the one before it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

from ledger.errors import NotFound
from lending.chain.movements import undo
from lending.microcredits.history import latest_movement
from lending.microcredits.loans import locked_loan
from lending.microcredits.refusals import NotReversiblePayment
from lending.microcredits.repayments import COLUMNS
from lending.microcredits.schedules import not_undone, undo_last_change, versions
from lending.microcredits.tables import LoanRow, RepaymentRow
from lending.microcredits.values import Loan

_undoing = aliased(RepaymentRow)


def reverse_repayment(session: Session, repayment_id: int, on: date) -> int:
    """Undo a repayment on ``on``, its own day while the month is open; returns the id of the opposite row.

    Interest for the days between its day and ``on`` stays as if it had been paid.

    Raises:
        NotFound: there is no such repayment. NotReversiblePayment: it is undone already, an undoing itself, or not
            the latest of its loan. MoneyMovedOn: its principal was lent again. PeriodLocked.
    """
    row = session.get(RepaymentRow, repayment_id)
    if row is None:
        raise NotFound(what="repayment", name=str(repayment_id))
    found = locked_loan(session, row.loan_id)
    _check_reversible(session, row, on)
    event = undo(session, row.event_id, on)
    opposite = {name: -getattr(row, name) for name in COLUMNS}
    added = insert(RepaymentRow).values(
        loan_id=row.loan_id, paid_on=on, bank_reference="", event_id=event, reverses=row.id, **opposite
    )
    if row.principal:
        _restore_schedule(session, found, row.paid_on, on)
    session.execute(
        update(LoanRow).where(LoanRow.id == row.loan_id, LoanRow.status == "repaid").values(status="active")
    )
    return session.execute(added.returning(RepaymentRow.id)).scalar_one()


def _check_reversible(session: Session, row: RepaymentRow, on: date) -> None:
    reversed_by = session.scalar(select(RepaymentRow.id).where(RepaymentRow.reverses == row.id))
    later = session.scalar(
        select(RepaymentRow.id)
        .where(
            RepaymentRow.loan_id == row.loan_id, RepaymentRow.id > row.id, RepaymentRow.reverses.is_(None),
            ~select(_undoing.id).where(_undoing.reverses == RepaymentRow.id).exists(),
        )
        .limit(1)
    )  # fmt: skip
    latest = latest_movement(session, [row.loan_id])[row.loan_id]
    standing = latest_movement(session, [row.loan_id], undone="at all").get(row.loan_id, latest)
    reasons = {
        "it undoes another payment": row.reverses is not None,
        f"payment {reversed_by} has undone it": reversed_by is not None,
        f"payment {later} came after it; undo that first": later is not None,
        f"the loan has a later movement, of {max(standing, latest)}": standing > row.paid_on
        or row.paid_on <= on < latest,
        f"it was made on {row.paid_on}, after {on}": on < row.paid_on,
    }
    for reason, holds in reasons.items():
        if holds:
            raise NotReversiblePayment(payment=row.id, reason=reason)


def _restore_schedule(session: Session, found: Loan, paid_on: date, on: date) -> None:
    """Bring back the schedule that a prepayment of ``paid_on`` replaced, if it was one."""
    history = versions(session, [found.id])[found.id]
    last = not_undone(history)[-1]
    if last.valid_from != paid_on or not last.reason.startswith("prepay"):
        return
    undo_last_change(session, found.contract, history, on)
