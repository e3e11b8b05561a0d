"""What the calculations follow, to be read and not changed: the editions with rule and clause, the index, the calendar
of working days, and the provision matrix. All of it comes from the files that the code itself reads.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.asking import Spoken, TheWorld
from api.web.rendering import render
from api.web.tables import Cell, Empty, Head, Lie, Row, Table
from ledger.calendar import WorkingCalendar
from lending.programmes.editions import Cited, Edition, editions
from lending.provisions import SHARE_UNIT, default_matrix
from reports.words import Lang, cell_text, percent_text, say

router = APIRouter(include_in_schema=False)

_DAY = timedelta(days=1)
SATURDAY = 5


@router.get("/parameters")
def parameters(request: Request, world: TheWorld, lang: Spoken) -> HTMLResponse:
    """Every parameter in force, each with where it comes from."""
    written = request.query_params.get("year", "")
    year = int(written) if written.isdigit() and len(written) == 4 else world.today().year
    tables = [_edition(each, lang) for each in editions().values()]
    return render(
        request, "finance/parameters.html", year=year,
        tables_shown=[*tables, _index(lang), _calendar(year, lang), *_provisions(lang)],
    )  # fmt: skip


def _table(
    name: str, heads: tuple[tuple[str, Lie], ...], rows: list[list[str]], lang: Lang, caption: str = ""
) -> Table:
    return Table(
        id=name, caption=caption or say(f"web.parameters.{name}", lang),
        rows=[Row(cells=[*map(Cell, row)]) for row in rows],
        heads=[Head(words=say(f"web.parameters.{key}", lang), lie=lie) for key, lie in heads],
        empty=Empty(words=say("web.parameters.none", lang)),
    )  # fmt: skip


def _edition(edition: Edition, lang: Lang) -> Table:
    heads: tuple[tuple[str, Lie], ...] = (
        ("parameter", "text"), ("value", "text"), ("when", "text"), ("rule", "narrow"), ("clause", "text"),
    )  # fmt: skip
    rows = [*_links(edition, lang), *_cases(edition, lang)]
    caption = (
        f"{edition.name[lang]} · {edition.id} · {cell_text('date', edition.effective_from, lang)} – "
        f"{cell_text('date', edition.effective_to, lang)}"
    )
    return _table(f"edition-{edition.id}", heads, rows, lang, caption)


def _links(edition: Edition, lang: Lang) -> Iterator[list[str]]:
    for link, terms in edition.chain.items():
        for each in fields(terms):
            cited = getattr(terms, each.name)
            if isinstance(cited, Cited):
                yield [f"{link}.{each.name}", _value(cited.value, lang), "", cited.rule, cited.clause]


def _cases(edition: Edition, lang: Lang) -> Iterator[list[str]]:
    for name, cases in edition.provisions.items():
        for case in cases:
            yield [name, _value(case.value, lang), _when(case.when, lang), case.rule, case.clause]


def _when(facts: Mapping[str, tuple[Any, ...]], lang: Lang) -> str:
    return "; ".join(f"{name}: {', '.join(_value(each, lang) for each in allowed)}" for name, allowed in facts.items())


def _value(value: Any, lang: Lang) -> str:
    match value:
        case bool():
            return say("web.acts.yes" if value else "web.acts.no", lang)
        case Decimal() if value <= 1:
            return percent_text(value, lang)
        case Fraction():
            return str(value)
        case date():
            return cell_text("date", value, lang)
        case int():
            return cell_text("integer", value, lang)
        case list() | tuple() | set() | frozenset():
            return ", ".join(_value(each, lang) for each in value)
        case _:
            return str(value)


def _index(lang: Lang) -> Table:
    document = tomllib.loads(files("lending.programmes").joinpath("mci.toml").read_text(encoding="utf-8"))
    rows = [
        [cell_text("date", row["from"], lang), cell_text("integer", row["general"], lang),
         cell_text("integer", row.get("social", row["general"]), lang)]
        for row in reversed(document["mci"])
    ]  # fmt: skip
    return _table("mci", (("from", "narrow"), ("general", "number"), ("social", "number")), rows, lang)


def _calendar(year: int, lang: Lang) -> Table:
    """Weekdays that are off, and days off that are worked."""
    calendar, day, rows = WorkingCalendar(), date(year, 1, 1), []
    while day.year == year:
        works = calendar.is_working_day(day)
        if works == (day.weekday() >= SATURDAY):
            rows.append([cell_text("date", day, lang), say(f"web.parameters.{'worked' if works else 'off'}", lang)])
        day += _DAY
    return _table("calendar", (("day", "narrow"), ("what", "text")), rows, lang)


def _provisions(lang: Lang) -> Iterator[Table]:
    matrix = default_matrix()
    for name, steps in (("bands", matrix.bands), ("stages", matrix.stages)):
        rows = [
            [cell_text("integer", begin, lang), percent_text(Decimal(share) / SHARE_UNIT, lang)]
            for begin, share in zip(steps.begin, steps.share, strict=True)
        ]
        yield _table(name, (("from-day", "number"), ("share", "number")), rows, lang)
    classes = [[code, percent_text(Decimal(share) / SHARE_UNIT, lang)] for code, share in matrix.classes]
    yield _table("classes", (("class", "text"), ("from-share", "number")), classes, lang)
