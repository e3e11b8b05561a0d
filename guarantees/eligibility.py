"""Whether a loan may be guaranteed as proposed: each thing the edition of the loan asks, with its rule and clause.

Pure: facts and the edition's terms in, obstacles out. The loan itself is lawful under the rules of lending before a
guarantee is thought of (A-41, A-42); loans of the Fund for Financial Support of Agriculture are no lender's here
(A-43). Whether money for the commission is left is decided by `guarantees.contracts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from guarantees.refusals import (
    LenderNotGuaranteed,
    LoanTooEarly,
    LoanTooLarge,
    NoGuarantees,
    OutsideProgramme,
    PurposeNotGuaranteed,
    RateTooHigh,
    ShareTooHigh,
    WrongGuarantor,
)
from guarantees.values import Proposal
from ledger.money import tenge
from lending.microcredits.values import Loan
from lending.programmes.editions import Cited
from lending.programmes.guarantees import BorrowerClass, GuaranteeTerms, borrower_class, guarantee_terms
from lending.programmes.mci import mci


@dataclass(frozen=True, slots=True)
class Facts:
    """A loan with what its guarantee depends on: the lender's kind, the guarantor's code, when it was applied for."""

    loan: Loan
    lender_kind: str
    guarantor: str
    applied_on: date

    @property
    def borrower_class(self) -> BorrowerClass:
        """The class of the borrower by the loan's edition (A-01, A-40)."""
        contract = self.loan.contract
        anchor = contract.purpose == "develop-anchor" or bool(contract.details.get("anchor_cooperation"))
        registered = contract.borrower.registered_on
        if registered is None and contract.start_up:
            registered = self.applied_on
        return borrower_class(self.loan.edition, registered, self.applied_on, anchor=anchor)

    @property
    def law(self) -> GuaranteeTerms | None:
        """What the loan's edition says of guaranteeing it."""
        return guarantee_terms(self.loan.edition, self.loan.contract.territory_type, self.borrower_class)


def obstacles(proposal: Proposal, facts: Facts) -> Iterator[OutsideProgramme]:
    """Everything in the programme that stands against a proposal."""
    contract, law, number = facts.loan.contract, facts.law, proposal.number
    if law is None:
        yield NoGuarantees(
            number=number, expected="919, 746", found=facts.loan.edition, rule="RM-GU-01", clause="direction 2"
        )
        return

    def against(kind: type[OutsideProgramme], limit: Cited[Any], expected: str, found: str) -> OutsideProgramme:
        return kind(number=number, expected=expected, found=found, rule=limit.rule, clause=limit.clause)

    if contract.signed_on < law.issued_from.value:
        yield against(LoanTooEarly, law.issued_from, str(law.issued_from.value), str(contract.signed_on))
    if facts.lender_kind not in law.lenders.value:
        yield against(LenderNotGuaranteed, law.lenders, ", ".join(law.lenders.value), facts.lender_kind)
    if contract.purpose not in law.purposes.value:
        yield against(PurposeNotGuaranteed, law.purposes, ", ".join(law.purposes.value), contract.purpose)
    limit = tenge(law.amount_max_mci.value * mci(contract.signed_on))
    if contract.amount > limit:
        yield against(LoanTooLarge, law.amount_max_mci, str(limit.amount), str(contract.amount.amount))
    if contract.annual_rate > law.rate_max.value:
        yield against(RateTooHigh, law.rate_max, str(law.rate_max.value), str(contract.annual_rate))
    if facts.guarantor.lower() != law.guarantor.value:
        yield against(WrongGuarantor, law.guarantor, law.guarantor.value, facts.guarantor)
    if not 0 < proposal.share <= law.share_max.value:
        yield ShareTooHigh(
            number=number, expected=str(law.share_max.value), found=str(proposal.share), rule=law.share_max.rule,
            clause=law.share_max.clause, borrower_class=facts.borrower_class,
        )  # fmt: skip
