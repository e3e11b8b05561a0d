"""What an edition says of the guarantee of one loan: the ``[guarantee]`` table of its file, for given facts.

An edition without that table has no guarantees (the Road Map, RM-GU-01). Every value keeps its rule and clause.
Concluding guarantees by these values is the business of the package above lending.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from ledger.errors import NotFound
from lending.programmes.editions import Cited, edition

BorrowerClass = Literal["start-up", "beginning", "operating", "anchor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeTerms:
    """What holds for the guarantee of a loan to one class of borrower in one kind of place.

    ``guarantor`` is an organisation's code in small letters; ``share_max`` the highest part of the loan,
    ``commission_rate`` the part of the guarantee that the akimat pays, ``first_transfer`` the part of a year's
    commissions paid at its start; ``guarantors_max`` how many guarantors one administrative unit may engage.
    """

    issued_from: Cited[date]
    lenders: Cited[Collection[str]]
    purposes: Cited[Collection[str]]
    amount_max_mci: Cited[int]
    rate_max: Cited[Decimal]
    share_max: Cited[Decimal]
    guarantor: Cited[str]
    commission_rate: Cited[Decimal]
    first_transfer: Cited[Fraction]
    guarantors_max: Cited[int]


def guarantee_terms(
    name: str, territory_type: str, borrower_class: BorrowerClass = "operating"
) -> GuaranteeTerms | None:
    """The terms of edition ``name``, or ``None`` when it has no guarantees.

    Raises:
        NotFound: there is no such edition, or no guarantor serves such places.
    """
    table = _table(name)
    if table is None:
        return None
    places = [each for each in table["territories"].values() if territory_type in each["types"]["is"]]
    if not places:
        raise NotFound(what=f"territory of guarantees in edition {name}", name=territory_type)
    shares = table["shares"]
    values = {each: value for each, value in (table | places[0]).items() if each in GuaranteeTerms.__slots__}
    values["share_max"] = shares.get(borrower_class, shares["operating"])
    return GuaranteeTerms(**{each: _cited(value, _EXACT.get(each)) for each, value in values.items()})


def borrower_class(name: str, registered_on: date | None, applied_on: date, *, anchor: bool) -> BorrowerClass:
    """The class, by edition ``name``, of a borrower who applied on a day, by the age of the business (A-01, A-03).

    Taking part in an anchor cooperation comes before age (A-40). A business of unknown age counts as operating,
    which has the lower cap.

    Raises:
        NotFound: there is no such edition.
    """
    table = _table(name) or {}
    if anchor and "anchor" in table.get("shares", {}):
        return "anchor"
    if registered_on is None:
        return "operating"
    months = (applied_on.year - registered_on.year) * 12 + applied_on.month - registered_on.month
    months -= applied_on.day < registered_on.day
    for younger, limit in (("start-up", "start_up_months"), ("beginning", "beginning_months")):
        if limit in table and months < table[limit]["is"]:
            return "start-up" if younger == "start-up" else "beginning"
    return "operating"


#: Values written as text in the files because they are exact.
_EXACT: Mapping[str, type] = {
    "rate_max": Decimal, "share_max": Decimal, "commission_rate": Decimal, "first_transfer": Fraction,
}  # fmt: skip


@cache
def _table(name: str) -> dict[str, Any] | None:
    path = files("lending.programmes").joinpath(f"{edition(name).id}.toml")
    table: dict[str, Any] | None = tomllib.loads(path.read_text(encoding="utf-8")).get("guarantee")
    return table


def _cited(value: Mapping[str, Any], exact: type | None) -> Cited[Any]:
    return Cited(exact(value["is"]) if exact else value["is"], value["rule"], value["clause"])
