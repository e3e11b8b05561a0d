"""What an edition asks to be watched after the contract: target use, jobs, change of use, and what a breach costs.

A view of the provisions of an edition for one place and purpose, each value with its rule and clause; ``None`` where
the text is silent and the agreement alone decides. Judging loans by the values is left to `lending.oversight`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lending.programmes.editions import Edition, edition
from lending.programmes.provisions import Case, fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightTerms:
    """What is watched of a loan: ``target_use_days`` are calendar days from receipt, the last one included.

    ``job_proof_months`` run from receipt, ``change_of_use_months`` from the contract. ``job_evidence`` are the kinds
    of proof that a job needs all of. With ``fine_and_full_return`` a breach returns the whole loan (RM-PN-01);
    without it what follows is the agreement's (A-14).
    """

    target_use_days: Case[int] | None
    jobs_min: Case[int] | None
    job_evidence: Case[tuple[str, ...]] | None
    job_contribution_months: Case[int] | None
    job_proof_months: Case[int] | None
    change_of_use_months: Case[int] | None
    fine_and_full_return: Case[bool] | None


#: The provision behind each value.
SOURCES: Mapping[str, str] = {
    "target_use_days": "oversight.target_use_days",
    "jobs_min": "loan.jobs_min",
    "job_evidence": "oversight.job_evidence",
    "job_contribution_months": "oversight.job_contribution_months",
    "job_proof_months": "oversight.job_proof_months",
    "change_of_use_months": "purposes.change_of_use_months",
    "fine_and_full_return": "penalties.fine_and_full_return",
}


@cache
def oversight_terms(name: str, territory: str, purpose: str) -> OversightTerms:
    """What edition ``name`` asks to be watched of a loan of this purpose in a territory of this type.

    Raises:
        NotFound: there is no such edition.
    """
    known = {"territory": territory, "purpose": purpose}
    return OversightTerms(**{field: _case(edition(name), provision, known) for field, provision in SOURCES.items()})


def _case(of: Edition, provision: str, known: Mapping[str, Any]) -> Case[Any] | None:
    return next(iter(fitting(of.provision(provision), known).cases), None)
