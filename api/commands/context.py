"""What every command shares: settings, the database, how results are printed.

A command prints for people by default and for machines with ``--format json``; errors of the tree end it with their
sentence on standard error and their exit code (0 done, 1 refused with reasons, 2 bad input, 3 a fault of ours).
The libraries of the database are imported when it is first asked for: some commands need none.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.access.actors import Actor
    from api.settings import Settings

#: Columns of a line that goes into a pipe or a file, where there is no window to fit.
UNBOUND_WIDTH = 240

console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else UNBOUND_WIDTH)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)


class Format(StrEnum):
    """How a command prints its result."""

    TABLE = "table"
    JSON = "json"


@cache
def settings() -> Settings:
    """The settings of this process."""
    from api.settings import Settings

    return Settings.from_environment(os.environ)


@cache
def database_url() -> str:
    """Address of the database in use, logging in as the schema's owner; starts the embedded server when needed."""
    from api.database import embedded_url

    configured = settings()
    return configured.database_url or embedded_url(configured.home)


@cache
def application_url() -> str:
    """Address as which the application works: on the embedded server its own role logs in.

    On a server of the user's the login is the user's choice, and the engine takes the role on after connecting.
    """
    from sqlalchemy import make_url

    from ledger.unit_of_work import APPLICATION_ROLE

    address = make_url(database_url())
    if settings().database_url is None:
        address = address.set(username=APPLICATION_ROLE)
    return address.render_as_string(hide_password=False)


@cache
def engine() -> Engine:
    """Engine of the application role on an up-to-date schema."""
    from api.database import migrate
    from ledger.unit_of_work import make_engine

    migrate(database_url())
    return make_engine(application_url())


def tell(key: str, **values: object) -> str:
    """The words ``key`` of the catalogue in the language of the settings, with ``values`` in their places."""
    from reports.words import say

    return say(key, settings().language, **values)


def actor() -> Actor:
    """Who runs the command, as the operating system names them."""
    from api.access.actors import system

    return system("cli", getpass.getuser())


def seal_audit() -> None:
    """Chain what the command recorded; a server has a job for it, the command line does it on its way out."""
    from api.audit.sealing import seal
    from ledger.unit_of_work import perform

    perform(engine(), seal)


def print_json(value: Any) -> None:
    """Machine-readable output: one JSON document on standard output, written as it is (styling would take its time)."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str), file=console.file)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table for people; numbers (int, Decimal, Money as text) are right-aligned by a leading ``>`` in the heading."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)
