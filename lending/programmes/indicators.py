"""Target indicators that lending is measured by, and which loans count towards them.

The figures stand in the editions, each with its rule and clause. 746 sets those of 919 anew from 2017 on, so the newest
edition that has any gives the targets. What was reached is counted by those who read the loans.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from lending.programmes.editions import Indicator, Territory, editions

Measure = Literal["loans", "amount", "start-up-share"]

#: The kinds of territory whose loans count towards the indicators of rural settlements and small towns; all others
#: count towards those of cities and monotowns.
RURAL: frozenset[str] = frozenset({"rural", "small-town"})


@cache
def indicators() -> tuple[Indicator, ...]:
    """All targets in microcredits, sums and shares of start-ups, by territory, in the order of the edition's tables."""
    newest = [edition.indicators for edition in editions().values() if edition.indicators][-1]
    return tuple(each for each in newest if each.measure in get_args(Measure))


def stream(territory_type: str) -> Territory:
    """Which indicators a loan in a territory of this type counts towards."""
    return "rural" if territory_type in RURAL else "city"
