"""What is said to lenders about their registers, in Kazakh, Russian and English.

A problem travels as a code and values; here it becomes a sentence of what was expected and one of how to mend
it. The texts are in `words.toml`. Words of columns and lists, which lenders write and we read, are in
`vocabulary`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from lending.registers.vocabulary import LANGUAGES, Language, choices, key, titles

#: Hidden sheet of a template that holds the words of its lists.
LISTS_SHEET = "_nesie"


def expected(code: str, values: Mapping[str, str], language: Language) -> str:
    """What should have stood there."""
    return str(_words()["problems"][code][language][0]).format_map(_spelt(values, language))


def mend(code: str, values: Mapping[str, str], language: Language) -> str:
    """What the lender is to do."""
    return str(_words()["problems"][code][language][1]).format_map(_spelt(values, language))


def change(code: str, language: Language) -> str:
    """What was done to a cell to read it, e.g. "spaces removed"."""
    return str(_words()["changes"][code][language])


def phrase(name: str, language: Language) -> str:
    """A word of the marked workbook or the template: a heading of ours, a name of a sheet, a status."""
    return str(_words()["phrases"][name][language])


def title(kind: str, field: str, language: Language) -> str:
    """Heading of a column as the template writes it."""
    return titles(kind)[field][language][0]


@cache
def own_headings() -> frozenset[str]:
    """Keys of the headings of the columns we add, in every language."""
    return frozenset(key(phrase(name, language)) for name in ("status", "message") for language in LANGUAGES)


@cache
def own_sheets() -> frozenset[str]:
    """Names of the sheets we add: of problems, in every language, and of a template's lists."""
    return frozenset(phrase("errors", language) for language in LANGUAGES) | {LISTS_SHEET}


def codes() -> frozenset[str]:
    """Codes of all problems and warnings that have words."""
    return frozenset(_words()["problems"])


def _spelt(values: Mapping[str, str], language: Language) -> dict[str, str]:
    """The values with a list's name replaced by its words, a field by its heading, and what is said in the language."""
    spelt = dict(values)
    if f"said_{language}" in spelt:
        spelt["said"] = spelt[f"said_{language}"]
    if "list" in spelt:
        spelt["list"] = ", ".join(words[language][0] for words in choices(spelt["list"]).values())
    if "field" in spelt:
        spelt["field"] = title(spelt["kind"], spelt["field"], language)
    return spelt


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("lending.registers").joinpath("words.toml").read_text("utf-8"))
