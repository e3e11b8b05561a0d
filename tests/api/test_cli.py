"""The command line lists every command and imports only the one that is run."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from api.cli import COMMANDS, app

#: Lists the commands, then the libraries imported for it that are slow and that few commands need.
LISTING = """
import sys
from api.cli import app
app(["--help"], standalone_mode=False)
print(sys.modules.keys() & {"alembic", "numpy", "openpyxl", "sqlalchemy", "weasyprint"})
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """Each is found and shows by an example how it is called."""
    told = CliRunner().invoke(app, [name, "--help"])
    assert (told.exit_code, f"nesie {name} " in told.output.partition("Example:")[2]) == (0, True)


def test_the_list_needs_no_libraries() -> None:
    """``nesie --help`` tells every command without importing what only some of them need."""
    told = subprocess.run([sys.executable, "-c", LISTING], capture_output=True, text=True, check=True).stdout
    assert all(name in told for name in COMMANDS)
    assert told.endswith("set()\n")


def test_a_misspelt_command_is_suggested() -> None:
    """What is nearly a command is answered with the command."""
    told = CliRunner().invoke(app, ["demoo"])
    assert (told.exit_code, "'demo'" in told.output) == (2, True)
