"""Why a guarantee, a transfer or a claim is refused: one class a reason, each with how to mend it.

Refusals that follow from a programme cite the rule and its clause. Amounts are written in tenge.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import BadInput, Conflict, Refused


@dataclass(eq=False, kw_only=True)
class OutsideProgramme(Refused):
    """The programme does not allow the guarantee: what the rule ``finding`` says of it, in three languages."""

    code = "guarantee-outside-programme"
    sentence = "Guarantee {number}: {en} ({rule}; {clause})."
    number: str
    finding: str
    rule: str
    clause: str
    kk: str
    ru: str
    en: str


@dataclass(eq=False, kw_only=True)
class ProgrammeWithoutGuarantees(Refused):
    """An allocation under a programme that has no guarantees."""

    code = "programme-without-guarantees"
    sentence = "Allocation {number}: programme {edition} has no guarantees. Open it under a programme that has."
    number: str
    edition: str


@dataclass(eq=False, kw_only=True)
class WrongGuarantor(Refused):
    """The guarantor does not serve such places."""

    code = "wrong-guarantor"
    sentence = (
        "Allocation {number}: expected the guarantor {expected} for such places, found {found} ({rule}; {clause})."
    )
    number: str
    expected: str
    found: str
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class TooManyGuarantors(Refused):
    """A unit that has engaged as many guarantors as it may."""

    code = "too-many-guarantors"
    sentence = (
        "Allocation {number}: expected at most {expected} guarantors in a unit, found {found} ({rule}; {clause})."
    )
    number: str
    expected: int
    found: int
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class ShareNotPositive(BadInput):
    """A guarantee of nothing."""

    code = "guarantee-share-not-positive"
    sentence = "Guarantee {number}: expected a share above 0; found {found}."
    number: str
    found: str


@dataclass(eq=False, kw_only=True)
class NotSignedByAll(BadInput):
    """A guarantee contract that does not name who signs for each of its three parties."""

    code = "guarantee-not-trilateral"
    sentence = "Guarantee {number}: expected signatories of {expected}; found {found}. Name all three (919-GU-14)."
    number: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class AllocationExhausted(Refused):
    """The commission of a guarantee does not fit into what is left of the allocation."""

    code = "allocation-exhausted"
    sentence = (
        "Allocation {allocation}: commission {wanted} for guarantee {number} does not fit; {left} tenge are left, "
        "enough for a guarantee of {capacity} (919-GU-08, 746-GU-08). Lower the share or raise the allocation."
    )
    allocation: str
    number: str
    wanted: str
    left: str
    capacity: str


@dataclass(eq=False, kw_only=True)
class AllocationElsewhere(Refused):
    """A guarantee cannot be taken from this allocation: another year or another unit."""

    code = "allocation-elsewhere"
    sentence = (
        "Guarantee {number}: allocation {allocation} is for {expected}; found {found}. Name the right allocation."
    )
    number: str
    allocation: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class AllocationTaken(Conflict):
    """The akimat has an allocation for this guarantor and year already."""

    code = "allocation-taken"
    sentence = "There is an allocation of {year} for these two already: {number}. Raise that one instead."
    year: int
    number: str


@dataclass(eq=False, kw_only=True)
class BelowCommitted(Refused):
    """An allocation would become less than what is absorbed of it or transferred under it."""

    code = "allocation-below-committed"
    sentence = "Allocation {allocation}: expected at least {expected} tenge, absorbed or transferred; found {found}."
    allocation: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class TransferRefused(Refused):
    """A transfer of commission that is not due, or not due any more."""

    code = "transfer-refused"
    sentence = "Allocation {allocation}: nothing can be transferred, because {reason}."
    allocation: str
    reason: str


@dataclass(eq=False, kw_only=True)
class SamePerson(Refused):
    """What takes two people was to be done by one."""

    code = "guarantee-same-person"
    sentence = "{what} takes two people; {person} has acted already. Ask somebody else."
    what: str
    person: str


@dataclass(eq=False, kw_only=True)
class GuaranteeTaken(Conflict):
    """The loan is guaranteed already, or the number is used."""

    code = "guarantee-taken"
    sentence = "Guarantee {number}: {reason}. Correct the number, or end the other guarantee first."
    number: str
    reason: str


@dataclass(eq=False, kw_only=True)
class GuaranteeNotOpen(Refused):
    """The guarantee or its loan is not in a state that allows what was asked."""

    code = "guarantee-not-open"
    sentence = "Guarantee {number}: expected {expected}; found {found}."
    number: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class UnknownReason(BadInput):
    """A reason of refusal that the rules do not have."""

    code = "unknown-refusal-reason"
    sentence = "Expected a reason out of {expected}; found {found}."
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class NotInDefault(Refused):
    """A claim on a loan that is not long enough in arrears."""

    code = "not-in-default"
    sentence = "Guarantee {number}: expected at least {expected} days in arrears on {on}; found {found}."
    number: str
    on: str
    expected: int
    found: int


@dataclass(eq=False, kw_only=True)
class ClaimNotOpen(Refused):
    """A claim is in a state that does not allow what was asked."""

    code = "claim-not-open"
    sentence = "Claim {number}: expected it to be {expected}; it is {found}."
    number: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class DocumentsMissing(Refused):
    """A claim without all its documents."""

    code = "claim-documents-missing"
    sentence = "Claim {number}: expected the documents {expected}; missing {missing}. Ask the lender for them."
    number: str
    expected: str
    missing: str


@dataclass(eq=False, kw_only=True)
class ClaimChanged(Conflict):
    """What is payable is not what was approved any more: the loan or the guarantee has moved."""

    code = "claim-changed"
    sentence = (
        "Claim {number}: {approved} tenge were approved, {payable} are payable on {on}. Withdraw the claim and present "
        "it anew."
    )
    number: str
    on: str
    approved: str
    payable: str


@dataclass(eq=False, kw_only=True)
class NothingPayable(Refused):
    """A claim of which nothing is payable."""

    code = "nothing-payable"
    sentence = "Claim {number}: nothing is payable on {on}. Refuse it with the reason."
    number: str
    on: str


@dataclass(eq=False, kw_only=True)
class RecoveryRefused(Refused):
    """Money that cannot be shared as a recovery, or a recovery that cannot be undone or passed on."""

    code = "recovery-refused"
    sentence = "Guarantee {number}: {reason}."
    number: str
    reason: str


@dataclass(eq=False, kw_only=True)
class PayoutStands(Conflict):
    """A payout that cannot be undone as things are."""

    code = "payout-stands"
    sentence = "Claim {number} cannot be undone: {reason}."
    number: str
    reason: str
