"""Writes ``docs/rules.md``: every rule of the programmes, and what enforces it, shows it, or why nothing can.

The page is derived from `lending.programmes.rulebook` and from the rules' own functions; ``make docs`` writes it and
a test compares it with the source.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

from lending.programmes.checking import RULES
from lending.programmes.rulebook import Entry, Status, rulebook

OPENING = """# Rules

Written by `make docs` from `lending/programmes/rulebook.toml` and the source; edit those instead.

`919` is the programme for productive employment and mass entrepreneurship (decree No. 919), `746` the state programme
“Enbek” (decree No. 746), `RM` the Employment Road Map 2020-2021. Readings such as A-04 are settled in
[docs/decisions](decisions). What is enforced is tested by the rows of
[tests/lending/programmes/applications.txt](../tests/lending/programmes/applications.txt) that expect the rule.
"""

GROUPS = {
    "PA": "Parties", "CR": "Upstream credit", "LN": "Microcredits", "RV": "Relending", "GU": "Guarantees",
    "SU": "Subsidies of lenders", "GR": "Grants", "RP": "Reports", "KP": "Indicators", "PN": "Penalties and returns",
    "BD": "Bonds", "OT": "Other payments",
}  # fmt: skip

STATUSES: dict[Status, str] = {
    "enforced": "enforced on applications",
    "elsewhere": "refused, computed or recorded from the books",
    "shown": "kept as data and shown",
    "not-checkable": "not checkable",
}


def page() -> str:
    """The whole page, as Markdown."""
    counts = Counter(entry.status for entry in rulebook())
    summary = [f"{len(rulebook())} rules:", "", *(f"- {counts[key]} {words}" for key, words in STATUSES.items()), ""]
    return "\n".join([OPENING, *summary, *sections()])


def sections() -> Iterator[str]:
    """A table for each subject."""
    for group, entries in groupby(rulebook(), lambda entry: entry.group):
        rows = [f"| {entry.id} | {entry.title} | {entry.status} | {proof(entry)} |" for entry in entries]
        yield "\n".join([f"## {GROUPS[group]}", "", "| rule | says | here | by |", "|---|---|---|---|", *rows, ""])


def proof(entry: Entry) -> str:
    """The functions that enforce a rule, where it is shown, or why it cannot be checked."""
    if entry.status == "enforced":
        return ", ".join(f"`{name}`" for name in enforcing()[entry.id])
    return entry.why or ", ".join(f"`{where}`" for where in entry.where)


def enforcing() -> dict[str, list[str]]:
    """Names of the functions that enforce each rule id."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in RULES:
        for name in rule.ids:
            found[name].append(rule.name)
    return found
