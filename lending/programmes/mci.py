"""The monthly calculation index (МРП, АЕК) by date and purpose.

Caps of loans, guarantees and grants are printed in MCI; the index in force on the contract date decides (A-27).
The figures live in ``mci.toml``; nothing here knows what they limit.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from ledger.errors import BadInput

Purpose = Literal["general", "social"]


@dataclass(eq=False, kw_only=True)
class NoIndex(BadInput):
    """A date before the first index on file."""

    code = "no-mci"
    sentence = "No monthly calculation index is on file for {on}; the earliest is of {earliest}."
    on: date
    earliest: date


@cache
def _table() -> list[dict[str, Any]]:
    text = files("lending.programmes").joinpath("mci.toml").read_text(encoding="utf-8")
    return sorted(tomllib.loads(text)["mci"], key=lambda row: row["from"])


def mci(on: date, purpose: Purpose = "general") -> int:
    """The index in whole tenge in force on ``on``; the last one on file counts for later dates too.

    Raises:
        NoIndex: the date is before the first index on file.
    """
    in_force = [row for row in _table() if row["from"] <= on]
    if not in_force:
        raise NoIndex(on=on, earliest=_table()[0]["from"])
    newest = in_force[-1]
    return int(newest.get(purpose, newest["general"]))
