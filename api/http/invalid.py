"""What is wrong with the fields of a request, said beside each field in the person's language.

Pydantic finds it and names it by type; the words are the catalogue's. What was typed is not repeated: it stands in
the field, and may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.words import Lang, say

#: Words by pydantic's type of error; what is not here is said in general.
WORDS = {
    "missing": "web.invalid.missing",
    "string_too_short": "web.invalid.too-short",
    "string_too_long": "web.invalid.too-long",
    "string_pattern_mismatch": "web.invalid.pattern",
    "int_parsing": "web.invalid.whole",
    "int_type": "web.invalid.whole",
    "int_from_float": "web.invalid.whole",
    "decimal_parsing": "web.invalid.number",
    "decimal_type": "web.invalid.number",
    "decimal_max_places": "web.invalid.decimals",
    "decimal_max_digits": "web.invalid.digits",
    "decimal_whole_digits": "web.invalid.digits",
    "date_parsing": "web.invalid.date",
    "date_type": "web.invalid.date",
    "date_from_datetime_parsing": "web.invalid.date",
    "date_from_datetime_inexact": "web.invalid.date",
    "greater_than": "web.invalid.above",
    "greater_than_equal": "web.invalid.at-least",
    "less_than": "web.invalid.below",
    "less_than_equal": "web.invalid.at-most",
    "literal_error": "web.invalid.choice",
    "enum": "web.invalid.choice",
    "bool_parsing": "web.invalid.choice",
    "extra_forbidden": "web.invalid.unknown",
    "json_invalid": "web.invalid.json",
}
OTHER = "web.invalid.other"
#: Where a field stands in a request; not part of its name.
PLACES = frozenset({"body", "query", "path", "header", "cookie", "form"})
LIMITS = ("gt", "ge", "lt", "le", "min_length", "max_length", "decimal_places", "max_digits", "whole_digits")
#: An empty field of a form is a missing one: it says nothing, in whatever type it was to be read.
EMPTY = ("", None)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A field by its dotted name, the type of what is wrong, and a sentence about it."""

    name: str
    code: str
    message: str


def field_problems(errors: Iterable[Mapping[str, Any]], lang: Lang) -> list[FieldProblem]:
    """Pydantic's ``errors()`` in words of ``lang``, in the order of the fields."""
    return [_problem(error, lang) for error in errors]


def _problem(error: Mapping[str, Any], lang: Lang) -> FieldProblem:
    kind = "missing" if error.get("input") in EMPTY and error["type"] in WORDS else str(error["type"])
    return FieldProblem(_name(error["loc"]), kind, say(WORDS.get(kind, OTHER), lang, limit=_limit(error)))


def _name(places: Sequence[str | int]) -> str:
    inside = places[1:] if places and places[0] in PLACES else places
    return ".".join(str(each) for each in inside)


def _limit(error: Mapping[str, Any]) -> object:
    """The one limit an error is about, whatever pydantic calls it."""
    context = error.get("ctx", {})
    return next((context[name] for name in LIMITS if name in context), "")
