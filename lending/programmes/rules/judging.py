"""How every rule comes to its finding: the cases of a provision that may apply, held against the facts.

If the facts break every case that may apply, the rule is broken; if they break none, there is nothing to say; and if
that hangs on a fact not known, the finding says which. So an unknown fact neither blocks nor lets pass by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import UNKNOWN, Finding, Severity
from lending.programmes.provisions import Case, fitting

Judge = Callable[[Facts, Edition], Finding | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that enforces the rules with these ids; called like the function itself."""

    ids: tuple[str, ...]
    judge: Judge

    def __call__(self, facts: Facts, edition: Edition) -> Finding | None:
        """What the rule finds."""
        return self.judge(facts, edition)

    @property
    def name(self) -> str:
        """The function, as it is found in the source."""
        return f"{self.judge.__module__}.{self.judge.__name__}"


def enforces(*ids: str) -> Callable[[Judge], Rule]:
    """Makes a function a rule, and says which ids of the rulebook it enforces."""
    return lambda judge: Rule(ids, judge)


@dataclass(frozen=True, slots=True)
class Told:
    """What a finding shows beside the words: the limit, what was found, and values for the sentence."""

    limit: Any = None
    actual: Any = None
    values: Mapping[str, Any] | None = None


def judge(
    facts: Facts,
    cases: tuple[Case[Any], ...],
    code: str,
    *,
    needs: tuple[str, ...] = (),
    holds: Callable[[Any], bool],
    told: Callable[[Any], Told],
    severity: Severity = "blocks",
) -> Finding | None:
    """The finding of one provision: ``holds`` and ``told`` take the value of a case, and may read the facts ``needs``.

    A case whose value is False asks for nothing. Of several broken cases the last is cited: the one that is left when
    all narrower ones are passed over.
    """
    found = fitting(cases, facts.known)
    lacking = facts.lacking(needs)
    asking = [case for case in found.cases if case.value is not False]
    broken = asking if lacking else [case for case in asking if not holds(case.value)]
    if not broken:
        return None
    if lacking or found.silent or len(broken) < len(found.cases):
        return unknown(broken[-1], (*facts.lacking(found.hanging_on), *lacking))
    shown = told(broken[-1].value)
    return Finding(
        broken[-1].rule, severity, code, broken[-1].clause, shown.limit, shown.actual, dict(shown.values or {})
    )


def required(facts: Facts, edition: Edition, provision: str, fact: str, code: str) -> Finding | None:
    """A finding when the edition requires something and the fact says that it is not there."""
    return judge(
        facts, edition.provision(provision), code,
        needs=(fact,),
        holds=lambda _: bool(facts[fact]),
        told=lambda wanted: Told(wanted, facts[fact]),
    )  # fmt: skip


def unknown(case: Case[Any], fields: tuple[str, ...]) -> Finding:
    """The finding that a rule cannot be judged before ``fields`` of the application are filled in."""
    return Finding(case.rule, "warns", UNKNOWN, case.clause, values={"fields": tuple(dict.fromkeys(fields))})
