"""Settings: the only reader of the environment.

Everything the process takes from outside is a documented field here, read once at start-up into a frozen value and
passed down as arguments. Unknown variables that begin with ``NESIE_`` are refused, because a misspelt setting that
is silently ignored is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ledger.errors import BadInput

Language = Literal["kk", "ru", "en"]
RegisterStrictness = Literal["strict", "standard", "lenient"]
ALMATY = ZoneInfo("Asia/Almaty")


def _separated(given: object) -> object:
    """The names of a list with commas."""
    return tuple(name.strip() for name in given.split(",") if name.strip()) if isinstance(given, str) else given


Names = Annotated[tuple[str, ...], BeforeValidator(_separated)]


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
    second_person_above: Decimal = Field(
        default=Decimal(10000000), ge=0, description="disbursements above this many tenge take a second person"
    )
    hosts: Names = Field(
        default=("localhost", "127.0.0.1"), description="names under which browsers may ask for the site, with commas"
    )
    proxies: Names = Field(
        default=("127.0.0.1",), description="addresses of reverse proxies whose X-Forwarded headers are believed"
    )
    monitors: Names = Field(default=("127.0.0.1", "::1"), description="addresses that may read /metrics")
    largest_body: int = Field(
        default=25_000_000,
        gt=0,
        description="largest request in bytes, refused before it is parsed; a register is 20 MB",
    )
    rate_search: int = Field(default=60, gt=0, description="searches a minute that one person may make")
    rate_export: int = Field(default=20, gt=0, description="files of tables a minute that one person may ask for")
    rate_document: int = Field(default=10, gt=0, description="PDF documents a minute that one person may ask for")
    rate_sign_in: int = Field(default=20, gt=0, description="tries to sign in a minute from one address")
    rate_api: int = Field(default=600, gt=0, description="requests to the HTTP API a minute that one person may make")
    document_seconds: int = Field(default=60, gt=0, description="seconds after which the making of a PDF is stopped")
    document_memory: int = Field(
        default=1_000_000_000, gt=0, description="bytes of memory above which the making of a PDF is stopped"
    )
    rework_days: int = Field(
        default=2, gt=0, description="working days within which a report that was returned is handed in again"
    )
    secret_file: Path | None = Field(
        default=None, description="keys that encrypt authenticators' secrets (`secret-keys` of the home folder)"
    )
    oidc_issuer: str | None = Field(
        default=None, description="OpenID provider that may stand in for passwords, exactly as it names itself"
    )
    oidc_client_id: str = Field(default="nesie", description="name of this system at the OpenID provider")
    oidc_secret_file: Path | None = Field(
        default=None, description="file with this system's secret at the OpenID provider; none for a public client"
    )
    register_seconds: int = Field(
        default=60, gt=0, description="seconds after which the reading of an uploaded register is stopped"
    )
    register_memory: int = Field(
        default=1_000_000_000, gt=0, description="bytes of memory above which that reading is stopped"
    )
    register_second_person_above: Decimal = Field(
        default=Decimal(0),
        ge=0,
        description="registers of this many tenge and more take a second person; 0 means every register",
    )
    scheduler: bool = Field(default=True, description="whether nesie serve also runs the scheduled jobs")
    backup_folder: Path | None = Field(
        default=None, description="folder of the nightly backups (`backups` of the home folder)"
    )
    backups_kept: int = Field(default=14, gt=0, description="nightly backups that are kept, the newest ones")
    site: str = Field(
        default="http://localhost:8000", description="address under which browsers reach the site, for links"
    )
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
