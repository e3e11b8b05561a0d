"""Provisions: what an edition says on one question, as cases of which the first that fits applies.

"Up to 2 500 MCI in rural settlements, up to 8 000 in four cities" is one provision of two cases. A case knows the
facts it depends on, so that what is not known is told apart from what does not apply: an unknown fact leaves several
cases possible and is never replaced by a guess. Which questions there are, and of what kind their answers, is the
table `PROVISIONS`; the answers stand in the editions' files, and judging by them is left to `lending.programmes.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: What is known of an application, by name of the fact; None: not known.
Known = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case(Generic[T]):
    """One answer: its value, the id of its rule, its clause, and the facts ``when`` it holds (any of each list)."""

    value: T
    rule: str
    clause: str
    when: Mapping[str, tuple[Any, ...]]

    def fits(self, known: Known) -> bool | None:
        """Whether the case holds for these facts; None where that hangs on a fact not known."""
        fits: bool | None = True
        for name, allowed in self.when.items():
            fact = known[name]
            if fact is None:
                fits = None
            elif fact not in allowed:
                return False
        return fits


@dataclass(frozen=True, slots=True)
class Fitting(Generic[T]):
    """The cases that may apply, ``hanging_on`` names of unknown facts; ``silent``: perhaps none of them does."""

    cases: tuple[Case[T], ...]
    hanging_on: tuple[str, ...]
    silent: bool


def fitting(cases: tuple[Case[T], ...], known: Known) -> Fitting[T]:
    """The cases that may apply to these facts, in order; one, or none, when everything they hang on is known."""
    possible: list[Case[T]] = []
    hanging_on: list[str] = []
    for case in cases:
        fits = case.fits(known)
        if fits is False:
            continue
        possible.append(case)
        if fits:
            return Fitting(tuple(possible), tuple(hanging_on), silent=False)
        hanging_on += [name for name in case.when if known[name] is None and name not in hanging_on]
    return Fitting(tuple(possible), tuple(hanging_on), silent=True)


#: Every question an edition may answer, by table and name, with the kind of its answer.
PROVISIONS: Mapping[str, type] = {
    # Who may borrow. An age class ends below its months since registration, on the day of applying.
    "borrower.start_up_months": int,
    "borrower.beginning_months": int,
    "borrower.tax_registration": bool,
    "borrower.below_pension_age": bool,
    "borrower.sizes_refused": tuple,
    "borrower.activities_refused": tuple,  # OKED codes, by their beginnings
    "borrower.activities_to_approve": tuple,
    # What a microcredit may be. Sums are in MCI, rates and shares fractions, terms months.
    "loan.amount_mci": int,
    "loan.months_max": int,
    "loan.nominal_rate_max": Decimal,
    "loan.effective_rate_max": Decimal,
    "loan.grace_share_max": Fraction,  # of the term of the loan
    "loan.grace_share_warned": Fraction,
    "loan.grace_months_max": int,
    "loan.fees_allowed": tuple,
    "loan.certificate": tuple,  # kinds that will do
    "loan.certificate_months_max": int,
    "loan.referral": bool,
    "loan.jobs_min": int,
    "loan.job_clause": bool,
    "loan.anchor_participant": bool,
    "loan.sources": tuple,
    # What it may be for.
    "purposes.allowed": tuple,
    "purposes.borrowers": tuple,  # age classes
    "purposes.forbidden": bool,
    "purposes.change_of_use_months": int,
    "purposes.excisable_to_approve": tuple,  # OKED codes, by their beginnings
    # Who may lend it: a type of lender, or a type and its funder ("mfo/acc").
    "channels.creditors": tuple,
    "channels.lenders": tuple,
    "channels.sectors": tuple,
    # Guarantees.
    "guarantee.refused": bool,
    "guarantee.lenders": tuple,
    "guarantee.purposes": tuple,
    "guarantee.issued_from": date,
    "guarantee.guarantor": tuple,
    "guarantee.share_max": Decimal,
    "guarantee.anchor_share_max": Decimal,
    "guarantee.amount_mci": int,
    "guarantee.nominal_rate_max": Decimal,
    "guarantee.commission_rate": Decimal,
    "guarantee.advance_share": Decimal,
    "guarantee.guarantors_max": int,
    # What follows from a breach.
    "penalties.breach_charge_agreed": bool,
    "penalties.fine_and_full_return": bool,
    "penalties.unused_returns": bool,
    # What is watched after the contract.
    "oversight.target_use_days": int,
    "oversight.job_proof_months": int,
    "oversight.job_evidence": tuple,  # kinds of proof, all of which a job needs
    "oversight.job_contribution_months": int,
    "oversight.referral_working_days": int,
    "oversight.start_up_share_min": Decimal,
    "oversight.accompaniment_months": int,
    # Who is served first.
    "priority.map": bool,
    "priority.certificate": bool,
    # Subsidies of lenders, and grants.
    "subsidy.share": Decimal,
    "subsidy.lenders": tuple,
    "subsidy.territories": tuple,
    "subsidy.sources": tuple,
    "subsidy.programme_purposes": bool,  # only loans for purposes of the programme count
    "subsidy.utilised_share": Fraction,  # of a tranche
    "subsidy.documents_min": int,
    "grant.amount_mci": int,
    "grant.times": int,
    "grant.accompaniment_months": int,
    "grant.trained": tuple,  # grounds that ask for a certificate of training
    "grant.untrained": tuple,  # grounds that do not
    "grant.own_programmes": tuple,  # editions whose support is no bar
    "grant.uses": tuple,
    "grant.uses_forbidden": tuple,
    "grant.opinion": bool,
}
