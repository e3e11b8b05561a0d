"""Why a step of an application is refused, each with what was expected, what was found and how to mend it.

What the state does not allow is refused in `lending.applications.states`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.errors import BadInput, Conflict, Refused
from lending.programmes.findings import Finding


@dataclass(eq=False, kw_only=True)
class RuleForbids(Refused):
    """The programme does not allow the loan; ``findings`` are all that block it, with their arithmetic."""

    code = "rule-forbids"
    sentence = "Application {number} is stopped. {rules} Change what this is about, or refuse the application."
    number: str
    rules: str
    findings: Sequence[Finding] = field(default=(), repr=False)

    def values(self) -> dict[str, object]:
        """What the sentence is filled with; the findings are worded one by one, not in it."""
        return {"number": self.number, "rules": self.rules}


@dataclass(eq=False, kw_only=True)
class ApplicationTaken(Conflict):
    """The lender has an application of this number already."""

    code = "application-taken"
    sentence = "Application {number} is already recorded with this lender. Correct the number."
    number: str


@dataclass(eq=False, kw_only=True)
class FactsMissing(BadInput):
    """Facts without which there is no application, or no contract."""

    code = "application-facts-missing"
    sentence = "Application {number}: expected {fields}; they are not filled in. Fill them in."
    number: str
    fields: str


@dataclass(eq=False, kw_only=True)
class FactsFixed(Refused):
    """Facts that are settled by the filing and cannot be amended."""

    code = "application-facts-fixed"
    sentence = "Application {number}: {fields} cannot be changed any more. Withdraw it and file another."
    number: str
    fields: str


@dataclass(eq=False, kw_only=True)
class PaperMissing(Refused):
    """The paper that the channel of an application rests on is not among its documents."""

    code = "paper-missing"
    sentence = "Application {number} comes by way of {channel}: expected the paper of that kind. Attach it."
    number: str
    channel: str


@dataclass(eq=False, kw_only=True)
class CertificateOtherwise(Refused):
    """The chamber's register says otherwise of a certificate than the application."""

    code = "certificate-otherwise"
    sentence = (
        "Application {number}: certificate {certificate} is registered by the chamber as {registered}; found {found}. "
        "Correct the application, or have the chamber correct its register."
    )
    number: str
    certificate: str
    registered: str
    found: str


@dataclass(eq=False, kw_only=True)
class ReasonMissing(BadInput):
    """An act that has to say why."""

    code = "reason-missing"
    sentence = "Application {number}: {act} expects a reason. Say why."
    number: str
    act: str


@dataclass(eq=False, kw_only=True)
class ClausesMissing(Refused):
    """A contract without a clause that the programme makes obligatory."""

    code = "clauses-missing"
    sentence = "Contract {number} lacks obligatory clauses: {clauses}. Add them to the contract."
    number: str
    clauses: str


@dataclass(eq=False, kw_only=True)
class StepTooEarly(BadInput):
    """A step dated before the one it follows."""

    code = "step-too-early"
    sentence = "Application {number}: expected {act} on {expected} or later; found {found}. Correct the date."
    number: str
    act: str
    expected: str
    found: str
