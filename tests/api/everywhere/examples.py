"""Requests of acts made from their models: every field filled with the plainest value that fits it.

What an act asks is known to its model, so a new act is asked for without being named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel

from api.acts.act import Act

DAY = date(2021, 6, 30)


#: Acts whose fields may each be left out, but not all: what to send at least.
ONE_OF_SEVERAL = {"facilities.pay": {"principal": "1"}}


def body(act: Act[Any], ids: Mapping[str, int]) -> dict[str, Any]:
    """A request of ``act``, about the things in ``ids`` by the names of fields."""
    fields = _fields(act.asks) | ONE_OF_SEVERAL.get(act.name, {})
    return {name: ids.get(name, value) for name, value in fields.items()}


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {name: example(field.annotation) for name, field in model.model_fields.items() if field.is_required()}


def example(kind: Any) -> Any:
    """A JSON value of a type."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return example(inside[0])
    if origin is Literal:
        return inside[0]
    if origin in (Union, UnionType):
        return None if NoneType in inside else example(inside[0])
    if origin in (list, tuple, set, frozenset):
        return [example(inside[0])]
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return {example(inside[0]): example(inside[1])}
    if isinstance(kind, type) and issubclass(kind, RootModel):
        return example(kind.model_fields["root"].annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _fields(kind)
    return {bool: True, int: 1, Decimal: "1", date: DAY.isoformat(), str: "one"}[kind]
