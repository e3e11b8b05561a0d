"""Every act there is, by name. Areas list theirs in modules of their own; this one only gathers them.

Names are ``area.verb``; `api.access.matrix` says whose roles do each, and a name without a line there stops start-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from api.acts.act import Act
from ledger.errors import NotFound

#: Modules of acts; each has ``ACTS``.
AREAS = (
    "lending",
    "new_loans",
    "distress",
    "applications",
    "chain",
    "target_use",
    "oversight",
    "jobs",
    "support",
    "allocations",
    "guarantees",
    "claims",
    "recoveries",
    "registers",
    "finance",
    "bank",
    "submissions",
    "signatures",
)


@cache
def acts() -> Mapping[str, Act[Any]]:
    """All acts by name, in the order of the areas."""
    found: dict[str, Act[Any]] = {}
    for area in AREAS:
        for act in import_module(f"api.acts.{area}").ACTS:
            assert act.name not in found, act.name
            found[act.name] = act
    return found


def act_named(name: str) -> Act[Any]:
    """The act with this name.

    Raises:
        NotFound.
    """
    if name not in acts():
        raise NotFound(what="act", name=name)
    return acts()[name]
