"""An application for a microcredit: the facts that the programmes judge, as they are handed in.

The fields are those of ``nesie check``; a field that is absent or null is not known, and nothing is assumed in its
place. That there is no certificate, referral or guarantee is said by ``false``. Values that cannot be true (an
identification number with a wrong control digit, an unknown word, a negative sum) are refused while reading; what
the law says of the others is judged in `lending.programmes.checking`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from moneyed import Money
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)
from pydantic import ValidationError as Unreadable

from ledger.errors import BadInput
from ledger.identifiers import IdNumber
from ledger.money import KZT, to_tiyn
from lending.amortisation.terms import MAX_RATE_DECIMALS
from lending.programmes.territories import TerritoryType

LenderType = Literal["mfo", "credit-partnership", "bank", "ffsa", "acc", "damu"]
Purpose = Literal[
    "open-microbusiness", "create-microenterprise", "expand", "create-cooperative", "develop-anchor", "investment",
    "working-capital", "develop-cooperative", "consumer", "refinance", "buy-housing", "build-housing", "buy-land",
    "excisable-goods",
]  # fmt: skip
CertificateKind = Literal["bastau-completion", "bastau-participation", "direction-1-training", "other-training"]


@dataclass(eq=False, kw_only=True)
class BadApplication(BadInput):
    """An application with a field that is unknown, of the wrong kind, or impossible."""

    code = "bad-application"
    sentence = "Application {number}: {field} is not understood: {reason}; found {found}."
    number: int
    field: str
    reason: str
    found: str


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("expected a decimal in quotes")  # noqa: TRY004 - pydantic words only ValueErrors
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise ValueError("expected a decimal in quotes") from error


def _amount(value: object) -> Money:
    number = _decimal(value)
    if not number.is_finite() or number <= 0:
        raise ValueError("expected an amount of tenge above 0, like 6000000.00")
    money = Money(number, KZT)
    try:
        to_tiyn(money)
    except BadInput as error:
        raise ValueError(str(error)) from error
    return money


def _fraction(value: object) -> Decimal:
    number = _decimal(value)
    if not (number.is_finite() and 0 <= number <= 1):
        raise ValueError("expected a fraction from 0 to 1, like 0.06 for 6 %")
    return number


def _agreed_rate(value: object) -> Decimal:
    number = _fraction(value)
    if number != round(number, MAX_RATE_DECIMALS):
        raise ValueError(f"expected a fraction with at most {MAX_RATE_DECIMALS} decimals, like 0.06 for 6 %")
    return number


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError as error:
        raise ValueError("expected a date like 2019-05-20") from error
    if day is None or not 1950 <= day.year <= 2100:
        raise ValueError("expected a date from 1950 to 2100, like 2019-05-20")
    return day


def _id_number(value: object) -> IdNumber:
    try:
        return IdNumber.parse(value if isinstance(value, str) else "")
    except BadInput as error:
        raise ValueError(str(error)) from error


def _written(example: str, **more: object) -> WithJsonSchema:
    """How a value is written in JSON, for the descriptions that machines read."""
    return WithJsonSchema({"type": "string", "examples": [example], **more})


Amount = Annotated[Money, BeforeValidator(_amount), _written("6000000.00", pattern=r"^\d{1,16}(\.\d{1,2})?$")]
Fraction = Annotated[Decimal, BeforeValidator(_fraction), _written("0.85", pattern=r"^(0(\.\d+)?|1(\.0+)?)$")]
AgreedRate = Annotated[Decimal, BeforeValidator(_agreed_rate), _written("0.06", pattern=r"^(0(\.\d{1,12})?|1)$")]
Day = Annotated[date, BeforeValidator(_day), _written("2019-05-20", format="date")]
Number = Annotated[IdNumber, BeforeValidator(_id_number), _written("850101300018", pattern=r"^\d{12}$")]
Months = Annotated[StrictInt, Field(ge=0, le=600)]
Kato = Annotated[str, StringConstraints(pattern=r"^\d{9}$")]
Oked = Annotated[str, StringConstraints(pattern=r"^\d{2}(\.?\d{1,3}){0,2}$")]


class Part(BaseModel):
    """What an application and its parts have in common: frozen, and no field that is not known to us."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Lender(Part):
    """Who lends, and the operator whose money it is."""

    type: LenderType | None = None
    funded_by: Literal["acc", "damu"] | None = None


class Borrower(Part):
    """Who borrows."""

    id_number: Number | None = None
    kind: Literal["individual-entrepreneur", "legal-entity", "peasant-farm", "cooperative"] | None = None
    size: Literal["micro", "small", "medium", "large"] | None = None
    registered_on: Day | None = None
    tax_registered: StrictBool | None = None
    anchor_cooperation: StrictBool | None = None


class Territory(Part):
    """Where the project is carried out."""

    type: TerritoryType | None = None
    kato: Kato | None = None


class Fee(Part):
    """A charge of the lender's. ``kind`` is free text but for ``breach``: owed only when the borrower breaks the
    contract. ``agreed``: whether its size was agreed beforehand in writing with the operator. ``on`` None: with the
    contract.
    """

    kind: str | None = None
    name: str | None = None
    amount: Amount | None = None
    on: Day | None = None
    agreed: StrictBool | None = None


class Certificate(Part):
    """Proof of training in the basics of business."""

    kind: CertificateKind | None = None
    issued_on: Day | None = None
    number: str | None = None


class Referral(Part):
    """Referral of the employment centre to the lender."""

    number: str | None = None
    issued_on: Day | None = None


class Guarantee(Part):
    """A guarantee asked for; ``share`` of the microcredit."""

    guarantor: Literal["kazagrogarant", "damu"] | None = None
    share: Fraction | None = None


class Application(Part):
    """The facts of one application; see ``nesie check`` for the meaning of each."""

    edition: str | None = None
    contract_date: Day | None = None
    applied_on: Day | None = None
    source: Literal["fresh", "returned"] | None = None
    lender: Lender = Lender()
    borrower: Borrower = Borrower()
    territory: Territory = Territory()
    purpose: Purpose | None = None
    sector: Literal["livestock", "other-agriculture", "other"] | None = None
    oked: Oked | None = None
    amount: Amount | None = None
    annual_rate: AgreedRate | None = None
    effective_rate: Fraction | None = None
    months: Annotated[Months, Field(gt=0)] | None = None
    every_months: Literal[1, 3, 6, 12] | None = None
    method: Literal["annuity", "equal-principal", "bullet", "custom"] | None = None
    day_count: Literal["30/360", "act/365", "act/360", "act/act"] | None = None
    principal_grace_months: Months | None = None
    interest_grace_months: Months | None = None
    fees: tuple[Fee, ...] | None = None
    job_clause: StrictBool | None = None
    jobs_promised: Annotated[StrictInt, Field(ge=0)] | None = None
    certificate: Certificate | Literal[False] | None = None
    referral: Referral | Literal[False] | None = None
    guarantee: Guarantee | Literal[False] | None = None
    change_of_use_by: Day | None = None


#: Parts of an application that may be null as a whole.
_PARTS = ("lender", "borrower", "territory")


def application_from_json(data: object, number: int = 1) -> Application:
    """The application in a decoded JSON object; ``number`` is its place in the file, for the refusal.

    Raises:
        BadApplication: naming the first field that is unknown, of the wrong kind, or impossible.
    """
    if not isinstance(data, Mapping):
        raise BadApplication(number=number, field="the whole", reason="expected an object", found=repr(data)[:_SHOWN])
    given = {key: value for key, value in data.items() if not (key in _PARTS and value is None)}
    try:
        return Application.model_validate(given)
    except Unreadable as error:
        first: Any = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"] if part not in _BRANCHES)
        reason = first["msg"].removeprefix("Value error, ")
        raise BadApplication(number=number, field=place, reason=reason, found=repr(first["input"])[:_SHOWN]) from error


#: How pydantic names the alternatives of a field in the place of an error.
_BRANCHES = frozenset({"Certificate", "Referral", "Guarantee", "literal[False]"})
#: How much of a wrong value is quoted back.
_SHOWN = 80
