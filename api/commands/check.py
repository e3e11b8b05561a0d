"""``nesie check``: what the programmes say of an application, without a database.

The findings are those of `lending.programmes.checking`; this module reads the file, prints, and turns a refusal into
an exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from api.commands.context import Format, console, print_json, settings
from api.documents import read_json
from lending.programmes.application import application_from_json
from lending.programmes.checking import Judgement, check_all
from lending.programmes.findings import Language, Severity
from reports.words import say

COLOURS: dict[Severity, str] = {"blocks": "red", "warns": "yellow", "notes": "cyan"}


class Speech(StrEnum):
    """A language of messages."""

    KK = "kk"
    RU = "ru"
    EN = "en"


def check(
    file: Annotated[Path, typer.Argument(help="JSON file with one application or a list of them")],
    output: Annotated[Format, typer.Option("--format", help="table for people, json for machines")] = Format.TABLE,
    lang: Annotated[
        Speech | None, typer.Option(help="language of messages; default: NESIE_LANGUAGE in a table, all three in JSON")
    ] = None,
) -> None:
    """Check applications against the edition in force on their contract dates. Exit code 0 when nothing blocks, 1
    when something does, 2 when the file cannot be read.

    An application is an object of facts such as {"contract_date": "2019-05-20", "purpose": "open-microbusiness",
    "territory": {"type": "rural"}, "amount": "6000000.00", "annual_rate": "0.06", "months": 60}; what is absent or
    null is not known, and said to be so; false says that there is no certificate, referral or guarantee.

    Example: nesie check application.json --lang ru
    """
    document = read_json(file)
    given = document if isinstance(document, list) else [document]
    judgements = check_all([application_from_json(each, number) for number, each in enumerate(given, start=1)])
    if output is Format.JSON:
        answers = [_answer(judgement, lang.value if lang else None) for judgement in judgements]
        print_json(answers if isinstance(document, list) else answers[0])
    else:
        _print(judgements, lang.value if lang else settings().language)
    if any(judgement.blocked for judgement in judgements):
        raise typer.Exit(1)


def _answer(judgement: Judgement, language: Language | None) -> dict[str, Any]:
    findings = [finding.as_json(language) for finding in judgement.findings]
    return {"edition": judgement.edition, "findings": findings}


def _print(judgements: Sequence[Judgement], language: Language) -> None:
    """For each application its verdict, and for each finding a line of what was found and one of the clause."""
    for number, judgement in enumerate(judgements, start=1):
        verdict = (
            f"[red]{say('command.blocked', language)}[/]" if judgement.blocked
            else f"[green]{say('command.nothing-blocks', language)}[/]"
        )  # fmt: skip
        console.print(f"[bold]{number}. {judgement.edition or '—'}[/]: {verdict}")
        for finding in judgement.findings:
            shown = escape(f"{finding.rule:<10} {finding.message(language)}")
            severity = say(f"severity.{finding.severity}", language)
            console.print(f"  [{COLOURS[finding.severity]}]{severity:<8}[/] {shown}")
            console.print(f"  [dim]{'':<19} {escape(finding.clause)}[/]")
