"""What an edition says of support money: the operating subsidy of MFOs, and the state grant.

A view of the provisions ``subsidy.*`` and ``grant.*`` of an edition, each value with its rule and clause. An edition
without them knows no such support. Judging by the values is left to `lending.support`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from lending.programmes.editions import Edition, edition
from lending.programmes.provisions import Case, fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyTerms:
    """The operating subsidy: a ``share`` of what counts, for ``lenders`` written as kind and funder (``mfo/acc``).

    ``territories`` and ``sources`` (of the money: fresh or returned) are those of loans that count, ``purposes`` what
    the programme lends for in each of the territories. ``utilised_share`` is the part of a tranche that must be lent,
    ``documents_min`` how many documents of the lender's that is confirmed on at least.
    """

    share: Case[Decimal]
    lenders: Case[tuple[str, ...]]
    territories: Case[tuple[str, ...]]
    sources: Case[tuple[str, ...]]
    programme_purposes: Case[bool]
    utilised_share: Case[Fraction]
    documents_min: Case[int]
    purposes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms:
    """The state grant: at most ``amount_mci`` monthly indices, ``times`` a participant, after a chamber's ``opinion``.

    ``trained`` and ``untrained`` are the grounds that do and do not ask for training. Support under programmes other
    than ``own_programmes`` bars it. The grantee is accompanied for ``accompaniment_months``.
    """

    amount_mci: Case[int]
    times: Case[int]
    trained: Case[tuple[str, ...]]
    untrained: Case[tuple[str, ...]]
    own_programmes: Case[tuple[str, ...]]
    uses: Case[tuple[str, ...]]
    uses_forbidden: Case[tuple[str, ...]]
    opinion: Case[bool]
    accompaniment_months: Case[int]


@cache
def subsidy_terms(name: str) -> SubsidyTerms | None:
    """The subsidy of an edition, ``None`` where it has none (RM-SU-01).

    Raises:
        NotFound: there is no such edition.
    """
    of = edition(name)
    values = _values(of, "subsidy", SubsidyTerms)
    if not values:
        return None
    return SubsidyTerms(**values, purposes={each: _purposes(of, each) for each in values["territories"].value})


@cache
def grant_terms(name: str) -> GrantTerms | None:
    """The grant of an edition, ``None`` where it has none.

    Raises:
        NotFound: there is no such edition.
    """
    values = _values(edition(name), "grant", GrantTerms)
    return GrantTerms(**values) if values else None


def _values(of: Edition, table: str, terms: type) -> dict[str, Any]:
    """The provisions of a table that ``terms`` has fields for; they depend on no facts, so each is one case."""
    found = {each.name: of.provisions.get(f"{table}.{each.name}") for each in fields(terms)}
    return {name: cases[0] for name, cases in found.items() if cases}


def _purposes(of: Edition, territory: str) -> tuple[str, ...]:
    """What the programme lends for in a territory."""
    [allowed] = fitting(of.provision("purposes.allowed"), {"territory": territory}).cases
    purposes: tuple[str, ...] = allowed.value
    return purposes
