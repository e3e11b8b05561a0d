"""The words lenders write, in three languages: headings of columns and values of lists.

Reads `vocabulary.toml` once. Words are compared by `key`, which passes over case, ё/е, spaces and
punctuation, so the file lists only words that differ. Which columns a register has is said in its module.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

Language = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_NOT_WORD = re.compile(r"[^\w№]+|_+")
_ASIDE = re.compile(r"\([^)]*\)|,.*$", re.DOTALL)

_Words = Mapping[Language, list[str]]


def key(text: str) -> str:
    """``text`` as words are compared: small letters, е for ё, one space for anything between words."""
    plain = _NOT_WORD.sub(" ", text.casefold().replace("ё", "е")).strip()
    return plain or text.strip()


@lru_cache(maxsize=10_000)
def heading_keys(text: str) -> tuple[str, str]:
    """Keys of a heading: the whole of it, and without what is in brackets or after a comma.

    Remembered, for the rows of a sheet are read as headings many times until those that are stand out.
    """
    return key(text), key(_ASIDE.sub(" ", text))


#: Registers whose rows name a contract.
OF_CONTRACTS = ("issued-loans", "repayments", "target-use")


@cache
def titles(kind: str) -> dict[str, _Words]:
    """Headings of a register's columns by field; the first of each language is the one written."""
    shared = _vocabulary()["titles"]["of-contracts"] if kind in OF_CONTRACTS else {}
    return {**shared, **_vocabulary()["titles"][kind]}


@cache
def fields_by_heading(kind: str) -> dict[str, str]:
    """Field of each known heading of a register, by the heading's key."""
    return {
        heading: field
        for field, languages in titles(kind).items()
        for words in languages.values()
        for word in words
        for heading in heading_keys(word)
    }


@cache
def choices(name: str) -> dict[str, _Words]:
    """Words of a list by the value they stand for; the first of each language is the one written."""
    return dict(_vocabulary()["choices"][name])


@cache
def values_by_word(name: str) -> dict[str, str]:
    """Value of each word of a list, by the word's key; a value also stands for itself."""
    found = {key(value): value for value in choices(name)}
    for value, languages in choices(name).items():
        found.update((key(word), value) for words in languages.values() for word in words)
    return found


@cache
def total_words() -> frozenset[str]:
    """Keys of the words that begin a totals row."""
    return _all_keys("totals")


@cache
def thousand_words() -> frozenset[str]:
    """Keys of the words that say an amount is in thousands or millions."""
    return _all_keys("thousands")


def _all_keys(table: str) -> frozenset[str]:
    return frozenset(key(word) for words in _vocabulary()[table].values() for word in words)


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads(files("lending.registers").joinpath("vocabulary.toml").read_text("utf-8"))
