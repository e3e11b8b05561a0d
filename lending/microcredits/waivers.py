"""Forgiving penalty: two people decide that some of what was charged for being late is not claimed.

What was charged stays charged, and counts towards the caps; the waiver is an expense beside it. How penalty comes about
is told by `lending.microcredits.penalties`.
"""

from __future__ import annotations

from datetime import date

from moneyed import Money
from sqlalchemy import insert
from sqlalchemy.orm import Session

from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post
from lending import bookings
from lending.microcredits.decisions import demand_two_people, record_decisions
from lending.microcredits.history import latest_movement
from lending.microcredits.loans import locked_loan
from lending.microcredits.positions import positions
from lending.microcredits.refusals import AmountNotPositive, LoanNotOpen, PaymentOutOfOrder, WaiverTooLarge
from lending.microcredits.tables import PenaltyWaiverRow
from lending.microcredits.values import Decision


def waive_penalty(session: Session, loan_id: int, amount: Money, on: date, decision: Decision) -> int:
    """Forgive ``amount`` of the penalty owed at the close of a day; returns the id of the waiver.

    Raises:
        NotFound, LoanNotOpen, SecondPersonMissing, PaymentOutOfOrder. AmountNotPositive, WaiverTooLarge.
    """
    loan = locked_loan(session, loan_id)
    number, tiyn = loan.contract.number, to_tiyn(amount)
    if loan.status != "active":
        raise LoanNotOpen(number=number, status=loan.status, expected="active")
    demand_two_people(loan, "waiver", decision)
    latest = latest_movement(session, [loan_id])[loan_id]
    if on < latest:
        raise PaymentOutOfOrder(number=number, latest=str(latest), found=str(on))
    at = positions(session, on, loan_ids=[loan_id])
    owed, accrued = int(at.penalty[0]), int(at.penalty_total[0] - at.penalty_posted[0])
    if tiyn <= 0:
        raise AmountNotPositive(number=number, found=str(amount.amount))
    if tiyn > owed:
        raise WaiverTooLarge(number=number, left=str(from_tiyn(owed).amount), found=str(amount.amount))
    [decision_id] = record_decisions(session, "waiver", [(loan_id, decision)])
    [event] = post(session, [bookings.penalty_waiver(loan.contract.lender_id, loan_id, on, tiyn, accrued)])
    added = insert(PenaltyWaiverRow).values(
        loan_id=loan_id, decision_id=decision_id, waived_on=on, amount=tiyn, penalty_accrued=accrued, event_id=event
    )
    return session.execute(added.returning(PenaltyWaiverRow.id)).scalar_one()
