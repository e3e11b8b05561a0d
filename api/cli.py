"""``nesie``: the command line, a door beside HTTP that calls the same services.

This module only lists the commands and turns errors into sentences and exit codes.
"""

from __future__ import annotations

import sys

import typer

from api.commands.backups import backup, restore
from api.commands.check import check
from api.commands.close import close
from api.commands.context import complaints, settings
from api.commands.demo import demo
from api.commands.migrate import migrate
from api.commands.registers import import_
from api.commands.report import report
from api.commands.schedule import schedule
from api.commands.trace import trace
from api.commands.verify import verify
from api.settings import BadSetting
from ledger.errors import NesieError

app = typer.Typer(
    name="nesie",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Servicing of state microcredit and guarantee programmes: whose money it is, what is due, and proof.",
)
for command in (demo, migrate, schedule, check, close, report, trace, verify, backup, restore):
    app.command()(command)
app.command("import")(import_)


def main() -> None:
    """Run ``nesie`` with the process's arguments."""
    try:
        app()
    except NesieError as error:
        complaints.print(f"{error.code}: {_worded(error)}", markup=False)
        sys.exit(error.exit_code)


def _worded(error: NesieError) -> str:
    """The error in the language of the settings, unless it is about the settings themselves."""
    from reports.words import error_text, language

    return str(error) if isinstance(error, BadSetting) else error_text(error, language(settings().language))
