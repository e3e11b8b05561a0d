"""Why a microcredit, a disbursement or a payment is refused: one class a reason, each with how to mend it.

What a programme's rules forbid is not here; these are the refusals of the contract itself, of the money it is
lent from, and of what has already happened to it. Amounts are written in tenge.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import BadInput, Broken, Conflict, Refused


@dataclass(eq=False, kw_only=True)
class FacilityOfAnother(Refused):
    """The money named is not borrowed by the lender."""

    code = "facility-of-another"
    sentence = "Agreement {facility} was not concluded by this lender. Name an agreement of the lender's own."
    facility: str


@dataclass(eq=False, kw_only=True)
class NotACreditor(Refused):
    """The lender may fund those who lend to people, and not lend to them itself."""

    code = "not-a-creditor"
    sentence = (
        "Contract {number}: by {rule} ({clause}) these lend to people: {allowed}; the lender is {found}. "
        "Fund a lender, which concludes the contract."
    )
    number: str
    allowed: str
    found: str
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class ContractTaken(Conflict):
    """The lender has a contract of this number and date already."""

    code = "contract-taken"
    sentence = "Contract {number} of {signed_on} is already recorded. Correct the number or the date."
    number: str
    signed_on: str


@dataclass(eq=False, kw_only=True)
class DatesOutOfOrder(BadInput):
    """A date lies before one it must not precede."""

    code = "dates-out-of-order"
    sentence = "Contract {number}: expected {later} not before {earlier}, {expected}; found {found}. Correct the date."
    number: str
    earlier: str
    later: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class OutlivesFacility(Refused):
    """The last instalment falls after the money it is lent from must be repaid."""

    code = "outlives-facility"
    sentence = (
        "Contract {number}: expected the last instalment by {expected}, when agreement {facility} ends; found {found} "
        "({rule}). Shorten the term or lend from another agreement."
    )
    number: str
    facility: str
    expected: str
    found: str
    rule: str


@dataclass(eq=False, kw_only=True)
class CapitalisationNotOffered(Refused):
    """Interest may not become principal: principal is programme money, interest is the lender's own."""

    code = "capitalisation-not-offered"
    sentence = "Contract {number}: deferred interest is never added to programme principal. Choose first or spread."
    number: str


@dataclass(eq=False, kw_only=True)
class PenaltyAboveCap(Refused):
    """A penalty beyond what may be charged for being late."""

    code = "penalty-above-cap"
    sentence = "Contract {number}: expected a penalty from 0 to {expected} a day of what is overdue; found {found}."
    number: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class BreachChargeNotAgreed(Refused):
    """The programme allows a charge for breaches only as agreed beforehand in writing."""

    code = "breach-charge-not-agreed"
    sentence = (
        "Contract {number}: a penalty needs an agreement in writing made before the contract, with a share not below "
        "it ({rule}, {clause}). Name its number, date and share, or charge nothing."
    )
    number: str
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class SecondPersonMissing(Refused):
    """A decision that one person may not take alone."""

    code = "second-person-missing"
    sentence = "Contract {number}: {act} is decided by one person and confirmed by another; found {by} and {confirmed}."
    number: str
    act: str
    by: str
    confirmed: str


@dataclass(eq=False, kw_only=True)
class RestructuringForbidden(Refused):
    """Terms that the programme does not allow, whenever they are agreed."""

    code = "restructuring-forbidden"
    sentence = (
        "Contract {number}: the new terms break rule {rule}: expected at most {expected}, found {found} ({clause}). "
        "Agree on other terms."
    )
    number: str
    rule: str
    expected: str
    found: str
    clause: str


@dataclass(eq=False, kw_only=True)
class NothingToRestructure(Refused):
    """No principal is outstanding."""

    code = "nothing-to-restructure"
    sentence = "Contract {number} owes no principal on {on}; there is nothing to restructure."
    number: str
    on: str


@dataclass(eq=False, kw_only=True)
class TooEarlyToWriteOff(Refused):
    """A loan that has not been past due for long enough."""

    code = "too-early-to-write-off"
    sentence = "Contract {number}: expected at least {expected} days past due on {on}; found {found}. Wait, or collect."
    number: str
    expected: int
    on: str
    found: int


@dataclass(eq=False, kw_only=True)
class OverpaymentHeld(Refused):
    """Money of the borrower lies with the lender while the loan is to be written off."""

    code = "overpayment-held"
    sentence = "Contract {number}: {held} of the borrower's is held. Let it pay what is due, or give it back, first."
    number: str
    held: str


@dataclass(eq=False, kw_only=True)
class ProvisionShort(Refused):
    """The provision does not cover what would be written off."""

    code = "provision-short"
    sentence = (
        "Contract {number}: {expected} would be written off and {found} is provided for. Provide for the whole first, "
        "or let the difference be expensed."
    )
    number: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class RecoveryTooLarge(Refused):
    """More is received than was written off and is not recovered yet."""

    code = "recovery-too-large"
    sentence = "Contract {number}: {left} of what was written off is left to recover; found {found}. Lower the sum."
    number: str
    left: str
    found: str


@dataclass(eq=False, kw_only=True)
class WaiverTooLarge(Refused):
    """More penalty would be forgiven than is owed."""

    code = "waiver-too-large"
    sentence = "Contract {number}: {left} of penalty is owed; found {found}. Forgive less."
    number: str
    left: str
    found: str


@dataclass(eq=False, kw_only=True)
class NotUndoable(Conflict):
    """A write-off or a recovery cannot be undone any more."""

    code = "not-undoable"
    sentence = "{what} {id} cannot be undone: {reason}."
    what: str
    id: int
    reason: str


@dataclass(eq=False, kw_only=True)
class LoanNotOpen(Refused):
    """The loan is not in a state in which this can be done."""

    code = "loan-not-open"
    sentence = "Contract {number} is {status}; expected {expected}. Check the contract number."
    number: str
    status: str
    expected: str


@dataclass(eq=False, kw_only=True)
class MoreThanAgreed(Refused):
    """A disbursement beyond the sum of the contract."""

    code = "more-than-agreed"
    sentence = "Contract {number}: {left} of the agreed sum is left to pay out; found {found}. Lower the sum."
    number: str
    left: str
    found: str


@dataclass(eq=False, kw_only=True)
class ReturnDemanded(Refused):
    """More money for a borrower who has been told to return what was lent."""

    code = "return-demanded"
    sentence = (
        "Contract {number}: the return of the loan was demanded; nothing more is paid out. Conclude a new contract."
    )
    number: str


@dataclass(eq=False, kw_only=True)
class AmountNotPositive(BadInput):
    """A sum of nothing or less."""

    code = "amount-not-positive"
    sentence = "Contract {number}: expected a sum above zero; found {found}. Correct the sum."
    number: str
    found: str


@dataclass(eq=False, kw_only=True)
class PaymentOutOfOrder(Conflict):
    """Something later is already recorded, and it was computed without this payment."""

    code = "payment-out-of-order"
    sentence = (
        "Contract {number}: expected a date from {latest}, the latest recorded movement; found {found}. "
        "Reverse the later payments, then record all of them in order."
    )
    number: str
    latest: str
    found: str


@dataclass(eq=False, kw_only=True)
class PaymentTwice(Conflict):
    """The same bank document on the same day for the same loan."""

    code = "payment-twice"
    sentence = (
        "Contract {number}: a payment with bank reference {reference} of {paid_on} is already recorded. "
        "Correct the reference, or leave the payment out."
    )
    number: str
    reference: str
    paid_on: str


@dataclass(eq=False, kw_only=True)
class SettlementShort(Refused):
    """Less than settles the loan."""

    code = "settlement-short"
    sentence = "Contract {number}: settling it takes {expected} on {on}; found {found}. Pay the rest, or prepay a part."
    number: str
    expected: str
    on: str
    found: str


@dataclass(eq=False, kw_only=True)
class PrepaymentTooLarge(Refused):
    """A prepayment that would leave no principal to schedule but does not settle the loan."""

    code = "prepayment-too-large"
    sentence = (
        "Contract {number}: expected less than the {expected} of principal not yet due; found {found}. "
        "Settle the loan instead, or prepay less."
    )
    number: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class NotReversiblePayment(Conflict):
    """A repayment cannot be reversed any more."""

    code = "payment-not-reversible"
    sentence = "Payment {payment} cannot be reversed: {reason}."
    payment: int
    reason: str


@dataclass(eq=False, kw_only=True)
class OverpaymentTooSmall(Refused):
    """More is asked back than the borrower has left with the lender."""

    code = "overpayment-too-small"
    sentence = "Contract {number}: {left} of overpayment is there to give back; found {found}. Lower the sum."
    number: str
    left: str
    found: str


@dataclass(eq=False, kw_only=True)
class NoPosition(Broken):
    """A loan whose rows contradict each other, so that nobody can say what it owes."""

    code = "no-position"
    sentence = "Contract {number} has no position on {on}: {reason}."
    number: str
    on: str
    reason: str
