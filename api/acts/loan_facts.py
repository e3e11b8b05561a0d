"""What a lender tells of a borrower and a loan: the fields that a new contract and an application have in common.

They are the facts that ``nesie check`` judges, under the names people fill in; `facts_of` gives them in the form that
is judged. What is left empty is not known to the rules, and a paper that does not exist is said not to exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from api.acts.act import Asked, Fraction, Id, Line, Tenge


def _number(given: Any) -> Any:
    return int(given) if isinstance(given, str) and given.isdecimal() else given


Months = Annotated[int, Field(ge=0, le=600)]
Every = Annotated[Literal[1, 3, 6, 12], BeforeValidator(_number)]


class LoanFacts(Asked):
    """A borrower, a project and the terms of a loan, out of the money of one agreement."""

    facility_id: Id
    borrower_id_number: Line
    borrower_name: Line
    borrower_kind: Literal["individual-entrepreneur", "peasant-farm", "legal-entity", "cooperative"]
    borrower_size: Literal["micro", "small", "medium", "large"] = "micro"
    registered_on: date | None = None
    tax_registered: bool = False
    anchor_cooperation: bool = False
    territory: Literal["rural", "small-town", "city", "monotown", "major-city"]
    kato: Annotated[str, Field(pattern=r"^\d{9}$")] | None = None
    purpose: Literal[
        "open-microbusiness", "create-microenterprise", "expand", "create-cooperative", "develop-anchor", "investment",
        "working-capital", "develop-cooperative",
    ]  # fmt: skip
    sector: Literal["livestock", "other-agriculture", "other"]
    oked: Annotated[str, Field(pattern=r"^\d{2}(\.?\d{1,3}){0,2}$")] | None = None
    source: Literal["fresh", "returned"] = "fresh"
    amount: Tenge
    annual_rate: Fraction
    months: Annotated[int, Field(gt=0, le=600)]
    every_months: Every = 1
    method: Literal["annuity", "equal-principal", "bullet"] = "annuity"
    day_count: Literal["30/360", "act/365", "act/360", "act/act"] = "30/360"
    principal_grace_months: Months = 0
    interest_grace_months: Months = 0
    job_clause: bool = False
    jobs_promised: Annotated[int, Field(ge=0, le=10_000)] = 0
    certificate_kind: (
        Literal["bastau-completion", "bastau-participation", "direction-1-training", "other-training"] | None
    ) = None
    certificate_number: Line | None = None
    certificate_on: date | None = None
    referral_number: Line | None = None
    referral_on: date | None = None
    guarantor: Literal["kazagrogarant", "damu"] | None = None
    guarantee_share: Fraction | None = None


def facts_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as ``nesie check`` reads them, of `LoanFacts` (or of some of its fields) as JSON values."""
    same = (
        "source", "purpose", "sector", "oked", "amount", "annual_rate", "months", "every_months", "method", "day_count",
        "principal_grace_months", "interest_grace_months", "job_clause", "jobs_promised",
    )  # fmt: skip
    number = told.get("borrower_id_number")
    return {name: told.get(name) for name in same} | {
        "borrower": {
            "id_number": number.replace(" ", "") if number else None, "kind": told.get("borrower_kind"),
            "size": told.get("borrower_size"), "registered_on": told.get("registered_on"),
            "tax_registered": told.get("tax_registered"), "anchor_cooperation": told.get("anchor_cooperation"),
        },
        "territory": {"type": told.get("territory"), "kato": told.get("kato")},
        "fees": [],
        "certificate": _paper(
            kind=told.get("certificate_kind"), number=told.get("certificate_number"),
            issued_on=told.get("certificate_on"),
        ),
        "referral": _paper(number=told.get("referral_number"), issued_on=told.get("referral_on")),
        "guarantee": _paper(guarantor=told.get("guarantor"), share=told.get("guarantee_share")),
    }  # fmt: skip


def _paper(**told: Any) -> dict[str, Any] | Literal[False]:
    return told if any(value is not None for value in told.values()) else False


def sound(asks: type[Asked], given: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form under way that can be read, as JSON values; what is empty is what it is by default."""
    told: dict[str, Any] = {}
    for name, field in asks.model_fields.items():
        adapter = _adapter(asks, name)
        try:
            value = adapter.validate_python(given[name]) if name in given else field.get_default()
            told[name] = adapter.dump_python(value, mode="json")
        except (ValidationError, PydanticSerializationError):
            continue
    return told


@cache
def _adapter(asks: type[Asked], name: str) -> TypeAdapter[Any]:
    field = asks.model_fields[name]
    kind: Any = field.annotation
    return TypeAdapter(Annotated[(kind, *field.metadata)] if field.metadata else kind)
