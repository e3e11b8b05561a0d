"""Regions of the country by date, with their names in three languages.

A region is known by its KATO code; the set of regions and their names change, so every question takes a date. The
data are in ``regions.toml``; districts and settlements come from the classifier that is imported at run time.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from ledger.errors import NotFound


@dataclass(frozen=True, slots=True)
class Region:
    """A region as it is called on the date asked for; ``predecessor`` is the code it was carved out of."""

    code: str
    name_kk: str
    name_ru: str
    name_en: str
    predecessor: str | None


@cache
def _rows() -> dict[str, dict[str, Any]]:
    text = files("lending.programmes").joinpath("regions.toml").read_text(encoding="utf-8")
    return {row["code"]: row for row in tomllib.loads(text)["region"]}


def region(code: str, on: date) -> Region:
    """The region that ``code`` belongs to (any KATO code: its first two digits tell), named as on ``on``.

    Raises:
        NotFound: no region has these first two digits.
    """
    row = _rows().get(code[:2].ljust(9, "0"))
    if row is None:
        raise NotFound(what="region", name=code)
    name = [each for each in row["names"] if each.get("from", date.min) <= on][-1]
    return Region(row["code"], name["kk"], name["ru"], name["en"], row.get("predecessor"))


def regions(on: date) -> list[Region]:
    """Every region that exists on ``on``, by code."""
    codes = sorted(code for code, row in _rows().items() if row.get("from", date.min) <= on <= row.get("to", date.max))
    return [region(code, on) for code in codes]
