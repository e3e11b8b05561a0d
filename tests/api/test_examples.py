"""Every command's example, taken out of its own help, does what it shows when it is typed into a shell.

The examples are typed one after another in the order of the list of commands, in an empty folder with a home of its
own: the demo's makes the books that the others look at, the backup's the file that is restored.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cli import COMMANDS, command
from api.database import embedded_url
from ledger.money import tenge
from ledger.unit_of_work import make_engine
from lending.microcredits.tables import LoanRow
from tests.lending.registers.workbooks import good, table, xlsx

ROOT = Path(__file__).parents[2]
HOME = "home"
PROGRAM = f"""#!/bin/sh
exec "{sys.executable}" -c "from api.cli import main; main()" "$@"
"""


def application(file: Path) -> None:
    """The application that the documentation shows."""
    page = (ROOT / "docs" / "applications.md").read_text("utf-8")
    file.write_text(page.partition("```json\n")[2].partition("```")[0], "utf-8")


def terms(file: Path) -> None:
    """The terms that the help of the command shows."""
    shown = re.search(r"\{.*?\}", command("schedule").help, re.DOTALL)
    assert shown
    file.write_text(json.dumps(json.loads(shown[0])), "utf-8")


def repayments(file: Path) -> None:
    """A repayment of one of the demo's loans, in the month after the last one closed."""
    engine = make_engine(embedded_url(file.parent / HOME))
    with Session(engine) as session:
        loan = session.scalars(select(LoanRow).where(LoanRow.status == "active").order_by(LoanRow.id)).first()
    engine.dispose()
    assert loan
    row = {"contract_number": loan.contract_number, "contract_date": loan.contract_date, "paid_on": date(2022, 1, 17)}
    file.write_bytes(xlsx(table("repayments", [good("repayments", **row, amount=tenge(1000).amount)])))


#: Files that examples name and no example before them writes.
FILES: Mapping[str, Callable[[Path], None]] = {
    "application.json": application,
    "terms.json": terms,
    "repayments_2022-01.xlsx": repayments,
}


@pytest.fixture
def shell(tmp_path: Path) -> Callable[[str], str]:
    """Types a line in an empty folder where ``nesie`` is a program; gives what went wrong, or nothing."""
    program = tmp_path / "bin" / "nesie"
    program.parent.mkdir()
    program.write_text(PROGRAM, "utf-8")
    program.chmod(0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith("NESIE_")}
    own |= {"PATH": f"{program.parent}:{own['PATH']}", "PYTHONPATH": str(ROOT), "NESIE_HOME": HOME}

    def run(line: str) -> str:
        for name, write in FILES.items():
            if name in line:
                write(tmp_path / name)
        done = subprocess.run(line, shell=True, cwd=tmp_path, env=own, capture_output=True, text=True)
        return f"{line}: {done.returncode}\n{done.stderr}" if done.returncode else ""

    return run


def test_every_example_works(shell: Callable[[str], str]) -> None:
    """Every command has an example, and each ends well."""
    examples = {name: re.findall(r"^\s*Example: (.+)$", command(name).help, re.MULTILINE) for name in COMMANDS}
    assert [name for name, lines in examples.items() if not lines] == []
    assert [wrong for lines in examples.values() for line in lines if (wrong := shell(line))] == []
