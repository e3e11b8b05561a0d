"""``nesie report``: one report, in one language and format, to a file; or the list of reports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from api.commands.context import console, engine, print_json, print_table, settings, tell
from api.settings import ALMATY
from reports.catalogue import families, find_family
from reports.family import ReportFamily, ReportRequest
from reports.files import write_atomically
from reports.periods import parse_period
from reports.rendering import file_name, render, report_format
from reports.words import Lang, language, say, value_text


def report(
    name: Annotated[str | None, typer.Argument(help="which report; --list tells the names")] = None,
    period: Annotated[str | None, typer.Option(help="a month 2021-03, a quarter 2021-Q1 or a year 2021")] = None,
    organisation: Annotated[str | None, typer.Option(help="code of the organisation whose report it is")] = None,
    region: Annotated[str | None, typer.Option(help="a region by KATO code or by name")] = None,
    loan: Annotated[str | None, typer.Option(help="the loan of a statement, by id")] = None,
    known_at: Annotated[datetime | None, typer.Option(help="trial balance: as known at this moment")] = None,
    lang: Annotated[str | None, typer.Option(help="kk, ru or en; NESIE_LANGUAGE unless given")] = None,
    output_format: Annotated[str, typer.Option("--format", help="pdf, xlsx, csv or json")] = "pdf",
    output: Annotated[Path | None, typer.Option(help="file to write; named after the report unless given")] = None,
    list_them: Annotated[bool, typer.Option("--list", help="describe the reports there are")] = False,
) -> None:
    """Write a report to a file: in Kazakh, Russian or English, as PDF, XLSX, CSV or JSON, with the same figures.

    Example: nesie report issued-loans --period 2021-03 --region 61 --lang kk --format xlsx
    """
    speak = language(lang or settings().language)
    kind = report_format(output_format)
    if list_them:
        _print_list(speak, as_json=kind == "json")
        return
    if name is None or period is None:
        raise typer.BadParameter(tell("command.name-a-report"))
    request = ReportRequest(
        period=parse_period(period), organisation=organisation, region=region, subject=loan,
        known_at=None if known_at is None else known_at.replace(tzinfo=ALMATY),
    )  # fmt: skip
    with Session(engine()) as session:
        built = find_family(name).report(session, request)
    target = output or Path(file_name(built, kind, speak))
    write_atomically(target, render(built, kind, speak))
    console.print(str(target), markup=False)


def _print_list(lang: Lang, *, as_json: bool) -> None:
    described = [_described(family, lang) for family in families()]
    if as_json:
        print_json(described)
    else:
        print_table(
            "nesie report",
            [say(f"report-list.{heading}", lang) for heading in ("name", "shows", "periods", "answers")],
            [(each["name"], each["description"], ", ".join(each["periods"]), ", ".join(each["deadlines"]))
             for each in described],
        )  # fmt: skip


def _described(family: ReportFamily, lang: Lang) -> dict[str, Any]:
    return {
        "name": family.name,
        "description": value_text(family.description, lang),
        "periods": list(family.period_kinds),
        "deadlines": list(family.deadlines),
    }
