"""Money that comes in on loans written off.

It is income, never more in all than what was written off. Where the lots of a loan are still owed its principal they
are served first, as returned money; the rest is the lender's own. The memorandum account shows what is left to
recover. A recovery is undone whole, unless its money has moved on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from moneyed import Money
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post
from lending import bookings
from lending.chain.lots import put_back
from lending.chain.movements import outstanding_by_turn, record, returned, undo
from lending.microcredits.history import latest_movement
from lending.microcredits.loans import locked, locked_loan
from lending.microcredits.refusals import (
    AmountNotPositive,
    LoanNotOpen,
    NotUndoable,
    PaymentOutOfOrder,
    RecoveryTooLarge,
)
from lending.microcredits.tables import LoanRecoveryRow, WriteOffRow


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money received on a loan written off."""

    loan_id: int
    received_on: date
    amount: Money
    bank_reference: str = ""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A receipt as recorded; tiyn, of which ``to_lots`` was still owed to lots."""

    id: int
    loan_id: int
    amount: int
    to_lots: int


def recover(session: Session, receipts: Sequence[Receipt]) -> list[Recovery]:
    """Record receipts in the order given, all of them or none.

    Raises:
        NotFound, LoanNotOpen: there is no such loan written off. AmountNotPositive, RecoveryTooLarge,
        PaymentOutOfOrder.
    """
    return [_recover(session, each) for each in receipts]


def left_to_recover(session: Session, loan_id: int) -> int:
    """Tiyn of a loan that were written off and have not come in."""
    lost = select(func.sum(WriteOffRow.principal + WriteOffRow.interest + WriteOffRow.penalty))
    come_in = select(func.sum(LoanRecoveryRow.amount))
    total = session.scalar(lost.where(WriteOffRow.loan_id == loan_id)) or 0
    return int(total) - int(session.scalar(come_in.where(LoanRecoveryRow.loan_id == loan_id)) or 0)


def _recover(session: Session, receipt: Receipt) -> Recovery:
    loan_id, on, tiyn = receipt.loan_id, receipt.received_on, to_tiyn(receipt.amount)
    loan = locked_loan(session, loan_id)
    number = loan.contract.number
    if loan.status != "written-off":
        raise LoanNotOpen(number=number, status=loan.status, expected="written-off")
    left, latest = left_to_recover(session, loan_id), latest_movement(session, [loan_id])[loan_id]
    if tiyn <= 0:
        raise AmountNotPositive(number=number, found=str(receipt.amount.amount))
    if tiyn > left:
        raise RecoveryTooLarge(number=number, left=str(from_tiyn(left).amount), found=str(receipt.amount.amount))
    if on < latest:
        raise PaymentOutOfOrder(number=number, latest=str(latest), found=str(on))
    owed = sum(outstanding_by_turn(session, [loan_id])[loan_id].values())
    to_lots = min(tiyn, owed)
    into = put_back(session, [(loan.contract.facility_id, loan_id, to_lots, on)])[0] if to_lots else {}
    [event] = post(session, [bookings.recovery(loan.contract.lender_id, loan_id, on, tiyn, into)])
    record(session, list(returned(loan_id, on, into, event)))
    row = {"received_on": on, "bank_reference": receipt.bank_reference, "event_id": event}
    return Recovery(_add(session, loan_id=loan_id, amount=tiyn, to_lots=to_lots, **row), loan_id, tiyn, to_lots)


def reverse_recovery(session: Session, recovery_id: int, on: date) -> int:
    """Undo a recovery on its own day or later; returns the id of the opposite row.

    Raises:
        NotFound. NotUndoable: it is undone already, an undoing itself, or later than ``on``. MoneyMovedOn: what
        served the lots was lent again. PeriodLocked.
    """
    row = session.get(LoanRecoveryRow, recovery_id)
    if row is None:
        raise NotFound(what="recovery", name=str(recovery_id))
    locked(session, [row.loan_id])
    undone = session.scalar(select(LoanRecoveryRow.id).where(LoanRecoveryRow.reverses == row.id))
    reasons = {
        "it undoes another": row.reverses is not None,
        f"{undone} has undone it": undone is not None,
        f"it was made on {row.received_on}, after {on}": on < row.received_on,
    }
    for reason, holds in reasons.items():
        if holds:
            raise NotUndoable(what="Recovery", id=row.id, reason=reason)
    return _add(
        session, loan_id=row.loan_id, received_on=on, amount=-row.amount, to_lots=-row.to_lots, bank_reference="",
        event_id=undo(session, row.event_id, on), reverses=row.id,
    )  # fmt: skip


def _add(session: Session, **values: Any) -> int:
    return session.execute(insert(LoanRecoveryRow).values(**values).returning(LoanRecoveryRow.id)).scalar_one()
