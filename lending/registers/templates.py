"""Empty workbooks for lenders to fill, made from the same columns and words that are read.

What a template asks for is what `review` accepts, in the language of the template. The bytes are the same
each time, so a template can be compared with the one that was handed out.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from lending.registers.columns import Column, Form, Register, RegisterKind
from lending.registers.review import REGISTERS
from lending.registers.vocabulary import Language, choices
from lending.registers.words import LISTS_SHEET, expected, phrase, title

#: Rows that get formats and lists.
ROWS = 5_000

_CREATED = datetime(2019, 1, 1, tzinfo=UTC)
_FORMATS: dict[Form, str] = {
    "text": "@",
    "money": "#,##0.00",
    "date": "dd.mm.yyyy",
    "whole": "0",
    "percent": "@",
    "choice": "@",
}


def template(kind: RegisterKind, language: Language) -> bytes:
    """An XLSX with the headings of the register and no rows; columns that must be filled are in bold."""
    import xlsxwriter

    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"created": _CREATED, "title": phrase(kind, language)})
    sheet = workbook.add_worksheet(phrase(kind, language))
    lists = workbook.add_worksheet(LISTS_SHEET)
    lists.hide()
    _write_columns(workbook, sheet, lists, REGISTERS[kind], language)
    workbook.close()
    return target.getvalue()


def _write_columns(workbook: Any, sheet: Any, lists: Any, register: Register[Any], language: Language) -> None:
    formats = {form: workbook.add_format({"num_format": code}) for form, code in _FORMATS.items()}
    look = {"text_wrap": True, "valign": "top", "border": 1}
    headings = {
        True: workbook.add_format({**look, "bold": True, "bg_color": "#DCE6F1"}),
        False: workbook.add_format(look),
    }
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 48)
    for number, column in enumerate(register.columns):
        heading = title(register.kind, column.field, language)
        sheet.set_column(number, number, 18, formats[column.form])
        sheet.write_string(0, number, heading, headings[column.required])
        if column.choices:
            words = [spelt[language][0] for spelt in choices(column.choices).values()]
            for row, word in enumerate(words):
                lists.write_string(row, number, word)
            source = f"={LISTS_SHEET}!${_letters(number)}$1:${_letters(number)}${len(words)}"
            sheet.data_validation(
                1, number, ROWS, number, _rule(column, language, {"validate": "list", "source": source})
            )


def _letters(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number))


def _rule(column: Column, language: Language, rule: dict[str, Any]) -> dict[str, Any]:
    message = expected("not-in-list", {"list": column.choices or ""}, language)
    return {**rule, "error_type": "warning", "error_message": message[:255]}
