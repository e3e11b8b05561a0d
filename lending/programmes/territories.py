"""The type of a territory by its KATO code and date, where the code decides it.

Only cities that the programmes name, and monotowns, are known by code; a village, a small town or an ordinary city
is told with the application. A place that is a small town and a monotown at once is a small town (A-38), and a
project belongs to the place where it is carried out.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

TerritoryType = Literal["rural", "small-town", "city", "monotown", "major-city"]


@cache
def _places() -> list[tuple[str, TerritoryType, dict[str, Any]]]:
    tables = tomllib.loads(files("lending.programmes").joinpath("territories.toml").read_text(encoding="utf-8"))
    return [
        (_beginning(row["code"]), cast("TerritoryType", kind), row) for kind, rows in tables.items() for row in rows
    ]


def _beginning(code: str) -> str:
    """What the codes of a place begin with: AB of a region, AB CD EF of a city, else the whole code."""
    if code.endswith("0000000"):
        return code[:2]
    return code[:6] if code.endswith("000") else code


def type_by_kato(code: str, on: date) -> TerritoryType | None:
    """The type of the place with this KATO code on a day; None where the code does not decide it."""
    for beginning, kind, row in _places():
        if code.startswith(beginning) and row.get("from", date.min) <= on <= row.get("to", date.max):
            return kind
    return None


def territory_type(told: TerritoryType | None, by_kato: TerritoryType | None) -> TerritoryType | None:
    """The type that counts: the code's where it decides, except that a small town wins over a monotown (A-38)."""
    return told if told == "small-town" and by_kato == "monotown" else by_kato or told
