"""What the chain refuses, each with what was expected, what was found and how to mend it.

Amounts in sentences are tenge with two decimals, dates are ISO. Deciding to refuse is the services' business.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import BadInput, Conflict, Refused
from ledger.money import from_tiyn


def amount(tiyn: int) -> str:
    """Tiyn as tenge in figures, for sentences."""
    return f"{from_tiyn(tiyn).amount:,.2f}"


@dataclass(eq=False, kw_only=True)
class TermOutsideEdition(Refused):
    """A term of an agreement goes beyond what the edition of the programme allows."""

    code = "facility-term"
    sentence = (
        "{term} of facility {number} may be at most {limit} by {rule} ({clause}) of edition {edition}; found {found}. "
        "Lower it, or conclude the agreement under another edition."
    )
    number: str
    term: str
    limit: str
    found: str
    rule: str
    clause: str
    edition: str


@dataclass(eq=False, kw_only=True)
class BadFacilityTerms(BadInput):
    """Terms of an agreement that contradict each other or the facility it hangs on."""

    code = "facility-terms"
    sentence = "Facility {number}: expected {expected}; found {found}."
    number: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class WrongParties(Refused):
    """A funding line between parties that the programme does not give these parts."""

    code = "facility-parties"
    sentence = (
        "Funding line {number}: expected an operator as lender and one of {allowed} as borrower by {rule} ({clause}); "
        "found {lender} and {borrower}. Name the parties of the agreement."
    )
    number: str
    allowed: str
    lender: str
    borrower: str
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class BehindParent(Refused):
    """Principal that falls due later than the same share of the money above it."""

    code = "facility-behind-parent"
    sentence = (
        "Facility {number}: by {on} {above} of the principal of facility {parent} is due, and {below} of its own "
        "(A-24). Shorten the grace or the intervals, or choose a method that repays earlier."
    )
    number: str
    parent: str
    on: str
    above: str
    below: str


@dataclass(eq=False, kw_only=True)
class OverAgreement(Refused):
    """A drawdown beyond the agreed sum."""

    code = "over-agreement"
    sentence = (
        "Facility {number} is agreed at {agreed} and {drawn} is drawn; {wanted} more would exceed it. "
        "Draw at most {left}, or conclude a further agreement."
    )
    number: str
    agreed: str
    drawn: str
    wanted: str
    left: str


@dataclass(eq=False, kw_only=True)
class NotEnoughMoney(Refused):
    """The lots hold too little money that may be used on the day."""

    code = "not-enough-programme-money"
    sentence = (
        "Facility {number} has {usable} that may be used on {on}, and {wanted} was asked for. Its lots: {lots}. "
        "Draw more from the lender, take a later date, or a smaller sum."
    )
    number: str
    on: str
    wanted: str
    usable: str
    lots: str


@dataclass(eq=False, kw_only=True)
class MoreThanLent(Refused):
    """More principal comes back from a loan than was lent to it."""

    code = "more-than-lent"
    sentence = (
        "Loan {loan} has {outstanding} of principal outstanding; {returned} cannot come back. "
        "Take less, or undo first what came back before."
    )
    loan: int
    outstanding: str
    returned: str


@dataclass(eq=False, kw_only=True)
class MoneyMovedOn(Conflict):
    """An undoing would take back money that has been used meanwhile."""

    code = "money-moved-on"
    sentence = (
        "Event {event} cannot be undone on {on}: {wanted} of it would have to leave lot {lot}, which has only {free} "
        "free. Undo what used the money first."
    )
    event: int
    on: str
    lot: int
    wanted: str
    free: str


@dataclass(eq=False, kw_only=True)
class RepaidSince(Conflict):
    """A drawdown whose principal has been repaid cannot be undone."""

    code = "repaid-since"
    sentence = (
        "The drawdown of {drawn} under facility {number} cannot be undone: only {owed} is still owed. "
        "Undo the payments first."
    )
    number: str
    drawn: str
    owed: str


@dataclass(eq=False, kw_only=True)
class OutOfOrder(Conflict):
    """A movement of a facility dated before its last one."""

    code = "facility-out-of-order"
    sentence = (
        "Facility {number} already has a movement on {last}; one on {on} would come before it. "
        "Undo the later one first, or take a later date."
    )
    number: str
    last: str
    on: str


@dataclass(eq=False, kw_only=True)
class MoreThanOwed(Refused):
    """A payment of more than what is owed."""

    code = "more-than-owed"
    sentence = "Facility {number} owes {owed} of {what} on {on}; {paid} is more. Pay at most what is owed."
    number: str
    what: str
    on: str
    owed: str
    paid: str


@dataclass(eq=False, kw_only=True)
class NotPositive(BadInput):
    """An amount that has to be more than nothing."""

    code = "not-positive"
    sentence = "Expected an amount of more than 0 tenge; found {found}. To take something back, undo it."
    found: str
