"""What the programmes leave open about guarantees, as choices with defaults.

The texts give caps, commissions and transfers, and leave claims, recourse and accounting to the guarantee rules
(A-48). The defaults are in ``policy.toml``. A contract keeps the choices it was concluded under (`Conditions`);
what concerns a whole year or book (`Practice`) is the guarantor's and akimat's habit.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Reduction = Literal["proportional", "repaid-last", "repaid-first"]
Covered = Literal["principal", "interest", "penalty"]
Sharing = Literal["pro-rata", "lender-first", "guarantor-first"]
Income = Literal["over-term", "at-once"]
Unused = Literal["return", "carry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a guarantee contract agrees on beside sums: kept with the contract for life.

    ``default_days`` in arrears make a default; claims are taken until ``claim_days`` after the term, inclusive.
    """

    reduction: Reduction
    covers: tuple[Covered, ...]
    default_days: int
    claim_days: int
    sharing: Sharing
    documents: tuple[str, ...]

    def stored(self) -> dict[str, Any]:
        """The conditions as JSON values."""
        return asdict(self) | {"covers": list(self.covers), "documents": list(self.documents)}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Conditions:
        """The conditions out of JSON or TOML values; others beside them are passed over."""
        own = {name: values[name] for name in cls.__slots__}
        return cls(**own | {"covers": tuple(own["covers"]), "documents": tuple(own["documents"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """How a guarantor takes commission as income, and what becomes of commission unused in a year."""

    income: Income
    unused: Unused


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("guarantees").joinpath("policy.toml").read_text(encoding="utf-8"))


def default_conditions() -> Conditions:
    """The conditions of ``policy.toml``."""
    return Conditions.of(_document())


def default_practice() -> Practice:
    """The practice of ``policy.toml``."""
    return Practice(income=_document()["income"], unused=_document()["unused"])
