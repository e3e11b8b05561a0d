"""``nesie``: the command line, a door beside HTTP that calls the same services.

This module only lists the commands and turns errors into sentences and exit codes. What a command needs is imported
when it is run, so that ``nesie --help`` and the small commands answer at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from ledger.errors import NesieError

#: Module and function of each command, and its line in the list of commands.
COMMANDS = {
    "demo": ("demo:demo", "Play three years of a programme, from an empty database to its reports."),
    "migrate": ("migrate:migrate", "Create the schema, or bring it up to date."),
    "schedule": ("schedule:schedule", "Print the schedule of a set of terms."),
    "check": ("check:check", "Check applications against the programme's rules."),
    "import": ("registers:import_", "Take in a register of loans, repayments or target use, whole or not at all."),
    "close": ("close:close", "Close a month of every book."),
    "report": ("report:report", "Write a report to a file: PDF, XLSX, CSV or JSON, in Kazakh, Russian or English."),
    "trace": ("trace:trace", "Print where the money of a loan came from, or where a facility's went."),
    "serve": ("serve:serve", "Serve the pages and the HTTP API."),
    "user": ("user:user", "Add people of organisations, give them roles, let them in or not."),
    "verify": ("verify:verify", "Check every invariant again from the rows."),
    "backup": ("backups:backup", "Save the database into a file, while others work."),
    "restore": ("backups:restore", "Bring a saved database back into an empty one, and verify it."),
}


class Commands(TyperGroup):
    """The commands as lines of a list; what is asked for is imported."""

    def __init__(self, **settings: Any) -> None:
        lines = {name: TyperCommand(name, help=line) for name, (_, line) in COMMANDS.items()}
        super().__init__(**settings | {"commands": lines})

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command to be run, itself and not its line."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, command(name) if name else None, rest


def command(name: str) -> Any:
    """A command by its name, ready to be run; imports its module."""
    module, function = COMMANDS[name][0].split(":")
    found = getattr(import_module(f"api.commands.{module}"), function)
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


app = typer.Typer(
    cls=Commands,
    name="nesie",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Servicing of state microcredit and guarantee programmes: whose money it is, what is due, and proof.",
)
app.callback()(lambda: None)


def main() -> None:
    """Run ``nesie`` with the process's arguments."""
    try:
        app()
    except NesieError as error:
        _complain(error)
        sys.exit(error.exit_code)


def _complain(error: NesieError) -> None:
    """Tell the error in the language of the settings, or in English when it is about the settings themselves."""
    from api.commands.context import complaints, settings
    from api.settings import BadSetting
    from reports.words import error_text, language

    sentence = str(error) if isinstance(error, BadSetting) else error_text(error, language(settings().language))
    complaints.print(f"{error.code}: {sentence}", markup=False)
