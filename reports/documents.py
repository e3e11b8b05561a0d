"""A report as a PDF to be printed and signed: A4, repeated heads, ``3 / 7`` pages, a signature block.

The page is one autoescaped template; the bytes depend on the report and the language alone (no clock, no
identifier, no network), so a filed report prints again byte for byte. Orientation, column widths and type size
follow from the longest words in the columns. A row of twelve columns takes about 10 ms and a quarter of a
megabyte, so of long registers `reports.paper` leaves the sums.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from math import ceil, floor
from textwrap import wrap
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from weasyprint import HTML, URLFetcher
from weasyprint.urls import URLFetcherResponse

from ledger.errors import Broken
from reports.paper import on_paper
from reports.report import Column, Kind, Line, Report, Role, Section
from reports.words import Lang, cell_text, say, value_text

Orientation = Literal["portrait", "landscape"]

_STYLES: dict[Kind, str] = {
    "money": "number",
    "integer": "number",
    "percent": "number",
    "rate": "number",
    "date": "day",
    "month": "text",
    "text": "text",
    "identifier": "identifier",
}
#: Width of A4 less the margins, in mm.
_PAPER: dict[Orientation, float] = {"portrait": 182.0, "landscape": 269.0}
#: The largest type of a table, and the smallest for which a page stays upright, in points.
_LARGEST, _UPRIGHT = 9.0, 8.0
#: Characters of a title in one line.
_TITLE_CHARACTERS: dict[Orientation, int] = {"portrait": 62, "landscape": 92}
#: Width of a bold digit of DejaVu Sans Condensed, in mm per point of size.
_CHARACTER = 0.626 * 25.4 / 72
#: Characters added to every column for its padding and its rules.
_PADDING = 1
#: A bold letter is this much wider than a bold digit: heads are made of letters.
_LETTER = 1.15
#: A text column asks for no more than this many characters; longer texts take further lines.
_TEXT_WIDTH = 24


@dataclass(eq=False, kw_only=True)
class AssetRefused(Broken):
    """A document asked for something outside the package."""

    code = "report-asset-refused"
    sentence = "A document may only use the assets of the package; it asked for {url}. Mend the template."
    url: str


class PackagedAssets(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Serves ``package:NAME`` from ``reports/templates`` and refuses every other address, files included."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002  # base signature
        """The asset at ``url``.

        Raises:
            AssetRefused: any other scheme, or a name that the package does not have.
        """
        scheme, _, name = url.partition(":")
        asset = {file.name: file for file in files("reports").joinpath("templates").iterdir()}.get(name)
        if scheme != "package" or asset is None:
            raise AssetRefused(url=url)
        return URLFetcherResponse(url, asset.read_bytes(), {"Content-Type": "text/css"})


@dataclass(frozen=True, slots=True)
class Layout:
    """How a report lies on paper: which way up, and the type size of each of its tables."""

    orientation: Orientation
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """One cell of a table's head."""

    words: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line below the head: a label over the first ``across`` columns, then styles and words."""

    role: Role
    label: str
    across: int
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A section in words; ``characters`` is the room each column asks for."""

    title: str
    unit: str
    remarks: tuple[str, ...]
    heads: tuple[tuple[Head, ...], ...]
    lines: tuple[PrintedLine, ...]
    characters: tuple[int, ...]

    @property
    def widths(self) -> tuple[float, ...]:
        """The columns' shares of the table's width, in percent."""
        return tuple(round(100 * each / sum(self.characters), 3) for each in self.characters)


def pdf(report: Report, lang: Lang) -> bytes:
    """``report`` as PDF bytes, the same for the same report."""
    with _young_garbage_only():
        written: bytes = HTML(string=page(report, lang), url_fetcher=PackagedAssets()).write_pdf()
    return written


@contextmanager
def _young_garbage_only() -> Iterator[None]:
    """Let Python look for garbage among its newest objects only.

    A document is hundreds of thousands of boxes that live until it is written; going through all of them time and
    again took a third of the time.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 1_000, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def page(report: Report, lang: Lang) -> str:
    """The HTML that becomes the PDF; every word of it is escaped."""
    sections = [printed_section(section, lang) for section in report.sections]
    layout = fitting_layout([section.characters for section in sections])
    title = value_text(report.title, lang)
    template = _environment().get_template("report.html")
    return template.render(
        lang=lang,
        orientation=layout.orientation,
        title=title,
        title_lines=balanced_lines(title, _TITLE_CHARACTERS[layout.orientation]),
        organisation=value_text(report.organisation, lang),
        period=say("document.period", lang, period=report.period) if report.tells_period else "",
        parameters=[
            (value_text(each.label, lang), cell_text(each.kind, each.value, lang)) for each in report.particulars
        ],
        sections=list(zip(sections, layout.points, strict=True)),
        notes=[value_text(note, lang) for note in report.notes],
        signatures=[
            (say(f"role.{each.role}", lang), value_text(each.signatory or "", lang)) for each in report.signatures
        ],
        day=report.prepared_on or "_" * 20,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals["say"] = say
    return environment


def printed_section(section: Section, lang: Lang) -> PrintedSection:
    """What is printed of ``section`` in words of ``lang``, with the room its columns ask for."""
    paper = on_paper(section)
    section, columns = paper.section, paper.section.columns
    lines = tuple(_printed_line(columns, line, lang) for line in section.lines())
    titles = [value_text(column.title, lang) for column in columns]
    room = [ceil(_LETTER * max(len(word) for word in title.split())) for title in titles]
    for line in lines:
        for index, (_, words) in enumerate(line.cells, start=line.across):
            room[index] = max(room[index], _room(columns[index].kind, words))
    return PrintedSection(
        title=value_text(section.title or "", lang),
        unit=say("document.in-tenge", lang) if any(column.kind == "money" for column in columns) else "",
        remarks=tuple(value_text(remark, lang) for remark in paper.remarks),
        heads=_heads(columns, titles, lang),
        lines=lines,
        characters=tuple(each + _PADDING for each in room),
    )


def fitting_layout(tables: Sequence[Sequence[int]]) -> Layout:
    """The page on which tables with columns of so many characters fit, each in its largest type, to half a point.

    A page is upright when that allows 8 points or more to all of them. A very wide table gets very small type, but
    no figure ever runs into its neighbour.
    """
    upright, sideways = (
        tuple(_fitting_points(characters, width) for characters in tables) for width in _PAPER.values()
    )
    if min(upright, default=_LARGEST) >= _UPRIGHT:
        return Layout("portrait", upright)
    return Layout("landscape", sideways)


def _fitting_points(characters: Sequence[int], width: float) -> float:
    """The largest type in which columns of so many characters fit on ``width`` mm."""
    return min(_LARGEST, floor(2 * width / (sum(characters) * _CHARACTER)) / 2)


def balanced_lines(text: str, limit: int) -> list[str]:
    """``text`` in as few lines of at most ``limit`` characters as it takes, of about the same length."""
    fewest = len(wrap(text, limit))
    narrowest = next(width for width in range(1, limit + 1) if len(wrap(text, width)) == fewest)
    return wrap(text, narrowest)


def _printed_line(columns: Sequence[Column], line: Line, lang: Lang) -> PrintedLine:
    across = line.label_width
    return PrintedLine(
        role=line.role,
        label=value_text(line.label or "", lang),
        across=across,
        cells=tuple(
            (_STYLES[column.kind], cell_text(column.kind, cell, lang))
            for column, cell in zip(columns[across:], line.cells[across:], strict=True)
        ),
    )


def _room(kind: Kind, words: str) -> int:
    """Characters that ``words`` need side by side: all of a figure, of a text its longest word or a good line."""
    if kind != "text":
        return len(words)
    longest = max((len(word) for word in words.split()), default=0)
    return max(longest, min(len(words), _TEXT_WIDTH))


def _heads(columns: Sequence[Column], titles: Sequence[str], lang: Lang) -> tuple[tuple[Head, ...], ...]:
    """One row of heads, or two where some columns stand under a common band."""
    if not any(column.band for column in columns):
        return (tuple(Head(title) for title in titles),)
    upper: list[Head] = []
    lower: list[Head] = []
    for band, members in groupby(zip(columns, titles, strict=True), key=lambda each: each[0].band):
        words = [title for _, title in members]
        if band is None:
            upper.extend(Head(title, down=2) for title in words)
        else:
            upper.append(Head(value_text(band, lang), across=len(words)))
            lower.extend(Head(title) for title in words)
    return tuple(upper), tuple(lower)
