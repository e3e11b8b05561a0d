"""Target indicators of lending: what the programmes set out to lend, by year, kind of territory and measure.

The figures are data (``indicators.toml``), each with its rule and the clause it stands in. What was reached is
counted by those who read the loans.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Measure = Literal["loans", "amount", "start-up-share"]
Stream = Literal["rural", "city"]

#: The kinds of territory whose loans count towards the indicators of rural settlements and small towns; all others
#: count towards those of cities and monotowns.
RURAL: frozenset[str] = frozenset({"rural", "small-town"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator. ``target`` by year: microcredits, million tenge or percent, as ``measure`` says."""

    rule: str
    edition: str
    territory: Stream
    measure: Measure
    source: Literal["text", "plan"]
    clause: str
    targets: dict[int, int]

    def target(self, year: int) -> int | None:
        """The figure set for ``year``; nothing outside the years of the programme."""
        return self.targets.get(year)


@cache
def indicators() -> tuple[Indicator, ...]:
    """All indicators, by territory, in the order of the programme's tables."""
    rows = tomllib.loads(files("lending.programmes").joinpath("indicators.toml").read_text("utf-8"))["indicator"]
    return tuple(
        Indicator(**{**row, "targets": {int(year): value for year, value in row["targets"].items()}}) for row in rows
    )


def stream(territory_type: str) -> Stream:
    """Which indicators a loan in a territory of this type counts towards."""
    return "rural" if territory_type in RURAL else "city"
