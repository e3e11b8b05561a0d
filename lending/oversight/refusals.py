"""Why an act of oversight is refused: one class a reason, each with how to mend it.

Amounts are written in tenge. What the money itself refuses, such as a closed month, is refused by those who keep it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import BadInput, Conflict, Refused


@dataclass(eq=False, kw_only=True)
class MoreThanPaidOut(Refused):
    """A confirmation that would prove more than was lent, or a violation over more than that."""

    code = "more-than-paid-out"
    sentence = "Contract {number}: {left} of what was paid out is unconfirmed; found {found}. Lower the sum."
    number: str
    left: str
    found: str


@dataclass(eq=False, kw_only=True)
class ConfirmedTwice(Conflict):
    """The same document for the same sum of the same loan, or a confirmation withdrawn twice."""

    code = "confirmed-twice"
    sentence = "Contract {number}: document {document} over {amount} is recorded already. Leave it out."
    number: str
    document: str
    amount: str


@dataclass(eq=False, kw_only=True)
class NobodyNamed(BadInput):
    """An act that somebody answers for, without a name."""

    code = "nobody-named"
    sentence = "Contract {number}: expected the name of who checked or decided; found none. Name the person."
    number: str


@dataclass(eq=False, kw_only=True)
class DoneAlready(Conflict):
    """A second answer, end, closing or demand where there can be one."""

    code = "oversight-done-already"
    sentence = "There is {what} of {of} already. Look it up; what is recorded stays."
    what: str
    of: str


@dataclass(eq=False, kw_only=True)
class DemandRestedOn(Conflict):
    """A demand that something later rests on is not withdrawn."""

    code = "demand-rested-on"
    sentence = (
        "Contract {number}: the demand of {made_on} cannot be withdrawn: {reason}. Undo what came after it first, the "
        "latest before the others."
    )
    number: str
    made_on: str
    reason: str


@dataclass(eq=False, kw_only=True)
class JobTaken(Conflict):
    """Two people in one job at a time."""

    code = "job-taken"
    sentence = (
        "Contract {number}: job {job} is held under labour contract {held} at that time. End that contract first, "
        "or take another job."
    )
    number: str
    job: int
    held: str


@dataclass(eq=False, kw_only=True)
class PersonCounted(Conflict):
    """A person in two of a borrower's jobs at a time."""

    code = "person-counted"
    sentence = (
        "Contract {number}: {iin} holds another job of this borrower at that time, under labour contract {held}. "
        "One person proves one job; name another."
    )
    number: str
    iin: str
    held: str


@dataclass(eq=False, kw_only=True)
class NotWatched(Refused):
    """The programme asks for nothing of the kind from this loan."""

    code = "not-watched"
    sentence = "Contract {number} ({purpose}, edition {edition}) has no duty of {duty}. Check the contract number."
    number: str
    purpose: str
    edition: str
    duty: str


@dataclass(eq=False, kw_only=True)
class MonthOfContributions(BadInput):
    """Contributions without the month they were paid for, or another paper with one."""

    code = "month-of-contributions"
    sentence = (
        "Labour contract {number}: contributions are proved for a month, other papers for none. Give the month, or "
        "leave it out."
    )
    number: str


@dataclass(eq=False, kw_only=True)
class ClauseMissing(BadInput):
    """A violation of a rule that nobody names."""

    code = "clause-missing"
    sentence = (
        "Contract {number}: expected the rule and clause that is broken; the edition has none for {breach}. Name them."
    )
    number: str
    breach: str


@dataclass(eq=False, kw_only=True)
class SamePerson(Refused):
    """One person proposing and closing."""

    code = "closed-alone"
    sentence = "Violation {violation}: {name} proposed to close it; expected another person. Ask a colleague."
    violation: int
    name: str


@dataclass(eq=False, kw_only=True)
class StillBroken(Refused):
    """A resolution that the records do not bear out."""

    code = "still-broken"
    sentence = "Violation {violation} cannot be closed as {resolution}: {reason}. Record what is missing first."
    violation: int
    resolution: str
    reason: str


@dataclass(eq=False, kw_only=True)
class NothingAgreed(Refused):
    """A demand that neither the programme nor the agreement knows."""

    code = "nothing-agreed"
    sentence = (
        "Contract {number}: neither edition {edition} nor the agreement, as it was on {on}, says what follows from "
        "this breach. Record what was agreed in writing before it."
    )
    number: str
    edition: str
    on: str
