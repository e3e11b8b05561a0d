"""The monthly minimum wage (МЗП) by date.

Wages of people referred to infrastructure projects and their lift allowance are printed in it (RM-OT-01, RM-OT-02).
The figures live in ``minimum_wage.toml``; nothing here knows what they measure.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from ledger.errors import BadInput


@dataclass(eq=False, kw_only=True)
class NoMinimumWage(BadInput):
    """A date before the first minimum wage on file."""

    code = "no-minimum-wage"
    sentence = "No minimum wage is on file for {on}; the earliest is of {earliest}."
    on: date
    earliest: date


@cache
def _table() -> dict[date, int]:
    text = files("lending.programmes").joinpath("minimum_wage.toml").read_text(encoding="utf-8")
    return {row["from"]: row["is"] for row in tomllib.loads(text)["minimum_wage"]}


def minimum_wage(on: date) -> int:
    """The wage in whole tenge a month in force on ``on``; the last one on file counts for later dates too.

    Raises:
        NoMinimumWage: the date is before the first wage on file.
    """
    in_force = [start for start in _table() if start <= on]
    if not in_force:
        raise NoMinimumWage(on=on, earliest=min(_table()))
    return _table()[max(in_force)]
