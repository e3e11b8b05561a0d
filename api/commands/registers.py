"""``nesie import``: take in a lender's register, or rehearse it.

The verdict names every problem with its place in the file; the lender's own workbook comes back marked beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.audit.records import record
from api.commands.context import (
    Format,
    actor,
    console,
    engine,
    print_json,
    print_table,
    seal_audit,
    settings,
    tell,
)
from api.documents import UnreadableFile
from api.imports import Also, ImportOutcome, import_register
from lending.registers.acceptance import Receipt
from lending.registers.review import Problem
from lending.registers.words import phrase
from reports.files import write_atomically

#: Problems printed for people; all of them are in the marked workbook and in the JSON.
PRINTED = 50


def import_(
    file: Annotated[
        Path,
        typer.Argument(help="register of issued loans, repayments, target use, training, or a map: XLSX, XLS or CSV"),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check everything, keep nothing")] = False,
    lender: Annotated[str | None, typer.Option(help="code of the lender; the rows tell it unless given")] = None,
    marked: Annotated[
        Path | None, typer.Option(help="where to write the marked workbook if there are problems")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="table for people, json for machines")] = Format.TABLE,
) -> None:
    """Accept a register whole, or nothing of it and every problem at once. Exit code 1 when there are problems.

    Example: nesie import repayments_2022-01.xlsx --dry-run
    """
    content = _bytes(file)
    me = actor()
    outcome = import_register(
        engine(), content, file.name, actor=me.signature, lender=lender, rehearse=dry_run,
        strictness=settings().register_strictness, also=_recorded(me, file.name),
    )  # fmt: skip
    if not dry_run:
        seal_audit()
    target = None
    if outcome.problems:
        target = marked or file.with_name(f"{file.stem}.marked.xlsx")
        write_atomically(target, outcome.marked(content, settings().language))
    if output is Format.JSON:
        print_json(_as_json(outcome, target))
    else:
        _print(outcome, target)
    if outcome.problems:
        raise typer.Exit(1)


def _recorded(me: Actor, name: str) -> Also:
    """Records the acceptance in its own transaction; what is only rehearsed leaves no record either."""

    def work(session: Session, receipt: Receipt) -> None:
        request = {"file": name, "kind": receipt.kind, "rows": receipt.rows, "amount": receipt.amount.amount}
        added = [{"key": "rows", "before": 0, "after": receipt.added}]
        record(session, me, act="import", about=f"register:{receipt.register_id}", request=request, measures=added)

    return work


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableFile(file=str(file), reason=error.strerror or str(error)) from error


def _as_json(outcome: ImportOutcome, target: Path | None) -> dict[str, Any]:
    receipt = outcome.receipt
    return {
        "accepted": receipt is not None,
        "rehearsed": outcome.rehearsed,
        "kind": outcome.review.kind,
        "rows": outcome.review.row_count,
        "receipt": None if receipt is None else {
            "register": None if outcome.rehearsed and not receipt.repeated else receipt.register_id,
            "accepted_at": receipt.accepted_at.isoformat(), "added": receipt.added, "unchanged": receipt.unchanged,
            "amount": f"{receipt.amount.amount:.2f}", "repeated": receipt.repeated,
        },
        "problems": [_told(each) for each in outcome.problems],
        "warnings": [_told(each) for each in outcome.review.warnings],
        "transformations": dict(outcome.review.transformations),
        "marked": None if target is None else str(target),
    }  # fmt: skip


def _told(problem: Problem) -> Mapping[str, Any]:
    return {
        "code": problem.code, "sheet": problem.sheet, "row": problem.row, "column": problem.letter,
        "title": problem.title, "found": problem.found, "expected": problem.expected(settings().language),
        "mend": problem.mend(settings().language),
    }  # fmt: skip


def _print(outcome: ImportOutcome, target: Path | None) -> None:
    for warning in outcome.review.warnings[:PRINTED]:
        place = f"{warning.sheet} {warning.letter}{warning.row or ''}"
        lang = settings().language
        console.print(f"! {place}: {warning.expected(lang)}. {warning.mend(lang)}", markup=False)
    if outcome.receipt is None:
        _print_problems(outcome, target)
    else:
        _print_receipt(outcome, outcome.receipt)


def _print_problems(outcome: ImportOutcome, target: Path | None) -> None:
    rows = [(each["sheet"], f"{each['column']}{each['row'] or ''}", each["title"], each["found"], each["expected"],
             each["mend"]) for each in map(_told, outcome.problems[:PRINTED])]  # fmt: skip
    title = tell("command.import-refused", file=outcome.review.filename, count=len(outcome.problems))
    headings = ("sheet", "cell", "column", "found", "expected", "mend")
    print_table(title, [phrase(name, settings().language) for name in headings], rows)
    console.print(tell("command.import-marked", file=target), markup=False)


def _print_receipt(outcome: ImportOutcome, receipt: Receipt) -> None:
    if receipt.repeated:
        at = f"{receipt.accepted_at:%Y-%m-%d %H:%M}"
        console.print(tell("command.import-repeated", at=at, register=receipt.register_id))
        return
    taken = "command.import-rehearsed" if outcome.rehearsed else "command.import-accepted"
    console.print(
        tell(
            taken, register=receipt.register_id, kind=phrase(receipt.kind, settings().language),
            rows=Decimal(receipt.rows), amount=receipt.amount, added=Decimal(receipt.added),
            unchanged=Decimal(receipt.unchanged),
        )
    )  # fmt: skip
