"""Why a subsidy or a grant is refused: one class a reason, each with how to mend it.

What the law forbids cites its rule and clause. Amounts in sentences are tenge with two decimals, dates are ISO.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import BadInput, Conflict, Refused


@dataclass(eq=False, kw_only=True)
class NotByTheRules(Refused):
    """Something that the edition's rules of support do not allow."""

    code = "support-rules"
    sentence = "{what}: expected {expected} by {rule} ({clause}); found {found}. Correct what was entered, or refuse."
    what: str
    expected: str
    found: str
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class NoSuchSupport(Refused):
    """The edition knows no such support."""

    code = "no-such-support"
    sentence = "Edition {edition} has no {support}. Only tranches and participants of an edition that has it qualify."
    edition: str
    support: str


@dataclass(eq=False, kw_only=True)
class NotUtilised(Refused):
    """A tranche that is not lent as far as it must be."""

    code = "tranche-not-utilised"
    sentence = (
        "Tranche {lot} of agreement {facility}: expected {expected} lent by {rule} ({clause}); found {found} of "
        "{received}. Confirm it once the rest is lent."
    )
    lot: int
    facility: str
    received: str
    expected: str
    found: str
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class NothingCounts(Refused):
    """A tranche out of which no loan counts."""

    code = "subsidy-base-empty"
    sentence = (
        "Tranche {lot} of agreement {facility} has no loan that counts: expected loans for programme purposes in the "
        "territories of the subsidy. See the calculation for the reason of each."
    )
    lot: int
    facility: str


@dataclass(eq=False, kw_only=True)
class SubsidisedBefore(Conflict):
    """A tranche with a subsidy already."""

    code = "tranche-subsidised"
    sentence = (
        "Tranche {lot} of agreement {facility} has subsidy {subsidy} already ({rule}). Confirm another tranche, or "
        "withdraw that subsidy first; if it is paid, its payment is reversed before."
    )
    lot: int
    facility: str
    subsidy: int
    rule: str


@dataclass(eq=False, kw_only=True)
class OverCeiling(Refused):
    """A decision about more than the rate allows, or about nothing."""

    code = "subsidy-over-ceiling"
    sentence = (
        "Subsidy {subsidy}: expected a sum above 0 and at most {ceiling}, {rate} of {base} ({rule}); found {found}. "
        "Lower it."
    )
    subsidy: int
    base: str
    rate: str
    ceiling: str
    found: str
    rule: str


@dataclass(eq=False, kw_only=True)
class BaseMoved(Conflict):
    """The money of a tranche moved after its utilisation was confirmed."""

    code = "subsidy-base-moved"
    sentence = (
        "The loans behind subsidy {subsidy} changed since it was confirmed on {confirmed_on}. Withdraw it and have the "
        "tranche confirmed again."
    )
    subsidy: int
    confirmed_on: str


@dataclass(eq=False, kw_only=True)
class SamePerson(Refused):
    """One person in two parts that two must play."""

    code = "same-person"
    sentence = "{person} confirmed subsidy {subsidy} and cannot decide it too. Another person must decide."
    person: str
    subsidy: int


@dataclass(eq=False, kw_only=True)
class NotTwoPeople(Refused):
    """A payment reversed without a second person."""

    code = "reversal-by-two"
    sentence = "{what}: a payment is reversed by two people; found {by} and {confirmed}. Let somebody else confirm it."
    what: str
    by: str
    confirmed: str


@dataclass(eq=False, kw_only=True)
class WrongStage(Conflict):
    """A step that a subsidy or grant has passed, or has not come to."""

    code = "support-stage"
    sentence = "{what} {id} is {found}; expected it {expected}. Look at what was recorded before."
    what: str
    id: int
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class TooEarly(BadInput):
    """A date before the one it follows."""

    code = "support-dates"
    sentence = "{what}: expected a day not before {earliest} ({event}); found {found}. Correct the date."
    what: str
    event: str
    earliest: str
    found: str


@dataclass(eq=False, kw_only=True)
class GrantedBefore(Conflict):
    """A participant who has a grant already, in whatever region and year."""

    code = "grant-before"
    sentence = (
        "{id_number} has grant {grant} of {decided_on} already; expected one a participant by {rule} ({clause}). "
        "Refuse the application."
    )
    id_number: str
    grant: int
    decided_on: str
    rule: str
    clause: str


@dataclass(eq=False, kw_only=True)
class JournalOutside(Refused):
    """A journal entry outside the time of accompaniment, or proving more than was granted."""

    code = "grant-journal"
    sentence = "Journal of grant {grant}: expected {expected}; found {found}. Correct the entry."
    grant: int
    expected: str
    found: str
