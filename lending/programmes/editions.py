"""Editions of the programmes, read from their files into frozen values.

Every value keeps the id of the rule it comes from and its clause, so that a refusal can cite them. A value the text
does not give is absent here: it belongs to the agreement. Editions are never edited by code; a new one is a new file,
found by itself. Judging by these values is left to those who know the facts.
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
from importlib.resources.abc import Traversable
from typing import Any, Generic, Literal, TypeVar

from ledger.errors import Broken, NotFound
from lending.programmes.provisions import PROVISIONS, Case

T = TypeVar("T")

Link = Literal["budget-credit", "operator-loan", "funding-line", "bond"]
Relending = Literal["none", "unlimited", "next-year-end"]
ClockStart = Literal["transfer", "agreement"]
Territory = Literal["rural", "city"]
Measure = Literal[
    "loans", "amount", "amount-local-budget", "amount-republican-budget", "start-up-share", "guarantees", "training",
    "opened-share", "grants", "economy",
]  # fmt: skip


@dataclass(eq=False, kw_only=True)
class BadEdition(Broken):
    """A file of an edition that cannot be the law: a name nobody asks for, or a value of the wrong kind."""

    code = "bad-edition"
    sentence = "Edition file {file}: {where} is not understood; found {found}. Compare it with the other editions."
    file: str
    where: str
    found: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDuty:
    """A duty to report as the edition states it; parties and content are codes.

    ``day`` is the last day in time, included, of the month ``months_after`` the last one of the period; None where
    the text gives no day.
    """

    rule: str
    clause: str
    senders: tuple[str, ...]
    receivers: tuple[str, ...]
    content: tuple[str, ...]
    frequency: Literal["month", "quarter", "half-year", "year"]
    day: int | None
    months_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A target by year. ``unit``: units, thousand, million-tenge or percent; ``source``: the text or its action plan
    (where the two differ the text is the target, A-56). ``territory`` is None for the whole country.
    """

    rule: str
    edition: str
    clause: str
    measure: Measure
    territory: Territory | None
    unit: str
    source: Literal["text", "plan"]
    targets: Mapping[int, Decimal]

    def target(self, year: int) -> Decimal | None:
        """The figure set for ``year``; nothing for a year without one."""
        return self.targets.get(year)


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
    provisions: Mapping[str, tuple[Case[Any], ...]]
    reports: tuple[ReportDuty, ...]
    indicators: tuple[Indicator, ...]

    def provision(self, name: str) -> tuple[Case[Any], ...]:
        """The cases of a provision such as ``loan.amount_mci`` (see `PROVISIONS`); none where the text is silent."""
        assert name in PROVISIONS, name
        return self.provisions.get(name, ())

    def in_force(self, on: date) -> bool:
        """Whether agreements of that day are concluded under this edition."""
        return self.effective_from <= on <= self.effective_to

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


def edition(name: str) -> Edition:
    """The edition called ``919``, ``746`` or ``road-map``, or by the ``id`` of any other file here.

    Raises:
        NotFound: there is no such edition.
    """
    found = editions().get(name)
    if found is None:
        raise NotFound(what="edition", name=name)
    return found


@cache
def editions() -> Mapping[str, Edition]:
    """All editions by id, in the order they came into force."""
    return read_editions(files("lending.programmes"))


def read_editions(folder: Traversable) -> Mapping[str, Edition]:
    """The editions in a folder: every TOML file in it that says from when it is in force.

    Raises:
        BadEdition: a file has a table, a name or a value that no rule understands.
    """
    documents = {
        file.name: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
    found = [_edition(name, document) for name, document in documents.items() if "effective_from" in document]
    return {each.id: each for each in sorted(found, key=lambda each: (each.effective_from, each.id))}


def _edition(file: str, document: Mapping[str, Any]) -> Edition:
    chain: dict[str, Any] = document.get("chain", {})
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
        provisions=_provisions(file, document),
        reports=tuple(_report(each) for each in document.get("reports", ())),
        indicators=tuple(_indicator(document["id"], each) for each in document.get("indicators", ())),
    )


#: What a file of an edition holds besides the tables of `PROVISIONS`.
OWN_TABLES = ("id", "name", "effective_from", "effective_to", "relending", "chain", "reports", "indicators")


def _provisions(file: str, document: Mapping[str, Any]) -> dict[str, tuple[Case[Any], ...]]:
    found = {}
    for table, entries in document.items():
        if table in OWN_TABLES:
            continue
        for name, cases in entries.items():
            where = f"{table}.{name}"
            if where not in PROVISIONS:
                raise BadEdition(file=file, where=where, found=str(cases))
            found[where] = tuple(_case(file, where, each) for each in (cases if isinstance(cases, list) else [cases]))
    return found


def _case(file: str, where: str, case: Mapping[str, Any]) -> Case[Any]:
    kind, value = PROVISIONS[where], case.get("is")
    written = {Decimal: str, Fraction: str, tuple: list}.get(kind, kind)
    if type(value) is not written or not case.keys() <= {"is", "rule", "clause", "when"}:
        raise BadEdition(file=file, where=where, found=str(case))
    when = {fact: tuple(values) for fact, values in case.get("when", {}).items()}
    return Case(kind(value) if written is not kind else value, case["rule"], case["clause"], when)


def _report(entry: Mapping[str, Any]) -> ReportDuty:
    return ReportDuty(
        rule=entry["rule"],
        clause=entry["clause"],
        senders=tuple(entry["from"]),
        receivers=tuple(entry["to"]),
        content=tuple(entry["content"]),
        frequency=entry["frequency"],
        day=entry.get("day"),
        months_after=entry.get("months_after", 1),
    )


def _indicator(edition: str, entry: Mapping[str, Any]) -> Indicator:
    return Indicator(
        rule=entry["rule"],
        edition=edition,
        clause=entry["clause"],
        measure=entry["measure"],
        territory=entry.get("territory"),
        unit=entry["unit"],
        source=entry.get("source", "text"),
        targets={int(year): Decimal(str(value)) for year, value in entry["targets"].items()},
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

#: Ids of all editions, in the order they came into force.
EDITIONS: tuple[str, ...] = tuple(editions())
