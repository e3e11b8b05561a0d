"""The demo's calibration, read from its file into a frozen value.

What each figure is and where it comes from is said in ``calibration.toml``; nothing is decided here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Stream = Literal["rural", "city"]
STREAMS: tuple[Stream, ...] = ("rural", "city")


@dataclass(frozen=True, slots=True)
class StreamShape:
    """What lending of one stream looks like; ``every_months`` and ``regions`` are weights."""

    units_a_year: int
    cap_mci: int
    amount_shape: tuple[float, float]
    livestock_share: float
    every_months: dict[int, int]
    regions: dict[str, int]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything the demo assumes; shares are fractions of one.

    ``guarantees`` and ``grants`` are units by year at the real volume, ``grants_played`` the part of grants told of,
    ``guarantees_waiting`` applications that each guarantor has not decided when the story ends.
    """

    years: tuple[int, ...]
    streams: dict[Stream, StreamShape]
    start_up: float
    acting_from: int
    ffsa_of_rural: float
    unused: float
    services_of_rural: float
    villages_of_rural: float
    cities_of_city: float
    interest_grace: float
    season_weights: tuple[int, ...]
    borrowers: dict[str, float]
    guarantees: dict[Stream, tuple[int, ...]]
    guaranteed_defaulting: float
    guarantees_waiting: int
    grants: tuple[int, ...]
    grants_played: float

    def loans_of(self, loans: int, stream: Stream) -> int:
        """How many of ``loans`` fresh loans of the whole programme are of one stream."""
        units = {name: shape.units_a_year for name, shape in self.streams.items()}
        return round(loans * units[stream] / sum(units.values()))

    def scale(self, loans: int) -> float:
        """What part of the real volume ``loans`` fresh loans of the whole programme are."""
        return loans / (len(self.years) * sum(shape.units_a_year for shape in self.streams.values()))


def _stream(document: dict[str, Any], name: Stream) -> StreamShape:
    table = document[name]
    low, high = table["amount_shape"]
    return StreamShape(
        units_a_year=table["units_a_year"],
        cap_mci=table["cap_mci"],
        amount_shape=(low, high),
        livestock_share=table["livestock_share"],
        every_months={int(months): weight for months, weight in table["every_months"].items()},
        regions=document["regions"][name],
    )


@cache
def calibration() -> Calibration:
    """The calibration in ``calibration.toml``."""
    document = tomllib.loads(files("api.demo").joinpath("calibration.toml").read_text(encoding="utf-8"))
    return Calibration(
        years=tuple(document["years"]),
        streams={name: _stream(document, name) for name in STREAMS},
        start_up=document["shares"]["start_up"],
        acting_from=document["shares"]["acting_from"],
        ffsa_of_rural=document["shares"]["ffsa_of_rural"],
        unused=document["shares"]["unused"],
        services_of_rural=document["shares"]["services_of_rural"],
        villages_of_rural=document["shares"]["villages_of_rural"],
        cities_of_city=document["shares"]["cities_of_city"],
        interest_grace=document["shares"]["interest_grace"],
        season_weights=tuple(document["seasons"]["weights"]),
        borrowers=document["borrowers"],
        guarantees={name: tuple(document["guarantees"][name]) for name in STREAMS},
        guaranteed_defaulting=document["guarantees"]["defaulting"],
        guarantees_waiting=document["guarantees"]["waiting"],
        grants=tuple(document["grants"]["units"]),
        grants_played=document["grants"]["played"],
    )
