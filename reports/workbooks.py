"""A report as an XLSX workbook to be sorted, filtered and summed.

Numbers are numbers, dates are dates, identifiers and names are text: every text is written as a string cell,
so none can become a formula or a link, whatever it begins with. The bytes depend on the report and the
language alone. A sheet holds one section, its totals as values (not formulas), equal to the other formats;
Excel itself keeps fifteen digits, so an amount is exact up to ten trillion tenge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ledger.errors import Refused
from ledger.money import TIYN_PER_TENGE
from reports.report import Cell, Column, Kind, Report, Role, Section
from reports.words import Lang, cell_text, say, value_text

#: Rows of a sheet, which is Excel's limit, less room for what stands around the table.
MOST_ROWS = 1_048_576 - 100

_SHEET_NAME = 31
_FORBIDDEN_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "()     ’")
#: Bounds of a column's width, in characters.
_NARROWEST, _WIDEST = 6, 42
_A4 = 9
_NUMBER_FORMATS: dict[Kind, str] = {
    "money": "#,##0.00",
    "integer": "#,##0",
    "percent": "0.00##%",
    "rate": "0.0%",
    "date": "dd.mm.yyyy",
    "month": "mm.yyyy",
    "text": "General",
    "identifier": "@",
}
_ROLE_LOOKS: dict[Role, dict[str, object]] = {
    "row": {},
    "heading": {"bold": True, "bg_color": "#F7F8FA"},
    "subtotal": {"bold": True, "bg_color": "#F7F8FA"},
    "total": {"bold": True, "bg_color": "#EEF1F4", "top": 2},
}


@dataclass(eq=False, kw_only=True)
class TooLongForSheet(Refused):
    """A section with more rows than a sheet of Excel holds."""

    code = "report-too-long-for-sheet"
    sentence = (
        "Expected at most {limit} rows in a sheet; this report has {rows}. "
        "Take it as CSV or JSON, or narrow it to a region or an organisation."
    )
    limit: int
    rows: int


def xlsx(report: Report, lang: Lang) -> bytes:
    """``report`` as XLSX bytes, the same for the same report.

    Raises:
        TooLongForSheet: more than `MOST_ROWS` rows in a section.
    """
    for section in report.sections:
        if len(section.rows) > MOST_ROWS:
            raise TooLongForSheet(limit=MOST_ROWS, rows=len(section.rows))
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": value_text(report.title, lang),
                "author": value_text(report.organisation, lang),
                "created": datetime.combine(report.period.end, time()),
            }
        )
        looks = Looks(book)
        for name, section in zip(sheet_names(report, lang), report.sections, strict=True):
            sheet = book.add_worksheet(name)
            _set_up_page(sheet, section, lang)
            below_title = _write_title(sheet, report, looks, lang)
            below_table = _write_table(sheet, below_title, section, looks, lang)
            if section is report.sections[-1]:
                _write_ending(sheet, below_table + 1, report, looks, lang)
    return content.getvalue()


def sheet_names(report: Report, lang: Lang) -> list[str]:
    """A name for the sheet of each section: its title, else the report's; allowed by Excel and told apart."""
    names: list[str] = []
    for section in report.sections:
        words = value_text(section.title or report.title, lang).translate(_FORBIDDEN_IN_SHEET_NAMES)
        whole = " ".join(words.split())
        name, number = whole[:_SHEET_NAME].strip(), 1
        while name.lower() in (taken.lower() for taken in names):
            number += 1
            ending = f" {number}"
            name = whole[: _SHEET_NAME - len(ending)].strip() + ending
        names.append(name)
    return names


class Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def __call__(self, **properties: object) -> Format:
        """The format with these XlsxWriter ``properties``."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "Arial", "font_size": 10, **properties})
        return self._made[key]

    def of_cell(self, role: Role, kind: Kind) -> Format:
        """The format of a cell of ``kind`` in a line of ``role``."""
        return self(
            border=1,
            border_color="#8A8A8A",
            num_format=_NUMBER_FORMATS[kind],
            valign="top",
            **_ROLE_LOOKS[role],
        )


def _set_up_page(sheet: Worksheet, section: Section, lang: Lang) -> None:
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.set_footer("&R&P / &N")
    for index, width in enumerate(_widths(section, lang)):
        sheet.set_column(index, index, width)


def _widths(section: Section, lang: Lang) -> Iterator[int]:
    """Widths in characters: the widest cell, the longest word of the head, no more than `_WIDEST`."""
    lines = [line for line in section.lines() if line.role != "heading"]
    for index, column in enumerate(section.columns):
        head = max(len(word) for word in value_text(column.title, lang).split())
        cells = (len(cell_text(column.kind, line.cells[index], lang)) for line in lines)
        yield min(max(head, *cells, _NARROWEST) + 2, _WIDEST)


def _write_title(sheet: Worksheet, report: Report, looks: Looks, lang: Lang) -> int:
    """Organisation, title, period and particulars; gives the row where the table may begin."""
    sheet.write_string(0, 0, value_text(report.organisation, lang), looks())
    sheet.write_string(1, 0, value_text(report.title, lang), looks(bold=True, font_size=13))
    sheet.write_string(2, 0, say("document.period", lang, period=report.period), looks())
    for row, each in enumerate(report.particulars, start=3):
        words = f"{value_text(each.label, lang)}: {cell_text(each.kind, each.value, lang)}"
        sheet.write_string(row, 0, words, looks())
    return 4 + len(report.particulars)


def _write_table(sheet: Worksheet, top: int, section: Section, looks: Looks, lang: Lang) -> int:
    """The heads, which stay in sight and repeat in print, and the lines; gives the row below."""
    columns = section.columns
    if any(column.kind == "money" for column in columns):
        sheet.write_string(top, 0, say("document.in-tenge", lang), looks(italic=True))
        top += 1
    last_head = _write_heads(sheet, top, columns, looks, lang)
    sheet.repeat_rows(top, last_head)
    sheet.freeze_panes(last_head + 1, 0)
    row = last_head
    for row, line in enumerate(section.lines(), start=last_head + 1):
        for index, (column, cell) in enumerate(zip(columns, line.cells, strict=True)):
            _write_cell(sheet, row, index, column.kind, cell, looks.of_cell(line.role, column.kind), lang)
        if line.label is not None:
            sheet.write_string(row, 0, value_text(line.label, lang), looks.of_cell(line.role, "text"))
    return row + 1


def _write_heads(sheet: Worksheet, top: int, columns: Sequence[Column], looks: Looks, lang: Lang) -> int:
    """One row of heads, below a row of bands where there are any; gives the last row written."""
    look = looks(
        bold=True,
        border=1,
        border_color="#8A8A8A",
        bg_color="#EEF1F4",
        align="center",
        valign="vcenter",
        text_wrap=True,
    )
    if any(column.band for column in columns):
        first = 0
        for band, members in groupby(columns, key=lambda column: column.band):
            last = first + len(list(members)) - 1
            if last > first:
                sheet.merge_range(top, first, top, last, "", look)
            sheet.write_string(top, first, value_text(band or "", lang), look)
            first = last + 1
        top += 1
    for index, column in enumerate(columns):
        sheet.write_string(top, index, value_text(column.title, lang), look)
    return top


def _write_cell(sheet: Worksheet, row: int, index: int, kind: Kind, cell: Cell, look: Format, lang: Lang) -> None:
    match kind, cell:
        case _, None:
            sheet.write_blank(row, index, None, look)
        case "money", int():
            sheet.write_number(row, index, cell / TIYN_PER_TENGE, look)
        case _, int() | Decimal():
            sheet.write_number(row, index, float(cell), look)
        case _, date():
            sheet.write_datetime(row, index, datetime.combine(cell, time()), look)
        case _:
            sheet.write_string(row, index, cell_text(kind, cell, lang), look)


def _write_ending(sheet: Worksheet, row: int, report: Report, looks: Looks, lang: Lang) -> None:
    """Notes, places to sign and the date, below the last table."""
    notes = [value_text(note, lang) for note in report.notes]
    signatures = [
        f"{say(f'role.{each.role}', lang)} {'_' * 20} {value_text(each.signatory or '_' * 20, lang)}"
        for each in report.signatures
    ]
    day = say("document.prepared-on", lang, day=report.prepared_on or "_" * 20)
    for line in (*notes, "", *signatures, "", day):
        sheet.write_string(row, 0, line, looks())
        row += 1
