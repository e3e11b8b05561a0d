"""Registers as lenders write them: rows of good values in the styles and formats that are supported."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from lending.registers.columns import RegisterKind
from lending.registers.review import REGISTERS, Review, read_register
from lending.registers.vocabulary import Language
from lending.registers.words import title

GOOD: dict[RegisterKind, dict[str, Any]] = {
    "issued-loans": {
        "facility_number": "Ф-7/2019",
        "contract_number": "ДЗ-1",
        "contract_date": date(2019, 3, 15),
        "disbursed_on": date(2019, 3, 20),
        "amount": 3000000.50,
        "annual_rate": 0.06,
        "months": 60,
        "method": "аннуитет",
        "borrower_id": "850315400124",
        "borrower_name": "Әлия Қасымова",
        "borrower_kind": "ИП",
        "start_up": "да",
        "purpose": "Открытие микробизнеса",
        "sector": "Животноводство",
        "territory": "село",
    },
    "repayments": {
        "contract_number": "ДЗ-1",
        "contract_date": date(2019, 3, 15),
        "paid_on": date(2019, 4, 20),
        "amount": 100000.25,
        "bank_reference": "P-1",
    },
    "target-use": {
        "contract_number": "ДЗ-1",
        "confirmed_on": date(2019, 5, 20),
        "amount": 2000000,
        "document_kind": "накладная",
        "document_number": "15",
        "document_on": date(2019, 4, 1),
    },
    "training": {
        "iin": "850315400124",
        "name": "Әлия Қасымова",
        "district": "113200000",
        "admitted_on": date(2019, 2, 1),
        "trained_on": date(2019, 2, 25),
        "certificate_kind": "о завершении обучения",
        "certificate_number": "BB-2019-000017",
        "certificate_on": date(2019, 2, 28),
        "large_family": "нет",
    },
    "specialisation": {
        "year": 2019,
        "district": "113200000",
        "oked": "01.41",
        "approver": "Региональная палата, МСХ",
        "valid_from": date(2019, 2, 20),
        "valid_until": date(2020, 2, 19),
    },
}


def good(kind: RegisterKind, **changes: Any) -> dict[str, Any]:
    """A row that passes, with some cells changed."""
    return {**GOOD[kind], **changes}


def headings(kind: RegisterKind, fields: Sequence[str], language: Language = "ru") -> list[str]:
    """The headings of the fields as a template writes them."""
    return [title(kind, field, language) for field in fields]


def table(kind: RegisterKind, rows: Sequence[Mapping[str, Any]], language: Language = "ru") -> list[list[Any]]:
    """Headings and cells of rows that all have the fields of the first, in the order of the template."""
    fields = [column.field for column in REGISTERS[kind].columns if column.field in rows[0]]
    return [headings(kind, fields, language), *([row.get(field) for field in fields] for row in rows)]


def xlsx(cells: Sequence[Sequence[Any]], name: str = "Реестр", **options: Any) -> bytes:
    """A workbook of one sheet written by XlsxWriter; dates are date cells."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"strings_to_formulas": False, **options})
    workbook.set_properties({"created": datetime(2019, 1, 1)})  # noqa: DTZ001 - a fixed stamp keeps the bytes equal
    days = workbook.add_format({"num_format": "dd.mm.yyyy"})
    sheet = workbook.add_worksheet(name)
    for number, row in enumerate(cells):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, days)
            elif value is not None:
                sheet.write(number, column, value)
    workbook.close()
    return target.getvalue()


def text_table(cells: Sequence[Sequence[Any]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A text table as 1C writes it: dd.mm.yyyy and the decimal comma."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerows([[_spelt(value) for value in row] for row in cells])
    return target.getvalue().encode(encoding)


def _spelt(value: Any) -> Any:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value).replace(".", ",") if isinstance(value, float) else value


def review(kind: RegisterKind, *rows: Mapping[str, Any]) -> Review:
    """Review of a workbook of the rows."""
    return read_register(xlsx(table(kind, rows)), "register.xlsx")


def codes(found: Review) -> list[str]:
    """Codes of the problems, in the order of the file."""
    return [problem.code for problem in found.problems]
