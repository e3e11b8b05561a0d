"""Words: everything that can be said is said in three languages, and no heading means two things."""

import re
from pathlib import Path

import pytest

import lending.registers
from ledger.identifiers import BadIdNumber
from lending.registers import words
from lending.registers.review import REGISTERS
from lending.registers.vocabulary import (
    LANGUAGES,
    Language,
    choices,
    heading_keys,
    key,
    titles,
    values_by_word,
)

VALUES = {
    "kind": "repayments", "field": "amount", "list": "sector", "counted": "1", "earlier": "s!1", "value": "v",
    "day": "d", "months": "1", "every": "3", "parts": "1", "first": "d", "last": "d", "known": "F-1", "days": "d",
    "stored": "1", "month": "2019-05", "said": "No.", "expected": "d", "rule": "A-25", "found": "d", "on": "d",
    "usable": "1", "latest": "d", "reference": "P-1", "left": "1", "document": "15",
    "said_kk": "s", "said_ru": "s", "said_en": "s", "clause": "c", "certificate": "B-1", "other": "d",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(words.codes()))
def test_each_problem_has_words(code: str, language: Language) -> None:
    """Each code says what was expected and how to mend it, with every value filled in."""
    said = words.expected(code, VALUES, language) + words.mend(code, VALUES, language)
    assert len(said) > 12
    assert "{" not in said


def test_codes_in_the_source_have_words() -> None:
    """Every code that the modules raise, and every refusal of an identity number, is in the words."""
    source = "".join(path.read_text() for path in Path(lending.registers.__path__[0]).glob("*.py"))
    raised = set(re.findall(r"(?:Unreadable\(|code=|row\.place, \w+, |row\.place, \"\w+\", )\"([a-z-]+)\"", source))
    numbers = {refusal.code for refusal in BadIdNumber.__subclasses__()}
    assert len(raised) > 20
    assert raised | numbers <= words.codes()


def test_codes_of_changes_have_words() -> None:
    """Every change to a cell that is counted can be told."""
    source = (Path(lending.registers.__path__[0]) / "cells.py").read_text()
    changes = set(re.findall(r"\"((?:\w+-to-\w+)|spaces-removed|letters-unified|time-dropped|century-added)\"", source))
    assert len(changes) > 8
    assert all(words.change(code, language) for code in changes for language in LANGUAGES)


@pytest.mark.parametrize("kind", REGISTERS)
def test_no_heading_means_two_fields(kind: str) -> None:
    """Within one register each heading names one field, with or without its unit."""
    owners: dict[str, set[str]] = {}
    for field, languages in titles(kind).items():
        for word in (word for spelt in languages.values() for word in spelt):
            for heading in heading_keys(word):
                owners.setdefault(heading, set()).add(field)
    assert [heading for heading, fields in owners.items() if len(fields) > 1 or heading in words.own_headings()] == []


@pytest.mark.parametrize(
    "name",
    sorted({column.choices for register in REGISTERS.values() for column in register.columns if column.choices}),
)
def test_no_word_means_two_values(name: str) -> None:
    """Within one list each word stands for one value, and each value has a word in each language."""
    for value, languages in choices(name).items():
        assert all(languages[language][0] for language in LANGUAGES)
        assert {values_by_word(name)[key(word)] for spelt in languages.values() for word in spelt} == {value}


@pytest.mark.parametrize("kind", REGISTERS)
def test_each_column_has_headings(kind: str) -> None:
    """Each column of a register has a heading in each language, and there are no others."""
    register = next(each for each in REGISTERS.values() if each.kind == kind)
    assert {column.field for column in register.columns} == set(titles(kind))
