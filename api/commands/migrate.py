"""``nesie migrate``: bring the schema of the database up to date, or say how it differs from the code."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.context import console, database_url, tell
from api.database import drift
from api.database import migrate as bring_up_to_date


def migrate(
    check: Annotated[bool, typer.Option("--check", help="change nothing; exit 1 when the schema differs")] = False,
) -> None:
    """Create or update the schema, roles, guards and chart of accounts. Running it again changes nothing.

    Example: nesie migrate --check
    """
    if not check:
        bring_up_to_date(database_url())
    differences = drift(database_url())
    for difference in differences:
        console.print(difference, markup=False)
    if differences:
        raise typer.Exit(1)
    console.print(tell("command.schema-sound"))
