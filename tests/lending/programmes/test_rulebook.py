"""Every rule of the rulebook is accounted for, and every account is true."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from lending.programmes.checking import RULES
from lending.programmes.editions import Edition, editions
from lending.programmes.provisions import PROVISIONS
from lending.programmes.rulebook import Entry, rulebook

ROOT = Path(__file__).parents[3]
EDITION = {"919": "919", "746": "746", "RM": "road-map"}
COUNTS = {
    "PA": 36, "CR": 25, "LN": 57, "RV": 9, "GU": 27, "SU": 16, "GR": 9, "RP": 61, "KP": 33, "PN": 10, "BD": 8, "OT": 27
}  # fmt: skip


def shown(entry: Entry, where: str, law: Edition) -> bool:
    """Whether a rule stands where it is said to: under a provision, in a table of the edition, or in a file."""
    if where in PROVISIONS:
        return bool(law.provision(where))
    if where in {"reports", "indicators"}:
        rules = {each.rule for each in law.reports} | {each.rule for each in law.indicators}
        return entry.id in rules if entry.group in {"RP", "KP"} else bool(rules)
    return (ROOT / where).is_file()


def test_all_rules_are_there() -> None:
    """Three hundred and eighteen rules, group by group, each once."""
    assert Counter(entry.group for entry in rulebook()) == COUNTS
    assert len(rulebook()) == 318


def test_enforced_is_what_functions_enforce() -> None:
    """The rules called enforced are those that functions are registered for."""
    claimed = {name for rule in RULES for name in rule.ids if not name.startswith("A-")}
    assert {entry.id for entry in rulebook() if entry.status == "enforced"} == claimed


@pytest.mark.parametrize("entry", [e for e in rulebook() if e.status == "elsewhere"], ids=lambda entry: entry.id)
def test_functions_elsewhere_exist(entry: Entry) -> None:
    """What is said to enforce a rule elsewhere can be imported."""
    for name in entry.where:
        module: str = name
        names: list[str] = []
        while not (ROOT / f"{module.replace('.', '/')}.py").exists():
            module, _, last = module.rpartition(".")
            names.insert(0, last)
        found = import_module(module)
        for each in names:
            found = getattr(found, each)
        assert callable(found)


@pytest.mark.parametrize("entry", [e for e in rulebook() if e.status == "shown"], ids=lambda entry: entry.id)
def test_what_is_shown_is_there(entry: Entry) -> None:
    """What is said to be kept as data is in the edition of the rule."""
    assert entry.where
    assert all(shown(entry, where, editions()[EDITION[entry.programme]]) for where in entry.where)


def test_what_cannot_be_checked_says_why() -> None:
    """No rule is passed over without a reason."""
    unchecked = [entry for entry in rulebook() if entry.status == "not-checkable"]
    assert all(entry.why and not entry.where for entry in unchecked)


def test_every_ambiguity_is_settled_once() -> None:
    """All sixty-six ambiguities have one row in one record."""
    records = (ROOT / "docs" / "decisions").glob("01*.md")
    settled = [
        name for record in records for name in re.findall(r"^\| (A-\d\d) \|", record.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(settled) == [f"A-{number:02d}" for number in range(1, 67)]
