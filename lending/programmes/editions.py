"""Editions of the programmes, read from their files into frozen values.

Every value keeps the id of the rule it comes from and its clause, so that a refusal can cite them. A value the text
does not give is ``None`` here: it belongs to the agreement. Editions are never edited by code; a new one is a new
file. Judging by these values is left to those who know the facts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Generic, Literal, TypeVar

from ledger.errors import NotFound

T = TypeVar("T")

Link = Literal["budget-credit", "operator-loan", "funding-line", "bond"]
Relending = Literal["none", "unlimited", "next-year-end"]
ClockStart = Literal["transfer", "agreement"]
Territory = Literal["rural", "city"]


@dataclass(frozen=True, slots=True)
class Cited(Generic[T]):
    """A value of the law: what it ``is``, the id of its rule, and the clause it stands in."""

    value: T
    rule: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTerms:
    """What an edition says of one link of the chain; ``None`` where it is silent.

    ``rate_max`` is a fraction a year, ``grace_share`` the part of the term that the principal grace may take,
    ``utilisation_from`` where the utilisation clock starts, ``returns_unused`` whether money unused at its end goes
    back to the budget. ``every_months`` and ``method`` are given where the text fixes the repayment.
    """

    rate_max: Cited[Decimal] | None = None
    months_max: Cited[int] | None = None
    grace_share: Cited[Fraction] | None = None
    utilisation_months: Cited[int] | None = None
    utilisation_from: Cited[ClockStart] | None = None
    returns_unused: Cited[bool] | None = None
    every_months: Cited[int] | None = None
    method: Cited[str] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Money returned in one of ``years`` may be lent until a fixed day, inclusive."""

    years: tuple[int, ...]
    until: Cited[date]


@dataclass(frozen=True, slots=True)
class RelendingTerms:
    """What may be done with returned principal; ``return_unused`` is set where an ended window sends it back."""

    policy: Cited[Relending]
    return_unused: Cited[bool] | None
    windows: tuple[Window, ...]

    def window(self, year: int) -> Window | None:
        """The fixed window of money returned in ``year``, if it has one."""
        return next((window for window in self.windows if year in window.years), None)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of one programme; in force from ``effective_from`` to ``effective_to``, both inclusive."""

    id: str
    name: Mapping[str, str]
    effective_from: date
    effective_to: date
    relending: RelendingTerms
    chain: Mapping[str, LinkTerms]
    variants: Mapping[tuple[str, str], LinkTerms]

    def link(self, link: str, *, lender: str, territory: str | None) -> LinkTerms:
        """Terms of a link for this lender (its organisation code) and territory.

        Raises:
            NotFound: the programme has no such link.
        """
        if link not in self.chain:
            raise NotFound(what=f"link of edition {self.id}", name=link)
        terms = self.chain[link]
        for key in (lender.lower(), territory or ""):
            variant = self.variants.get((link, key))
            if variant is not None:
                terms = replace(terms, **_given(variant))
        return terms


EDITIONS = ("919", "746", "road-map")


def edition(name: str) -> Edition:
    """The edition called ``919``, ``746`` or ``road-map``.

    Raises:
        NotFound: there is no such edition.
    """
    if name not in EDITIONS:
        raise NotFound(what="edition", name=name)
    return _read(name)


@cache
def _read(name: str) -> Edition:
    document = tomllib.loads(files("lending.programmes").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    chain: dict[str, Any] = document["chain"]
    relending = document["relending"]
    variants = {
        (link, key): _link_terms(values)
        for link, table in chain.items()
        for dimension in ("by_lender", "by_territory")
        for key, values in table.pop(dimension, {}).items()
    }
    return Edition(
        id=document["id"],
        name=document["name"],
        effective_from=document["effective_from"],
        effective_to=document["effective_to"],
        relending=RelendingTerms(
            _cited(relending["policy"]),
            _cited(relending["return_unused"]) if "return_unused" in relending else None,
            tuple(Window(tuple(each["years"]), _cited(each["until"])) for each in relending.get("windows", ())),
        ),
        chain={link: _link_terms(table) for link, table in chain.items()},
        variants=variants,
    )


def _link_terms(table: Mapping[str, Mapping[str, Any]]) -> LinkTerms:
    return LinkTerms(**{name: _cited(value, EXACT.get(name)) for name, value in table.items()})


def _cited(value: Mapping[str, Any], exact: type | None = None) -> Cited[Any]:
    return Cited(exact(value["is"]) if exact else value["is"], value["rule"], value["clause"])


def _given(terms: LinkTerms) -> dict[str, Any]:
    values = {name: getattr(terms, name) for name in LinkTerms.__slots__}
    return {name: value for name, value in values.items() if value is not None}


#: Values written as text in the files because they are exact fractions.
EXACT: Mapping[str, type] = {"rate_max": Decimal, "grace_share": Fraction}
