"""The hand-written applications: bases, the facts in which a row differs from one, and what is to be found."""

from __future__ import annotations

import copy
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lending.programmes.checking import Judgement

HERE = Path(__file__).parent
SIGNS = {"?": "warns", "~": "notes"}
BASES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "applications.toml").read_text("utf-8"))

Found = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    base: str
    changes: str
    expected: Found

    @property
    def facts(self) -> dict[str, Any]:
        """The application of this row, as JSON has it."""
        return facts(self.base, **dict(each.split("=", 1) for each in self.changes.split()))

    def __str__(self) -> str:
        return f"{self.base} {self.changes}".strip()


def facts(base: str, **changes: str) -> dict[str, Any]:
    """A base with some facts changed; names are paths with points, values JSON or plain text."""
    given = dict(BASES[base])
    found = facts(given.pop("like")) if "like" in given else {}
    found |= copy.deepcopy(given)
    for path, value in changes.items():
        *parts, last = path.split(".")
        place = found
        for part in parts:
            place = place[part]
        place[last] = _value(path, value)
    return found


def rows() -> list[Row]:
    """All rows of the table."""
    lines = (HERE / "applications.txt").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]
    return [Row(base, changes, _expected(expected)) for base, changes, expected in cells]


def found(judgement: Judgement) -> Found:
    """Rule and severity of everything found."""
    return frozenset((finding.rule, finding.severity) for finding in judgement.findings)


def _expected(text: str) -> Found:
    marks = [] if text == "-" else text.split()
    return frozenset((mark.lstrip("?~"), SIGNS.get(mark[0], "blocks")) for mark in marks)


def _value(path: str, text: str) -> Any:
    """Counts, lists and words of JSON are themselves; all else travels as text."""
    counted = path.endswith(("months", "jobs_promised"))
    return json.loads(text) if counted or text[0] in "[{" or text in {"null", "true", "false"} else text
