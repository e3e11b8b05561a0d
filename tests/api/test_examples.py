"""Every command's example, taken out of its own help, does what it shows when it is typed into a shell.

The examples are typed one after another in the order of the list of commands, in an empty folder with a home of its
own: the demo's makes the books that the others look at, the backup's the file that is restored. The demo takes a minute
for its documents: the quick suite lets the others look at the books of a shorter one.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from signal import SIGINT
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cli import COMMANDS, command
from api.database import embedded_url, make_demo_database
from api.demo.story import play
from ledger.money import tenge
from ledger.unit_of_work import make_engine
from lending.microcredits.tables import LoanRow
from tests.api.demo.last_years import last
from tests.conftest import LOANS, SEED
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


#: How a program ends that Ctrl+C has stopped.
BY_CTRL_C = 130
#: What a command prints that goes on until Ctrl+C, once it is at work.
AT_WORK = "http://"


def examples(of: Any) -> list[str]:
    """The example lines in the help of a command and of those below it."""
    found = re.findall(r"^\s*Example: (.+)$", of.help, re.MULTILINE)
    assert found, of.name
    return found + [line for each in getattr(of, "commands", {}).values() for line in examples(each)]


def interrupt(typed: Popen[str]) -> None:
    """Press Ctrl+C until it is heard: in its first moments a program may not listen yet, and in its last ones it must
    not be disturbed.
    """
    while typed.poll() is None:
        typed.send_signal(SIGINT)
        with suppress(TimeoutExpired):
            typed.wait(15)


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
        serves = line.startswith("nesie serve")
        typed_in = f"exec {line}" if serves else line  # Ctrl+C is for the program, not for the shell around it
        with Popen(typed_in, shell=True, cwd=tmp_path, env=own, stdout=DEVNULL, stderr=PIPE, text=True) as typed:
            assert typed.stderr
            told = []
            for each in typed.stderr:
                told.append(each)
                if serves and AT_WORK in each:
                    interrupt(typed)
        ended_well = (0, BY_CTRL_C) if serves else (0,)
        return "" if typed.returncode in ended_well else f"{line}: {typed.returncode}\n{''.join(told)}"

    return run


def lines() -> list[str]:
    """Every example there is, in the order of the commands."""
    return [line for name in COMMANDS for line in examples(command(name))]


def short_demo(home: Path) -> None:
    """The books of a demo of one year, without its documents and its people."""
    at, url = last(1), embedded_url(home)
    make_demo_database(url, date(at.years[-1] + 1, 1, 14))
    engine = make_engine(url)
    play(engine, at, LOANS, SEED, lambda *_: None)
    engine.dispose()


@pytest.mark.slow
def test_every_example_works(shell: Callable[[str], str]) -> None:
    """Every command has an example, and each ends well; what serves ends well by Ctrl+C."""
    assert [wrong for line in lines() if (wrong := shell(line))] == []


def test_every_example_works_on_books_that_stand(shell: Callable[[str], str], tmp_path: Path) -> None:
    """All but the demo's end well on the books of a shorter demo."""
    short_demo(tmp_path / HOME)
    assert [wrong for line in lines() if not line.startswith("nesie demo") and (wrong := shell(line))] == []
