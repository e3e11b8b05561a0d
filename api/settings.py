"""Settings: the only reader of the environment.

Everything the process takes from outside is a documented field here, read once at start-up into a frozen value and
passed down as arguments. Unknown variables that begin with ``NESIE_`` are refused, because a misspelt setting that
is silently ignored is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.errors import BadInput

Language = Literal["kk", "ru", "en"]
RegisterStrictness = Literal["strict", "standard", "lenient"]
ALMATY = ZoneInfo("Asia/Almaty")


@dataclass(eq=False, kw_only=True)
class BadSetting(BadInput):
    """An environment variable that is unknown or has a value that makes no sense."""

    code = "bad-setting"
    sentence = "The setting {name} cannot be used: {reason}. Known settings: {known}."
    name: str
    reason: str
    known: str


class Settings(BaseModel):
    """What a process is told by its environment (each field is ``NESIE_`` and its name in capitals)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=lambda: user_data_path("nesie"),
        description="folder of the embedded database and of what the system writes",
    )
    database_url: str | None = Field(
        default=None, description="address of a PostgreSQL server (15 or later); without it the embedded one is used"
    )
    language: Language = Field(default="en", description="language of messages and reports: kk, ru or en")
    register_strictness: RegisterStrictness = Field(
        default="standard",
        description="what a row of issued loans is stopped by: strict (rules of the loan and the share of start-ups), "
        "standard (rules of the loan; the share is told) or lenient (nothing; all is told)",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Settings out of environment variables.

        Raises:
            BadSetting: a variable is unknown or its value does not fit.
        """
        prefix = "NESIE_"
        found = {
            name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)
        }
        known = ", ".join(prefix + name.upper() for name in cls.model_fields)
        try:
            return cls.model_validate({name: value for name, value in found.items() if value})
        except ValidationError as error:
            first = error.errors()[0]
            name = prefix + str(first["loc"][0]).upper()
            raise BadSetting(name=name, reason=first["msg"], known=known) from error


def today(now: datetime | None = None) -> date:
    """The business date: the calendar day in Almaty at ``now`` (default: this moment)."""
    moment = now if now is not None else datetime.now(tz=ALMATY)
    return moment.astimezone(ALMATY).date()
