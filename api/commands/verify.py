"""``nesie verify``: prove from the rows that everything adds up."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from api.commands.context import Format, console, engine, print_json, settings, tell
from api.verification import CHECKS
from ledger.verification import verify as run_checks
from reports.words import check_text

#: Discrepancies of one check printed for people; the JSON has all.
PRINTED = 20


def verify(
    output: Annotated[Format, typer.Option("--format", help="table for people, json for machines")] = Format.TABLE,
) -> None:
    """Check every invariant again from the rows: books balance, mirrors agree, sub-ledgers equal the ledger, closed
    months are sealed. Exit code 0 when all hold, 1 when something does not.

    Example: nesie verify --format json
    """
    with Session(engine()) as session:
        results = list(run_checks(session, CHECKS))
    broken = sum(len(found) for _, found in results)
    if output is Format.JSON:
        print_json(
            {
                "holds": not broken,
                "checks": [
                    {"name": check.name, "tells": check.tells, "holds": not found,
                     "discrepancies": [{"where": each.where, "expected": each.expected, "found": each.found}
                                       for each in found]}
                    for check, found in results
                ],
            }
        )  # fmt: skip
    else:
        for check, found in results:
            mark = "[red]✗[/]" if found else "[green]✓[/]"
            console.print(f"{mark} {check.name}: {check_text(check, settings().language)}")
            for each in found[:PRINTED]:
                console.print("    " + tell("command.discrepancy", **asdict(each)), markup=False)
            if len(found) > PRINTED:
                console.print("    " + tell("command.more-discrepancies", count=len(found) - PRINTED))
    if broken:
        raise typer.Exit(1)
