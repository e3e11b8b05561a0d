"""Forgetting a fact never frees an application: the rule that refused it still speaks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from lending.programmes.application import application_from_json
from lending.programmes.checking import RULES, check
from lending.programmes.editions import edition
from lending.programmes.facts import facts_of
from tests.lending.programmes.samples import rows

#: A stated rate gives way to the computed one, code and type of a territory to each other, a change of use to the ban.
REPLACED = {"effective_rate", "territory.kato", "territory.type", "change_of_use_by"}
#: Without its edition an application is not judged at all, and a guarantee is asked about as a whole.
WHOLE = {"edition", "guarantee"}


def leaves(facts: dict[str, Any], above: str = "") -> Iterator[str]:
    """Paths of all facts that are given."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        if value is not None:
            yield above + name


def without(facts: dict[str, Any], path: str) -> dict[str, Any]:
    """The same facts but one."""
    fewer = copy.deepcopy(facts)
    place = fewer
    *parts, last = path.split(".")
    for part in parts:
        place = place[part]
    place[last] = None
    return fewer


def test_a_rule_that_blocks_still_speaks_without_a_fact() -> None:
    """Whatever fact is left out of a refused application, the refusing function blocks or says what is not known."""
    silenced = []
    for row in rows():
        if not any(severity == "blocks" and rule != "A-15" for rule, severity in row.expected):
            continue
        law = edition(check(application_from_json(row.facts)).edition or "")
        whole = facts_of([(application_from_json(row.facts), law)])[0]
        blocking = [rule for rule in RULES if (found := rule(whole, law)) and found.severity == "blocks"]
        for path in leaves(row.facts):
            if path in WHOLE or (path in REPLACED and path.partition(".")[0] in row.changes):
                continue
            fewer = facts_of([(application_from_json(without(row.facts, path)), law)])[0]
            silenced += [(str(row), path, rule.name) for rule in blocking if rule(fewer, law) is None]
    assert silenced == []


def test_a_forgotten_guarantee_is_asked_about() -> None:
    """Not to know of a guarantee is not to have none."""
    for row in rows():
        if any("-GU-" in rule for rule, _ in row.expected):
            judgement = check(application_from_json(without(row.facts, "guarantee")))
            assert any("-GU-" in finding.rule for finding in judgement.findings), str(row)
