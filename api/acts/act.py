"""An act: one thing a person can do, described once for the pages and for the HTTP API.

It says what it asks (`Asked`, a pydantic model), whose organisation does it and to what (`Concern`), which service
call it is, when a second person must confirm it, and what to show of its effect (`Measure`). Who may do it stands in
``api/access/matrix.toml``; carrying it out, once and with both people, is `api.acts.performing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from moneyed import Money
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.settings import Settings
from ledger.money import tenge
from ledger.periods import FIRST_DAY, LAST_DAY
from reports.report import Cell, Kind, Text

#: Spaces people write in sums: the plain, the no-break and the narrow no-break one.
_SPACES = re.compile("[ \u00a0\u202f]")


def _plain_number(given: Any) -> Any:
    """``1 250 000,50 ₸`` as people write it, in the form machines read: ``1250000.50``."""
    return _SPACES.sub("", given).replace(",", ".").removesuffix("₸") if isinstance(given, str) else given


#: A sum of tenge above zero with at most two decimals; JSON carries it as a string, people write it as they please.
Tenge = Annotated[
    Decimal,
    BeforeValidator(_plain_number),
    Field(gt=0, max_digits=18, decimal_places=2),
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d{1,16}(\.\d{1,2})?$", "format": "tenge", "examples": ["1250000.50"]}
    ),
]
#: A share or a yearly rate as a fraction: ``0.06`` is six percent.
Fraction = Annotated[
    Decimal,
    BeforeValidator(_plain_number),
    Field(ge=0, le=1, max_digits=7, decimal_places=6),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(0(\.\d{1,6})?|1(\.0{1,6})?)$", "format": "fraction", "examples": ["0.06"]}
    ),
]
#: The id of something on record.
Id = Annotated[int, Field(gt=0, le=2**63 - 1)]
#: A line somebody writes: a number of a paper, a name.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
#: A reason or a note; several lines are welcome.
Prose = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")]


class Asked(BaseModel):
    """What an act asks: frozen, and nothing beyond its fields. Words of a field: ``field.<name>`` of the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _within_the_calendar(cls, value: Any) -> Any:
        if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
            limit = {"le": LAST_DAY} if value > LAST_DAY else {"ge": FIRST_DAY}
            kind = "less_than_equal" if value > LAST_DAY else "greater_than_equal"
            raise PydanticCustomError(kind, "a day that can be reckoned with", limit)
        return value


R = TypeVar("R", bound=Asked)


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it on which business day; ``checker`` is the second person where the act took one."""

    actor: Actor
    today: date
    settings: Settings
    checker: Actor | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    """Whose act it is, and what it is about, as a reference like ``loan:17``."""

    organisation_id: int
    about: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that the act moves, told before and after: ``measure.<key>`` of the catalogue; ``of`` tells which."""

    key: str
    cell: Cell
    kind: Kind = "money"
    of: str = ""


def _alone(_session: Session, _asked: Any, _settings: Settings) -> bool:
    return False


def always(_session: Session, _asked: Any, _settings: Settings) -> bool:
    """A second person confirms every time."""
    return True


#: Ids with the words of what they name.
Options = Callable[[Session, Actor, Mapping[str, str]], Sequence[tuple[int, Text]]]


def _unmeasured(_session: Session, _asked: Any) -> Sequence[Measure]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Act(Generic[R]):
    """One thing a person can do.

    ``path`` is where it stands under ``/api/v1`` (``{loan_id}`` names a field of what it asks). ``concerns`` is asked
    under the actor's own sight, so what they cannot see does not exist; ``work`` runs as the system and returns JSON
    values. ``second`` tells whether another person must confirm; ``fresh_code`` whether a one-time code of the last
    five minutes is needed. ``options`` are what a field that names something by its id may be chosen from, in sight of
    the actor and given what is filled in so far.
    """

    name: str
    asks: type[R]
    path: str
    concerns: Callable[[Session, R, Actor], Concern]
    work: Callable[[Session, Doing, R], Mapping[str, Any]]
    second: Callable[[Session, R, Settings], bool] = _alone
    measures: Callable[[Session, R], Sequence[Measure]] = _unmeasured
    fresh_code: bool = False
    options: Mapping[str, Options] = field(default_factory=dict)


def money(amount: Decimal) -> Money:
    """The sum that was asked as money."""
    return tenge(amount)
