"""``nesie``: the command line, a door beside HTTP that calls the same services.

This module only lists the commands and turns errors into sentences and exit codes.
"""

from __future__ import annotations

import sys

import typer

from api.commands.check import check
from api.commands.context import complaints
from api.commands.migrate import migrate
from api.commands.schedule import schedule
from api.commands.verify import verify
from ledger.errors import NesieError

app = typer.Typer(
    name="nesie",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Servicing of state microcredit and guarantee programmes: whose money it is, what is due, and proof.",
)
for command in (check, migrate, schedule, verify):
    app.command()(command)


def main() -> None:
    """Run ``nesie`` with the process's arguments."""
    try:
        app()
    except NesieError as error:
        complaints.print(f"{error.code}: {error}", markup=False)
        sys.exit(error.exit_code)
