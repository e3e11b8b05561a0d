"""The files that the demo's lenders send: registers in the layouts real offices use.

One lender writes the Kazakh template, another Russian headings under a title and with a totals row, a third a CSV
with semicolons, decimal commas and kz1048. All of them say the same; the importer has to understand them as they
come. Rows are given as field values; what a lender leaves blank is left blank.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from lending.registers.columns import RegisterKind
from lending.registers.review import REGISTERS
from lending.registers.vocabulary import Language, choices
from lending.registers.words import phrase, title

Layout = Literal["template", "titled", "csv"]
LAYOUTS: tuple[tuple[Layout, Language], ...] = (("template", "kk"), ("titled", "ru"), ("csv", "ru"), ("template", "ru"))

Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class WrittenRegister:
    """A file as sent: its name and its bytes."""

    name: str
    content: bytes


def layout_of(lender_number: int) -> tuple[Layout, Language]:
    """The layout a lender keeps to."""
    return LAYOUTS[lender_number % len(LAYOUTS)]


def written_register(
    kind: RegisterKind, rows: Sequence[Mapping[str, Cell]], layout: Layout, language: Language, name: str
) -> WrittenRegister:
    """``rows`` (values by field) as a file in a lender's layout."""
    fields = [column.field for column in REGISTERS[kind].columns if any(column.field in row for row in rows)]
    table = [[_worded(kind, field, row.get(field), language) for field in fields] for row in rows]
    headings = [title(kind, field, language) for field in fields]
    if layout == "csv":
        return WrittenRegister(f"{name}.csv", _csv(headings, table))
    above = [[phrase(kind, language)], []] if layout == "titled" else []
    below = _totals(fields, table) if layout == "titled" else []
    return WrittenRegister(f"{name}.xlsx", _xlsx(above, headings, table, below))


def _worded(kind: RegisterKind, field: str, value: Cell, language: Language) -> Cell:
    listed = {column.field: column.choices for column in REGISTERS[kind].columns}[field]
    if value is None or listed is None:
        return value
    return choices(listed)[str(value)][language][0]


def _totals(fields: Sequence[str], table: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    amount = fields.index("amount")
    total = sum((Decimal(str(row[amount])) for row in table), Decimal(0))
    return [["Итого", *[total if place == amount else None for place in range(1, len(fields))]]]


def _csv(headings: Sequence[str], table: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_as_text(cell) for cell in row] for row in table)
    return text.getvalue().encode("kz1048")


def _as_text(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    return str(cell).replace(".", ",") if isinstance(cell, Decimal) else "" if cell is None else str(cell)


def _xlsx(
    above: Sequence[Sequence[str]], headings: Sequence[str], table: Sequence[Sequence[Cell]],
    below: Sequence[Sequence[Cell]],
) -> bytes:  # fmt: skip
    import xlsxwriter

    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"created": datetime(2019, 1, 1)})  # noqa: DTZ001 - a fixed stamp keeps the bytes equal
    sheet = workbook.add_worksheet()
    formats = {
        date: workbook.add_format({"num_format": "dd.mm.yyyy"}),
        Decimal: workbook.add_format({"num_format": "#,##0.00"}),
    }
    for number, row in enumerate([*above, headings, *table, *below]):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, formats)
    workbook.close()
    return target.getvalue()


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, formats: Mapping[type, Any]) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats[date])
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, cell, formats[Decimal])
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, cell)
