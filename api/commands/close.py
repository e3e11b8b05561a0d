"""``nesie close``: close a month, or go on with a close that was interrupted."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session

from api.closing import close_books
from api.commands.context import Format, actor, complaints, console, engine, print_json, seal_audit, tell
from ledger.errors import BadInput
from ledger.organisations import organisation
from lending.month_end import CloseResult

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(eq=False, kw_only=True)
class NotAMonth(BadInput):
    """A text that is not a month."""

    code = "not-a-month"
    sentence = "Expected a month like 2021-03; found {found}."
    found: str


def close(
    month: Annotated[str, typer.Argument(help="the month, like 2021-03")],
    book: Annotated[
        list[str] | None, typer.Option(help="code of an organisation; repeat it; all books unless given")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="table for people, json for machines")] = Format.TABLE,
) -> None:
    """Accrue, age, provision, expire windows, check, seal and lock a month of every book.

    It can be killed at any point and run again: it goes on where it stopped, and a closed month has nothing to do.
    Exit code 1 when something keeps the month from locking.

    Example: nesie close 2021-03
    """
    me, first = actor(), _month(month)
    books = None
    if book:
        with Session(engine()) as session:
            books = [organisation(session, code).id for code in book]
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=complaints,
        transient=True,
    ) as progress:  # fmt: skip
        task = progress.add_task(month, total=None)

        def told(step: str, done: int, of: int) -> None:
            progress.update(task, description=f"{month} {tell(f'close-step.{step}')}", completed=done, total=of)

        result = close_books(engine(), me, first, books, progress=told)
    if result.state != "nothing-to-do":
        seal_audit()
    if output is Format.JSON:
        print_json(_as_json(result))
    else:
        _print(month, result)
    if result.state == "blocked":
        raise typer.Exit(1)


def _month(text: str) -> date:
    found = MONTH.fullmatch(text)
    if found is None:
        raise NotAMonth(found=text)
    return date(int(found[1]), int(found[2]), 1)


def _as_json(result: CloseResult) -> dict[str, Any]:
    return {
        "month": f"{result.month:%Y-%m}", "state": result.state, "run": result.run_id, "books": len(result.books),
        "loans": result.loans, "failures": {str(loan): reason for loan, reason in result.failures.items()},
        "discrepancies": [
            {"check": each.check, "where": each.where, "expected": each.expected, "found": each.found}
            for each in result.discrepancies
        ],
    }  # fmt: skip


def _print(month: str, result: CloseResult) -> None:
    if result.state == "nothing-to-do":
        console.print(tell("command.close-done-before", month=month))
        return
    for loan, reason in result.failures.items():
        console.print(tell("command.close-failure", loan=loan, reason=reason), markup=False)
    for each in result.discrepancies:
        console.print(tell("command.discrepancy", **asdict(each)), markup=False)
    if result.state == "done":
        console.print(tell("command.close-locked", month=month, books=len(result.books), loans=Decimal(result.loans)))
    else:
        console.print(tell("command.close-open", month=month))
