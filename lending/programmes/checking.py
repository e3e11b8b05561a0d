"""Checks an application against the edition in force on its contract date, and tells everything it finds.

An application is judged as a whole: every rule speaks, whatever the others said. Which edition counts is settled
first (A-15); without one nothing can be judged, and that blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lending.programmes.application import Application
from lending.programmes.editions import Edition, editions
from lending.programmes.facts import Facts, facts_of
from lending.programmes.findings import UNKNOWN, Finding
from lending.programmes.rules import borrowers, channels, guarantees, loans, penalties, purposes, relending
from lending.programmes.rules.judging import Rule

#: All rules, in the order their findings are told.
RULES: tuple[Rule, ...] = (
    *channels.RULES,
    *borrowers.RULES,
    *purposes.RULES,
    *loans.RULES,
    *relending.RULES,
    *guarantees.RULES,
    *penalties.RULES,
)

#: What is cited when the edition itself is in question.
EDITION_RULE = "A-15"
EDITION_CLAUSE = "docs/decisions/0105-edition-of-a-loan.md: the edition in force on the contract date"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings on one application, under ``edition`` (its id; None where none could be settled)."""

    edition: str | None
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether the contract may not be concluded as it stands."""
        return any(finding.severity == "blocks" for finding in self.findings)


def check(application: Application, law: Mapping[str, Edition] | None = None) -> Judgement:
    """What there is to say of one application; ``law``: editions by id, by default all on file."""
    return check_all([application], law)[0]


def check_all(applications: Sequence[Application], law: Mapping[str, Edition] | None = None) -> list[Judgement]:
    """What there is to say of each application, in the order given."""
    settled = [edition_of(application, editions() if law is None else law) for application in applications]
    pairs = [
        (application, edition)
        for application, (edition, _) in zip(applications, settled, strict=True)
        if edition is not None
    ]
    facts = iter(facts_of(pairs))
    return [
        Judgement(None, problem) if edition is None else _judge(next(facts), edition, problem)
        for edition, problem in settled
    ]


def _judge(facts: Facts, edition: Edition, problem: tuple[Finding, ...]) -> Judgement:
    found = (rule(facts, edition) for rule in RULES)
    return Judgement(edition.id, (*problem, *_once_unknown([finding for finding in found if finding is not None])))


def _once_unknown(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, with all the facts that one rule lacks told together, where it lacks the first."""
    lacked: dict[str, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.code == UNKNOWN:
            lacked[finding.rule] += finding.values["fields"]
    told = []
    for finding in findings:
        if finding.code != UNKNOWN:
            told.append(finding)
        elif fields := lacked.pop(finding.rule, None):
            told.append(replace(finding, values={"fields": tuple(dict.fromkeys(fields))}))
    return told


def edition_of(application: Application, law: Mapping[str, Edition]) -> tuple[Edition | None, tuple[Finding, ...]]:
    """The edition to judge by, and what is wrong with the choice: the one named, or the only one in force on the
    contract date. Several in force and none named, none in force, or one not on file settle nothing.
    """
    on, name = application.contract_date, application.edition
    in_force = [edition for edition in law.values() if on is not None and edition.in_force(on)]
    values = {"on": on, "editions": tuple(edition.id for edition in in_force or law.values())}
    if name is not None:
        edition = law.get(name)
        if edition is None:
            return None, (_problem("edition-unknown", name, values),)
        if on is not None and edition not in in_force:
            return edition, (_problem("edition-not-in-force", name, values),)
        return edition, ()
    if on is None:
        return None, (_problem("edition-undated", None, values),)
    if len(in_force) != 1:
        return None, (_problem("edition-unclear" if in_force else "edition-none", None, values),)
    return in_force[0], ()


def _problem(code: str, actual: str | None, values: Mapping[str, object]) -> Finding:
    return Finding(EDITION_RULE, "blocks", code, EDITION_CLAUSE, values["editions"], actual, dict(values))
