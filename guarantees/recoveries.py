"""Recoveries: what the borrower pays after a payout, shared between lender and guarantor by the contract's formula.

After a payout the borrower owes the guarantor what passed to him and the lender the rest. Money that comes in,
whoever receives it, is shared pro rata to the two principals, or to one of them first (A-48). The lender's part is an
ordinary repayment of the loan; the guarantor's part goes over his subrogated debt. What exceeds both goes to the
lender, for interest. A recovery is undone by a row with opposite amounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from moneyed import Money
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guarantees import bookings
from guarantees.policy import Sharing
from guarantees.refusals import RecoveryRefused
from guarantees.standing import debts, locked, secured
from guarantees.tables import RecoveryPaymentRow, RecoveryRow
from ledger.errors import NotFound
from ledger.money import from_tiyn, round_ratio, to_tiyn
from ledger.posting import post, reverse
from lending.microcredits.positions import positions
from lending.microcredits.repayments import repay
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.values import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Money of the borrower that came in after a payout, at the lender or at the guarantor."""

    guarantee_id: int
    received_on: date
    received_by: Literal["lender", "guarantor"]
    amount: Money
    bank_reference: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery as shared; amounts are tiyn."""

    id: int
    guarantor_part: int
    lender_part: int


def shares(rule: Sharing, amount: int, subrogated: int, lender_debt: int) -> tuple[int, int]:
    """The guarantor's and the lender's part of ``amount``, given what each is owed of principal, in tiyn.

    Pro rata is rounded half-up to the guarantor; nobody gets more than he is owed while the other is owed something,
    and what exceeds both debts is the lender's.
    """
    within = min(amount, subrogated + lender_debt)
    if rule == "guarantor-first":
        own = min(within, subrogated)
    elif rule == "lender-first":
        own = max(within - lender_debt, 0)
    else:
        own = round_ratio(within * subrogated, max(subrogated + lender_debt, 1))
    return own, amount - own


def recover(session: Session, received: Received) -> Recovery:
    """Share money recovered from the borrower and book both parts.

    Raises:
        RecoveryRefused: nothing was paid under the guarantee, or the amount is not above zero. NotFound, and what
            lending says of the lender's part.
    """
    standing = locked(session, received.guarantee_id)
    on, amount = received.received_on, to_tiyn(received.amount)
    subrogated = debts(session, [standing.id])[standing.id].net_paid
    _refuse(standing.number, {
        "nothing of it is owed to the guarantor": subrogated <= 0,
        f"an amount above zero was expected; found {received.amount.amount}": amount <= 0,
    })  # fmt: skip
    lender_debt = positions(session, on, loan_ids=[standing.loan_id]).row(standing.loan_id)["principal"]
    own, rest = shares(standing.conditions.sharing, amount, subrogated, lender_debt)
    payment = Payment(
        loan_id=standing.loan_id, paid_on=on, amount=from_tiyn(rest), bank_reference=received.bank_reference
    )
    repayment = repay(session, [payment])[0].id if rest else None
    by_lender = received.received_by == "lender"
    event = post(session, [bookings.recovered(on, secured(standing), own, by_lender=by_lender)])[0] if own else None
    added = insert(RecoveryRow).values(
        guarantee_id=standing.id, received_on=on, received_by=received.received_by, amount=amount, guarantor_part=own,
        lender_part=rest, subrogated=subrogated, lender_debt=lender_debt, bank_reference=received.bank_reference,
        event_id=event, repayment_id=repayment,
    )  # fmt: skip
    return Recovery(session.execute(added.returning(RecoveryRow.id)).scalar_one(), own, rest)


def pass_on(session: Session, recovery_id: int, on: date) -> int:
    """The lender pays the guarantor's part over; returns the event's id, the same when it was passed on before.

    Raises:
        RecoveryRefused: the guarantor received it himself, has no part, or it was undone. NotFound.
    """
    row, undone = _recovery(session, recovery_id)
    standing = locked(session, row.guarantee_id)
    before = session.get(RecoveryPaymentRow, recovery_id)
    if before is not None:
        return before.event_id
    _refuse(standing.number, {
        f"recovery {recovery_id} holds nothing of the guarantor's at the lender":
            row.received_by != "lender" or not row.guarantor_part,
        f"recovery {recovery_id} was undone": undone or row.reverses is not None,
    })  # fmt: skip
    [event] = post(session, [bookings.recovery_passed_on(on, secured(standing), row.guarantor_part)])
    session.execute(insert(RecoveryPaymentRow).values(recovery_id=recovery_id, paid_on=on, event_id=event))
    return event


def undo(session: Session, recovery_id: int, on: date) -> int:
    """Undo a recovery booked by mistake; returns the id of the opposite row.

    Raises:
        RecoveryRefused: undone before, an undoing itself, or passed on already. NotReversiblePayment, MoneyMovedOn:
            the lender's part cannot be taken back. NotFound.
    """
    row, undone = _recovery(session, recovery_id)
    standing = locked(session, row.guarantee_id)
    _refuse(standing.number, {
        f"recovery {recovery_id} was undone, or undoes another": undone or row.reverses is not None,
        f"recovery {recovery_id} was passed on": session.get(RecoveryPaymentRow, recovery_id) is not None,
    })  # fmt: skip
    if row.repayment_id is not None:
        reverse_repayment(session, row.repayment_id, on)
    event = None if row.event_id is None else reverse(session, row.event_id, on)
    added = insert(RecoveryRow).values(
        guarantee_id=row.guarantee_id, received_on=on, received_by=row.received_by, amount=-row.amount,
        guarantor_part=-row.guarantor_part, lender_part=-row.lender_part, subrogated=row.subrogated,
        lender_debt=row.lender_debt, bank_reference="", event_id=event, reverses=row.id,
    )  # fmt: skip
    return session.execute(added.returning(RecoveryRow.id)).scalar_one()


def _recovery(session: Session, recovery_id: int) -> tuple[RecoveryRow, bool]:
    """A recovery and whether it was undone."""
    row = session.get(RecoveryRow, recovery_id)
    if row is None:
        raise NotFound(what="recovery", name=str(recovery_id))
    undone = session.scalar(select(RecoveryRow.id).where(RecoveryRow.reverses == recovery_id))
    return row, undone is not None


def _refuse(number: str, reasons: dict[str, bool]) -> None:
    for reason, holds in reasons.items():
        if holds:
            raise RecoveryRefused(number=number, reason=reason)
