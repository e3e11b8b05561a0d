"""The limits that an edition sets to a loan, told before anything is wrong: each with its arithmetic and its clause.

Rules speak only of what is broken (`lending.programmes.checking`); whoever fills in an application wants to know what
is allowed beforehand. A limit is the same provision that the rule of its name judges by, so both cite one clause. Which
limit applies may hang on a fact not known yet: then the fact is named and no limit is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moneyed import Money

from ledger.money import KZT
from lending.programmes.application import Application
from lending.programmes.editions import Edition
from lending.programmes.facts import Facts, facts_of
from lending.programmes.provisions import Case, fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit: ``most`` (or ``least``, of jobs) that is allowed, by ``rule`` and ``clause``; ``values`` make it up.

    ``kept``: whether what is asked for is within it; None while that is not known. ``hanging_on``: fields to fill in
    before the limit itself is known; ``most`` is None then.
    """

    code: str
    rule: str
    clause: str
    most: Any = None
    actual: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    kept: bool | None = None
    hanging_on: tuple[str, ...] = ()


#: Provisions that limit a loan, with the code of the limit and the fact that it limits.
LIMITED: tuple[tuple[str, str, str], ...] = (
    ("loan.amount_mci", "amount", "amount"),
    ("loan.months_max", "term", "months"),
    ("loan.nominal_rate_max", "nominal-rate", "annual_rate"),
    ("loan.effective_rate_max", "effective-rate", "effective_rate"),
    ("loan.grace_share_max", "principal-grace", "principal_grace_months"),
    ("loan.grace_share_max", "interest-grace", "interest_grace_months"),
    ("loan.grace_months_max", "grace-months", "principal_grace_months"),
    ("loan.jobs_min", "jobs", "jobs_promised"),
    ("guarantee.share_max", "guarantee-share", "guarantee_share"),
)


def limits(application: Application, edition: Edition) -> list[Limit]:
    """The limits of an edition for an application, as far as they can be told, in the order of its fields."""
    facts = facts_of([(application, edition)])[0]
    return [each for provision, code, fact in LIMITED for each in _limit(facts, edition, provision, code, fact)]


def _limit(facts: Facts, edition: Edition, provision: str, code: str, fact: str) -> Iterator[Limit]:
    if code == "guarantee-share" and facts["guaranteed"] is not True:
        return
    found = fitting(edition.provision(provision), facts.known)
    asking = [case for case in found.cases if case.value is not False]
    if not asking:
        return
    case = asking[0]
    if found.hanging_on:
        yield Limit(code=code, rule=case.rule, clause=case.clause, hanging_on=facts.lacking(found.hanging_on))
        return
    needs = {"amount": "mci", "principal-grace": "months", "interest-grace": "months"}.get(code)
    if needs is not None and facts[needs] is None:
        yield Limit(code=code, rule=case.rule, clause=case.clause, hanging_on=facts.lacking((needs,)))
        return
    most, values = _most(facts, case, code)
    actual = facts[fact]
    kept = None if actual is None else actual >= most if code == "jobs" else actual <= most
    yield Limit(code=code, rule=case.rule, clause=case.clause, most=most, actual=actual, values=values, kept=kept)


def _most(facts: Facts, case: Case[Any], code: str) -> tuple[Any, Mapping[str, Any]]:
    """What is allowed, and what it is made up of."""
    match code:
        case "amount":
            index = Money(facts["mci"], KZT)
            return index * case.value, {"indices": case.value, "mci": index}
        case "principal-grace" | "interest-grace":
            return int(facts["months"] * case.value), {"parts": case.value.denominator, "months": facts["months"]}
        case _:
            return case.value, {}
