"""Tables of cards: columns as reports have them, values of their kinds, and links where a value opens something.

Whoever draws a card says which columns and values; words, alignment and totals follow from them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.web.tables import LIES, Empty, Head, Row, Table, Tone, Total
from api.web.tables import Cell as Shown
from reports.report import Cell, Column
from reports.words import Lang, cell_text, say, value_text


@dataclass(frozen=True, slots=True)
class Opens:
    """A value that opens ``link``, or that is a status of ``tone``."""

    value: Cell
    link: str | None = None
    tone: Tone | None = None


def sheet(
    id: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell | Opens]], lang: Lang, *, words: str = "",  # noqa: A002 - HTML's
    totals: bool = False,
) -> Table:  # fmt: skip
    """A table with ``web.sheet.<words>`` as its caption and ``web.sheet.<words>.none`` when it is empty.

    Without ``words`` it is worded by its ``id``. With ``totals`` the columns that add are added up at the foot.
    """
    key = f"web.sheet.{words or id}"
    plain = [[cell if isinstance(cell, Opens) else Opens(cell) for cell in row] for row in rows]
    return Table(
        id=id, caption=say(key, lang), rows=[Row(cells=_cells(columns, row, lang)) for row in plain],
        heads=[Head(words=value_text(each.title, lang), lie=LIES[each.kind]) for each in columns],
        totals=_totals(columns, plain, lang) if totals and rows else (), empty=Empty(words=say(f"{key}.none", lang)),
    )  # fmt: skip


def _cells(columns: Sequence[Column], row: Sequence[Opens], lang: Lang) -> list[Shown]:
    return [
        Shown(cell_text(column.kind, each.value, lang), each.link, each.tone)
        for column, each in zip(columns, row, strict=True)
    ]


def _totals(columns: Sequence[Column], rows: Sequence[Sequence[Opens]], lang: Lang) -> list[Total]:
    sums = [_sum(row[place].value for row in rows) if each.adds else None for place, each in enumerate(columns)]
    cells = [Shown(cell_text(column.kind, total, lang)) for column, total in zip(columns, sums, strict=True)]
    return [Total(words=say("web.sheet.total", lang), cells=cells[1:])]


def _sum(cells: Iterable[Cell]) -> int:
    return sum(each for each in cells if isinstance(each, int))
