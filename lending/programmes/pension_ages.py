"""The day a person reaches pension age, by sex and by date (746-LN-01).

The ages are in ``pension_ages.toml``. Whether it matters to a programme is the edition's word.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from ledger.identifiers import Sex
from lending.programmes.months import add_months


@cache
def _ages() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files("lending.programmes").joinpath("pension_ages.toml").read_text(encoding="utf-8"))


def pension_age_on(birth: date, sex: Sex, on: date) -> date:
    """The day on which someone born on ``birth`` reaches the pension age that is in force on ``on``.

    Dates before the first age on file are counted by that first age.
    """
    ages = _ages()[sex]
    age = [each for each in ages if each["from"] <= on][-1:] or ages[:1]
    return add_months(birth, age[0]["years"] * 12 + age[0]["months"])
