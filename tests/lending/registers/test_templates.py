"""Templates: what is handed out is what is read."""

import io
from typing import Any

import openpyxl
import pytest

from lending.registers.columns import RegisterKind
from lending.registers.review import REGISTERS, read_register
from lending.registers.templates import template
from lending.registers.vocabulary import LANGUAGES, Language
from tests.lending.registers.workbooks import GOOD

EACH = pytest.mark.parametrize(("kind", "language"), [(kind, each) for kind in REGISTERS for each in LANGUAGES])


@EACH
def test_template_is_read_and_lacks_only_rows(kind: RegisterKind, language: Language) -> None:
    """Every column is found, nothing is unknown, and only the rows are missing."""
    found = read_register(template(kind, language), "x")
    (header,) = found.headers.values()
    assert [problem.code for problem in found.problems] == ["no-rows"]
    assert (found.kind, found.ignored_columns, found.ignored_sheets) == (kind, (), ())
    assert list(header.columns) == [column.field for column in REGISTERS[kind].columns]


@EACH
def test_filled_template_passes(kind: RegisterKind, language: Language) -> None:
    """Good values written under the headings are accepted, lists included."""
    workbook: Any = openpyxl.load_workbook(io.BytesIO(template(kind, language)))
    for number, column in enumerate(REGISTERS[kind].columns, 1):
        workbook.worksheets[0].cell(2, number).value = GOOD[kind].get(column.field)
    for validation in workbook.worksheets[0].data_validations.dataValidation:
        column_letter = validation.formula1.split("$")[1]
        workbook.worksheets[0][f"{column_letter}2"] = workbook.worksheets[1][f"{column_letter}1"].value
    target = io.BytesIO()
    workbook.save(target)
    found = read_register(target.getvalue(), "x")
    assert (found.problems, len(found.rows)) == ((), 1)


def test_template_is_the_same_each_time() -> None:
    """The bytes do not change from one making to the next."""
    assert template("repayments", "kk") == template("repayments", "kk")
