"""Ageing of the portfolio in pages: each bucket opens into its loans.

The figures are those of the report (`reports.aging`), worked out from the schedules; the loans behind them are the list
as the month's close left it. In a closed month the two are the same, in an open one the list is of the month before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.reporting import report_for
from api.web.pages.reports import request_of
from api.web.rendering import render, url
from api.web.scope import asked_of, choosable
from api.web.tables import Cell, Empty, Row, Table, of_section
from ledger.organisations import organisations
from lending.microcredits.arrears import BUCKETS
from reports import aging
from reports.report import Section
from reports.scope import organisation_name
from reports.words import Lang, say, value_text

router = APIRouter(include_in_schema=False)


@router.get("/ageing")
def ageing(request: Request, session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """Outstanding principal by days past due, in all and by lender."""
    asked = asked_of(session, actor, request.query_params, world.today())
    choices = choosable(session, actor)
    report = world.memory.recall(
        session, ("ageing", repr(asked)), lambda: report_for(session, aging.NAME, request_of(asked))
    )
    codes = {organisation_name(each): each.code for each in organisations(session)}
    opened = partial(url, request, "/loans", on=asked.period.end, **{"owing-from": 1})
    by_bucket, by_lender = report.sections
    return render(
        request, "finance/ageing.html", asked=asked, choices=choices,
        tables_shown=[_buckets(by_bucket, opened, lang), _lenders(by_lender, opened, codes, lang)],
        notes=[value_text(note, lang) for note in report.notes],
    )  # fmt: skip


def days_of(bucket: int) -> dict[str, object]:
    """The filters of a list that leave the loans of a bucket."""
    last = BUCKETS[bucket + 1] - 1 if bucket + 1 < len(BUCKETS) else None
    return {"overdue-from": BUCKETS[bucket] or None, "overdue-to": last}


def _table(section: Section, lang: Lang, name: str) -> Table:
    caption, empty = value_text(section.title or "", lang), Empty(words=say("web.finance.no-loans", lang))
    return of_section(section, lang, id=name, caption=caption, empty=empty)


def _buckets(section: Section, opened: partial[str], lang: Lang) -> Table:
    table = _table(section, lang, "by-bucket")
    return replace(table, rows=[_linked(row, (1, 2), opened(**days_of(at))) for at, row in enumerate(table.rows)])


def _lenders(section: Section, opened: partial[str], codes: dict[Any, str], lang: Lang) -> Table:
    """The table of lenders; a lender at work in several regions has several rows, which no list tells apart."""
    table = _table(section, lang, "by-lender")
    keys = [column.key for column in section.columns]
    lenders = iter([row[keys.index("lender")] for row in section.rows])
    times = Counter(row[keys.index("lender")] for row in section.rows)

    def linked(row: Row) -> Row:
        if row.weight != "row" or times[lender := next(lenders)] > 1:
            return row
        whole = _linked(row, (keys.index("outstanding"),), opened(lender=codes[lender]))
        for number, key in enumerate(aging.BUCKET_KEYS):
            whole = _linked(whole, (keys.index(key),), opened(lender=codes[lender], **days_of(number)))
        return whole

    return replace(table, rows=[linked(row) for row in table.rows])


def _linked(row: Row, places: Sequence[int], link: str) -> Row:
    """The row with links in those of its cells that tell of something."""
    cells: list[Cell] = [
        replace(cell, link=link) if place in places and any(digit in cell.words for digit in "123456789") else cell
        for place, cell in enumerate(row.cells)
    ]
    return replace(row, cells=cells)
