"""``nesie backup`` and ``nesie restore``: the whole database to a file, and back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from api import backups
from api.audit.records import record
from api.commands.context import actor, console, database_url, engine, seal_audit, tell
from api.verification import CHECKS
from ledger.unit_of_work import perform
from ledger.verification import verify


def backup(file: Annotated[Path, typer.Argument(help="file to write; replaced once the new one is whole")]) -> None:
    """Save the database into a file, as of one moment, while others work.

    Example: nesie backup nesie.backup
    """
    backups.backup(database_url(), file)
    console.print(tell("command.backup-written", file=file, size=Decimal(file.stat().st_size)), markup=False)


def restore(file: Annotated[Path, typer.Argument(help="file written by nesie backup")]) -> None:
    """Bring a saved database back into an empty one, and verify it. Exit code 1 when something does not hold.

    Example: NESIE_HOME=restored nesie restore nesie.backup
    """
    backups.restore(database_url(), file)
    perform(engine(), lambda session: record(session, actor(), act="restore", request={"file": str(file)}))
    seal_audit()
    with Session(engine()) as session:
        broken = [check.name for check, found in verify(session, CHECKS) if found]
    if broken:
        console.print(tell("command.restored-broken", checks=broken))
        raise typer.Exit(1)
    console.print(tell("command.restored"))
