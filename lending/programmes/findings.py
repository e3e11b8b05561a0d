"""Findings: what a rule has to say of an application, as values, and its wording in three languages.

A finding names its rule, how grave it is, the limit and what was found; the words are put together where they are
read, from templates in ``findings.toml``. Amounts, rates and dates are written here as each language writes them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from moneyed import Money

Severity = Literal["blocks", "warns", "notes"]
Language = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


#: The code of the finding that a rule lacks facts; its value ``fields`` names them.
UNKNOWN = "unknown-fact"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a list of ours, such as a purpose or a type of territory."""

    code: str


def words(codes: Iterable[str]) -> tuple[Word, ...]:
    """Codes as words, for a sentence."""
    return tuple(Word(code) for code in codes)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. ``code`` chooses the words, ``values`` go into them beside ``limit`` and ``actual``.

    ``blocks``: the contract may not be concluded so; ``warns``: someone has to look; ``notes``: a duty to keep.
    Limits and actual values are money, fractions, counts, dates, words, or tuples of words.
    """

    rule: str
    severity: Severity
    code: str
    clause: str
    limit: Any = None
    actual: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def message(self, language: Language) -> str:
        """The finding in words."""
        shown = {"limit": self.limit, "actual": self.actual, "rule": self.rule, **self.values}
        template: str = _words()["findings"][self.code][language]
        return template.format(**{name: written(value, language) for name, value in shown.items()})

    def as_json(self, language: Language | None = None) -> dict[str, Any]:
        """The finding as JSON values; the message in one language, or in all three by language."""
        said: Any = self.message(language) if language else {each: self.message(each) for each in LANGUAGES}
        return {
            "rule": self.rule,
            "severity": self.severity,
            "limit": plain(self.limit),
            "actual": plain(self.actual),
            "message": said,
            "clause": self.clause,
        }


def plain(value: Any) -> Any:
    """A value as JSON: decimal strings for amounts and fractions, ISO dates, codes of words."""
    match value:
        case Money():
            return f"{value.amount:.2f}"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Word():
            return value.code
        case tuple():
            return [plain(each) for each in value]
        case _:
            return value


def written(value: Any, language: Language) -> str:
    """A value inside a sentence: ``6 312 500 ₸``, ``6,1545 %``, ``20.05.2019``, words of our lists by language."""
    match value:
        case Money():
            return f"{_number(value.amount, language, places=2)}\u00a0₸"
        case Decimal():
            return f"{_number(value * 100, language, places=8)}\u00a0%"
        case bool():
            return written(Word("yes" if value else "no"), language)
        case int():
            return _number(Decimal(value), language, places=0)
        case date():
            return value.isoformat() if language == "en" else f"{value:%d.%m.%Y}"
        case Word():
            return str(_words()["words"].get(value.code, {}).get(language, value.code))
        case tuple():
            return ", ".join(written(each, language) for each in value) or "—"
        case None:
            return "—"
        case _:
            return str(value)


def codes() -> frozenset[str]:
    """Codes of all findings that have words."""
    return frozenset(_words()["findings"])


def _number(number: Decimal, language: Language, *, places: int) -> str:
    """Digits in groups of three; ``places`` decimals at most, and none where they are zeros."""
    text = f"{number:,.{places}f}"
    if "." in text and (places != 2 or text.endswith(".00")):
        text = text.rstrip("0").rstrip(".")
    if language == "en":
        return text
    return text.replace(",", "\u00a0").replace(".", ",")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("lending.programmes").joinpath("findings.toml").read_text(encoding="utf-8"))
