"""``nesie schedule``: the repayment schedule of any terms, without a database."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.context import console, print_json, print_table, settings, tell
from api.documents import read_json
from lending.amortisation import Plan, schedules
from lending.amortisation.interchange import plan_to_json, terms_from_json
from lending.amortisation.plans import Request
from reports.words import percent_text

COLUMNS = ("n", "due_on", "days", "principal", "interest", "total", "balance")
#: How the columns stand in a table for people, and the words above them.
HEADINGS = (
    (">", "column.number"), ("", "column.due-on"), (">", "command.days"), (">", "column.principal"),
    (">", "column.interest"), (">", "column.total"), (">", "column.balance"),
)  # fmt: skip


class ScheduleFormat(StrEnum):
    """How a schedule is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def schedule(
    terms: Annotated[Path, typer.Option(help="JSON file with one set of terms or a list of them")],
    output: Annotated[ScheduleFormat, typer.Option("--format", help="table, json or csv")] = ScheduleFormat.TABLE,
) -> None:
    """Print the schedule of a set of terms, or of each of a list.

    The file holds fields such as {"principal": "3000000.00", "annual_rate": "0.06", "disbursed_on": "2019-03-15",
    "instalments": 60, "method": "annuity", "day_count": "30/360", "principal_grace": 12}.

    Example: nesie schedule --terms terms.json --format json
    """
    document = read_json(terms)
    sets = document if isinstance(document, list) else [document]
    plans = schedules([Request(terms_from_json(each)) for each in sets])
    if output is ScheduleFormat.JSON:
        answers = [plan_to_json(plan) for plan in plans]
        print_json(answers if isinstance(document, list) else answers[0])
    elif output is ScheduleFormat.CSV:
        console.print(_csv(plans), end="", markup=False)
    else:
        for plan in plans:
            _print_plan(plan)


def _rows(plan: Plan) -> list[list[Any]]:
    return [[row[column] for column in COLUMNS] for row in plan_to_json(plan)["instalments"]]


def _csv(plans: list[Plan]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("set", *COLUMNS))
    for number, plan in enumerate(plans, start=1):
        writer.writerows([number, *row] for row in _rows(plan))
    return text.getvalue()


def _print_plan(plan: Plan) -> None:
    answer = plan_to_json(plan)
    rate, effective = (
        percent_text(Decimal(fraction), settings().language)
        for fraction in (plan.terms.annual_rate, answer["effective_rate"])
    )
    title = tell("command.schedule-title", principal=plan.terms.principal, rate=rate, effective=effective)
    print_table(title, [side + tell(key) for side, key in HEADINGS], _rows(plan))
