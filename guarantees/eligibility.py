"""Whether a loan may be guaranteed as proposed: the rules of its programme, asked of the loan that was concluded.

The rules and their limits are lending's (`lending.programmes.rules.guarantees`); here the loan, its lender and the
proposal are put before them as an application, under the edition the loan stays under for life. What the purpose of
the loan itself forbids counts too (A-41). Nothing passes on a fact that is not known. Whether money for the
commission is left is decided by `guarantees.contracts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from guarantees.refusals import OutsideProgramme
from lending.microcredits.values import Loan
from lending.programmes.application import Application
from lending.programmes.editions import Edition, edition
from lending.programmes.facts import Facts, facts_of
from lending.programmes.findings import Finding
from lending.programmes.provisions import Case, fitting
from lending.programmes.rules import guarantees, purposes


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A loan proposed for a guarantee. ``lender_kind`` is the lender's kind of organisation, ``guarantor`` the code of
    the guarantor's; ``applied_on`` is when the borrower applied for the loan.
    """

    loan: Loan
    lender_kind: str
    guarantor: str
    applied_on: date
    share: Decimal

    @property
    def law(self) -> Edition:
        """The edition the loan is under."""
        return edition(self.loan.edition)

    @property
    def facts(self) -> Facts:
        """What the rules are asked about.

        A start-up is as old as the application where no day of registration is kept; whoever is not told to take part
        in an anchor cooperation, does not.
        """
        contract = self.loan.contract
        registered_on = contract.borrower.registered_on or (self.applied_on if contract.start_up else None)
        anchor = contract.purpose == "develop-anchor" or bool(contract.details.get("anchor_cooperation"))
        told: dict[str, Any] = {
            "edition": self.loan.edition, "contract_date": str(contract.signed_on), "applied_on": str(self.applied_on),
            "lender": {"type": self.lender_kind},
            "borrower": {
                "registered_on": None if registered_on is None else str(registered_on), "anchor_cooperation": anchor,
            },
            "territory": {"type": contract.territory_type, "kato": contract.kato},
            "purpose": contract.purpose, "sector": contract.sector, "amount": str(contract.amount.amount),
            "annual_rate": str(contract.annual_rate),
            "guarantee": {"guarantor": self.guarantor.lower(), "share": str(self.share)},
        }  # fmt: skip
        return facts_of([(Application.model_validate(told), self.law)])[0]


def obstacles(number: str, candidate: Candidate) -> Iterator[OutsideProgramme]:
    """Everything in the programme that stands against guarantee ``number`` of a loan."""
    facts, law = candidate.facts, candidate.law
    for rule in purposes.RULES:
        finding = rule(facts, law)
        if finding is not None and finding.severity == "blocks":
            yield _refusal(number, finding)
    for rule in guarantees.RULES:
        finding = rule(facts, law)
        if finding is not None:
            yield _refusal(number, finding)


def _refusal(number: str, finding: Finding) -> OutsideProgramme:
    return OutsideProgramme(
        number=number, rule=finding.rule, clause=finding.clause, finding=finding.code, kk=finding.message("kk"),
        ru=finding.message("ru"), en=finding.message("en"),
    )  # fmt: skip


def highest_share(candidate: Candidate) -> Decimal:
    """The cap on the guaranteed part of the loan: the lower of the limits that apply (A-40)."""
    known, law = candidate.facts.known, candidate.law
    caps: list[Decimal] = [
        case.value
        for name in ("guarantee.share_max", "guarantee.anchor_share_max")
        for case in fitting(law.provision(name), known).cases[:1]
    ]
    return min(caps)


def provision(law: Edition, name: str, territory: str) -> Case[Any] | None:
    """What an edition says of guarantees in a kind of territory; ``None`` when it has none there."""
    found = fitting(law.provision(f"guarantee.{name}"), {"territory": territory})
    return found.cases[0] if found.cases else None
