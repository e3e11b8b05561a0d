"""Fields of an act as a form draws them, worked out from what the act asks.

An act that asks for no more than sums, days, choices, numbers and texts needs no form of its own; words are
``field.<name>``, hints ``field.<name>.hint`` and choices ``choice.<name>.<value>`` of the catalogue.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked
from reports.words import Lang, catalogue, say, value_text

Kind = Literal["money", "share", "date", "choice", "yes", "number", "text", "prose"]
#: Texts longer than this get several lines.
ONE_LINE = 300


NOTHING: Mapping[str, Any] = MappingProxyType({})
#: Values to choose from for fields of an act, with their words.
Offered = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Widget:
    """A field: its name, how it is drawn, its words, and the values to choose from where there are some."""

    name: str
    kind: Kind
    words: str
    hint: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()


def offered(session: Session, act: Act[Any], actor: Actor, values: Mapping[str, str], lang: Lang) -> Offered:
    """What there is in sight of ``actor`` to choose from for the fields of ``act`` that name things."""
    found = {name: options(session, actor, values) for name, options in act.options.items()}
    return {
        name: tuple((str(key), value_text(words, lang)) for key, words in choices)
        for name, choices in found.items()
        if choices
    }


def widgets(act: Act[Any], lang: Lang, offered: Offered = NOTHING) -> list[Widget]:
    """The fields of ``act``, in their order; those with something ``offered`` are choices of it."""
    return [_widget(name, field, lang, offered) for name, field in act.asks.model_fields.items()]


def told(asked: Asked, lang: Lang, offered: Offered = NOTHING) -> list[tuple[str, str, str]]:
    """What was asked, to be checked: name, words and value of every field that is not empty."""
    lines = []
    for name, field in type(asked).model_fields.items():
        value = getattr(asked, name)
        if value not in (None, "", ()):
            widget = _widget(name, field, lang, offered)
            lines.append((name, widget.words, _value(widget, value, lang)))
    return lines


def _value(widget: Widget, value: Any, lang: Lang) -> str:
    match widget.kind:
        case "money":
            return f"{value_text(value, lang)}\u00a0₸"
        case "choice":
            return dict(widget.choices).get(str(value), str(value))
        case "yes":
            return say("web.acts.yes" if value else "web.acts.no", lang)
        case "share":
            return f"{value_text(value * 100, lang)}\u00a0%"
        case "date":
            return value_text(value, lang)
        case _:
            return str(value)


def _widget(name: str, field: FieldInfo, lang: Lang, offered: Offered) -> Widget:
    kind = "choice" if name in offered else _kind(field)
    hint = f"field.{name}.hint"
    listed = tuple((value, _choice(name, value, lang)) for value in _values(field.annotation))
    choices = offered.get(name, listed)
    hinted = say(hint, lang) if hint in catalogue(lang) else ""
    return Widget(name, kind, say(f"field.{name}", lang), hinted, field.is_required(), choices)


def _choice(name: str, value: str, lang: Lang) -> str:
    return say(f"choice.{name}.{value}", lang)


def _kind(field: FieldInfo) -> Kind:
    metadata = _metadata(field)
    schema = next((each.json_schema or {} for each in metadata if isinstance(each, WithJsonSchema)), {})
    if schema.get("format") in ("tenge", "fraction"):
        return "money" if schema["format"] == "tenge" else "share"
    kinds: dict[Any, Kind] = {date: "date", bool: "yes", int: "number", Decimal: "number"}
    plain = _plain(field.annotation)
    if get_origin(plain) is Literal:
        return "choice"
    longest = next((each.max_length for each in metadata if hasattr(each, "max_length")), ONE_LINE)
    return kinds.get(plain) or ("prose" if longest > ONE_LINE else "text")


def _metadata(field: FieldInfo) -> list[Any]:
    """What is said of the field's type, also where it may be left out."""
    return [
        *field.metadata,
        *(told for each in get_args(field.annotation) for told in getattr(each, "__metadata__", ())),
    ]


def _values(annotation: Any) -> tuple[str, ...]:
    plain = _plain(annotation)
    return tuple(map(str, get_args(plain))) if get_origin(plain) is Literal else ()


def _plain(annotation: Any) -> Any:
    """The type without its ``| None`` and its ``Annotated``."""
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(each for each in get_args(annotation) if each is not type(None))
    return getattr(annotation, "__origin__", annotation) if hasattr(annotation, "__metadata__") else annotation
