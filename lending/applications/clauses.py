"""The clauses that a programme makes obligatory in a contract.

Which provision asks for which clause is the table below; whether it does for these facts is the edition's word. A
clause that hangs on a fact not known is asked for: leaving it out could not be made good after signing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.provisions import fitting

#: Clauses by code, with the provision that makes each obligatory.
PROVISIONS: dict[str, str] = {
    "jobs": "loan.job_clause",
    "target-use": "purposes.allowed",
    "no-fees": "loan.fees_allowed",
    "business-use": "purposes.change_of_use_months",
    "fine-and-return": "penalties.fine_and_full_return",
    "unused-returned": "penalties.unused_returns",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """An obligatory clause, the rule that asks for it, and where the programme says so."""

    code: str
    rule: str
    clause: str


def obligatory(facts: Facts, edition: Edition) -> Iterator[Clause]:
    """The clauses a contract under this edition must have, for these facts."""
    for code, provision in PROVISIONS.items():
        asking = [case for case in fitting(edition.provision(provision), facts.known).cases if case.value is not False]
        if asking:
            yield Clause(code, asking[0].rule, asking[0].clause)


def missing(facts: Facts, edition: Edition, agreed: Collection[str]) -> list[Clause]:
    """The obligatory clauses that are not among those agreed."""
    return [each for each in obligatory(facts, edition) if each.code not in agreed]
