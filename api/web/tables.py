"""A table as it is shown: heads, rows in words, totals, facets, the way to the next page. Drawn by ``tables.html``.

Nothing is computed here and nothing is in another language than the page's: whoever lists something says what stands
in each cell and where its links lead. `of_section` gives the table of any section of a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reports.report import Column, Kind, Section
from reports.words import Lang, cell_text, value_text

#: How a column lies: numbers to the right, texts to the left, marks and dates as narrow as they are.
Lie = Literal["number", "text", "narrow"]
LIES: dict[Kind, Lie] = {
    "money": "number", "integer": "number", "percent": "number", "rate": "number",
    "date": "narrow", "month": "narrow", "identifier": "narrow", "text": "text",
}  # fmt: skip
Sorted = Literal["ascending", "descending", "none"]
Tone = Literal["done", "waiting", "attention", "problem", "info", "neutral"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column. With a ``link`` one can sort by it; ``sorted`` says whether the rows are."""

    words: str
    lie: Lie = "text"
    link: str | None = None
    sorted: Sorted = "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; ``tone`` makes it a badge of a status."""

    words: str
    link: str | None = None
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; its first cell is its heading. ``weight`` sets the heads of groups and sub-totals apart."""

    cells: Sequence[Cell]
    weight: Literal["row", "heading", "subtotal"] = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A row at the foot: "by the filter", "in all". ``cells`` are those of all columns but the first."""

    words: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a facet: how many rows have it, and the address with it chosen or taken back."""

    words: str
    count: int | None
    link: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A property by which rows may be narrowed down."""

    words: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What to say where there are no rows: that there are none, and what to do about it."""

    words: str
    link: str | None = None
    link_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to be drawn. ``id`` is stable, so that a swap keeps the place; ``found`` counts rows of all pages."""

    id: str
    caption: str
    heads: Sequence[Head]
    rows: Sequence[Row]
    empty: Empty
    totals: Sequence[Total] = ()
    facets: Sequence[Facet] = ()
    found: int | None = None
    first: str | None = None
    next: str | None = None
    downloads: Sequence[tuple[str, str]] = ()
    note: str = ""
    dense: bool = True


def head_words(column: Column, lang: Lang) -> str:
    """The head of a column in one line: after its band, where it stands under one."""
    words = value_text(column.title, lang)
    return words if column.band is None else f"{value_text(column.band, lang)}: {words}"


def of_section(section: Section, lang: Lang, *, id: str, caption: str, empty: Empty) -> Table:  # noqa: A002
    """A section of a report as a table without links: its heads, groups, sub-totals and totals in ``lang``."""
    heads = [Head(words=head_words(each, lang), lie=LIES[each.kind]) for each in section.columns]
    rows: list[Row] = []
    totals: list[Total] = []
    for line in section.lines():
        cells = [
            Cell(cell_text(column.kind, cell, lang)) for column, cell in zip(section.columns, line.cells, strict=True)
        ]
        label = value_text(line.label or "", lang)
        match line.role:
            case "total":
                totals.append(Total(words=label or cells[0].words, cells=cells[1:]))
            case "row":
                rows.append(Row(cells=cells))
            case role:
                rows.append(Row(cells=[Cell(label or cells[0].words), *cells[1:]], weight=role))
    return Table(id=id, caption=caption, heads=heads, rows=rows, totals=totals, empty=empty)
