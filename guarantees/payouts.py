"""Payouts: the guarantor pays an accepted claim, the debt passes to him, and the lender's loan goes down by it.

A claim is paid at most once; paying again gives the same receipt. The money repays the loan by lending's own service,
so principal returns to the relending lots and provisions follow at the month's end. A mistaken payout is undone as a
whole, and a new claim may then be presented.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guarantees import bookings
from guarantees.calculation import Calculation
from guarantees.claims import amount_of, calculated, changed, held, step
from guarantees.refusals import ClaimNotOpen, PayoutStands
from guarantees.standing import booked, debts, secured
from guarantees.tables import ClaimRow, ClaimStepRow, RecoveryRow
from guarantees.values import Guarantee
from ledger.errors import NotFound
from ledger.money import from_tiyn
from ledger.posting import post, reverse
from lending.microcredits.repayments import repay
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.values import Intent, Payment


@dataclass(frozen=True, slots=True)
class Payout:
    """The receipt of a payout: the claim, the day, tiyn, the ledger's event and what of the loan it repaid."""

    claim_id: int
    paid_on: date
    amount: int
    event_id: int
    repayments: tuple[int, ...]


def pay(session: Session, claim_id: int, on: date, *, made_by: str) -> Payout:
    """Pay an accepted claim; a claim paid already gives its receipt again and moves nothing.

    Raises:
        ClaimChanged: the loan has moved since it was accepted. ClaimNotOpen: not accepted, or its payout undone.
        NotFound.
    """
    claim, standing, state = held(session, claim_id)
    if state == "paid":
        return receipt(session, claim_id)
    if state != "accepted":
        raise ClaimNotOpen(number=claim.number, expected="accepted", found=state)
    accepted = amount_of(session, claim_id, "accepted") or 0
    found = calculated(session, claim, standing, on)
    if found.payable != accepted:
        raise changed(claim, on, accepted, found.payable)
    at_risk = booked(session, "guarantee-issued", [standing.id], on).get(standing.id, 0)
    debt = debts(session, [standing.id], on)[standing.id]
    repayments = _settle(session, claim, standing, on, found)
    after = replace(
        debt, unpaid=debt.unpaid - found.part("principal"), paid=debt.paid + accepted, net_paid=debt.net_paid + accepted
    )
    event = bookings.claim_paid(
        on, secured(standing), claim_id, accepted, exposure=after.exposure(standing) - at_risk
    )  # fmt: skip
    [event_id] = post(session, [event])
    step(session, claim_id, "paid", on, made_by, accepted, found.stored(), event_id, repayments)
    return Payout(claim_id, on, accepted, event_id, tuple(repayments))


def _settle(session: Session, claim: ClaimRow, standing: Guarantee, on: date, found: Calculation) -> list[int]:
    """Let the payout repay the loan: what covers interest and penalty as such, the rest as principal; ids of both."""
    principal = found.part("principal")
    parts: list[tuple[Intent, int]] = [("interest", found.payable - principal), ("principal", principal)]
    payments = [
        Payment(
            loan_id=standing.loan_id, paid_on=on, amount=from_tiyn(tiyn), intent=intent,
            bank_reference=f"claim:{claim.id}:{intent}",
        )
        for intent, tiyn in parts
        if tiyn
    ]  # fmt: skip
    return [each.id for each in repay(session, payments)]


def receipt(session: Session, claim_id: int) -> Payout:
    """The receipt of a payout made.

    Raises:
        NotFound: the claim was not paid.
    """
    row = session.scalar(select(ClaimStepRow).where(ClaimStepRow.claim_id == claim_id, ClaimStepRow.kind == "paid"))
    if row is None or row.event_id is None:
        raise NotFound(what="payout of claim", name=str(claim_id))
    return Payout(claim_id, row.made_on, row.amount, row.event_id, tuple(row.repayments))


def undo(session: Session, claim_id: int, on: date, reason: str, *, made_by: str) -> None:
    """Undo a mistaken payout: the loan, the guarantee and both books stand as if the claim had not been accepted.

    Of a payout that paid interest too, both movements of the loan are undone, principal first; interest that was
    accrued with them is taken back on ``on``, and accrued again by the close.

    Raises:
        PayoutStands: not paid, undone before, or something of it was recovered. NotReversiblePayment: the borrower has
            paid since. MoneyMovedOn: the principal was lent again. PeriodLocked, NotFound.
    """
    claim, standing, state = held(session, claim_id)
    recovered = session.scalar(
        select(func.coalesce(func.sum(RecoveryRow.amount), 0)).where(RecoveryRow.guarantee_id == standing.id)
    )
    reasons = {
        f"it is {state}, not paid": state != "paid",
        "money was recovered from the borrower since; undo that first": bool(recovered),
    }
    for why, holds in reasons.items():
        if holds:
            raise PayoutStands(number=claim.number, reason=why)
    paid = receipt(session, claim_id)
    for repayment_id in reversed(paid.repayments):
        reverse_repayment(session, repayment_id, on)
    event = reverse(session, paid.event_id, on)
    accepted = session.execute(
        select(ClaimStepRow.event_id).where(ClaimStepRow.claim_id == claim_id, ClaimStepRow.kind == "accepted")
    ).scalar_one()
    assert accepted is not None, "an accepted claim is booked"
    reverse(session, accepted, on)
    step(session, claim_id, "undone", on, made_by, paid.amount, {"reason": reason}, event)
