"""The marked workbook: problems where they are, the rest as it was, and fit to be uploaded again."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from lending.registers.marking import AUTHOR, mark
from lending.registers.review import read_register
from lending.registers.vocabulary import LANGUAGES, Language
from lending.registers.words import phrase
from tests.lending.registers.test_sheets import FILES
from tests.lending.registers.workbooks import GOOD, good, table, text_table, xlsx

ROWS = [
    good("repayments"),
    good("repayments", amount="сто", bank_reference="P-2"),
    good("repayments", bank_reference="P-3"),
]


def marked(content: bytes, language: Language = "ru") -> Any:
    """The marked workbook, opened."""
    return openpyxl.load_workbook(io.BytesIO(mark(content, read_register(content, "x"), language)))


def test_bad_cell_is_red_with_a_comment() -> None:
    """The failing cell is painted and explained; valid rows keep their cells."""
    sheet = marked(xlsx(table("repayments", ROWS)))["Реестр"]
    assert (sheet["D3"].value, sheet["D3"].fill.fill_type, sheet["D3"].comment.author) == (
        "сто",
        "solid",
        AUTHOR,
    )
    assert sheet["D2"].comment is None
    assert [cell.value for cell in sheet[2]][:5] == [
        "ДЗ-1",
        sheet["B2"].value,
        sheet["C2"].value,
        100000.25,
        "P-1",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_status_and_message_stand_at_the_right(language: Language) -> None:
    """Two columns of ours tell the verdict of bad rows only, in the language asked for."""
    sheet = marked(xlsx(table("repayments", ROWS)), language)["Реестр"]
    assert [sheet["F1"].value, sheet["G1"].value] == [phrase("status", language), phrase("message", language)]
    assert [sheet.cell(row, 6).value for row in (2, 3, 4)] == [None, phrase("problem", language), None]


def test_list_of_problems_links_to_the_cells() -> None:
    """A sheet lists every problem with a link to its cell."""
    sheet = marked(xlsx(table("repayments", ROWS)))["Ошибки"]
    assert [sheet["A2"].value, sheet["E2"].value, sheet["G2"].value] == ["not-an-amount", "D", "сто"]
    assert sheet["D2"].hyperlink.location == "'Реестр'!D3"


@pytest.mark.parametrize(
    "content",
    [
        xlsx(table("repayments", ROWS)),
        xlsx(table("repayments", ROWS), date_1904=True),
        text_table(table("repayments", ROWS), encoding="kz1048"),
        (FILES / "repayments.xls").read_bytes(),
    ],
    ids=["xlsx", "1904", "csv", "xls"],
)
def test_marked_file_has_the_same_verdict(content: bytes) -> None:
    """Uploading the marked file as it is gives the same rows and problems, with nothing of ours listed."""
    first = read_register(content, "x")
    second = read_register(mark(content, first, "kk"), "x")
    assert second.rows == first.rows
    assert [(each.code, each.row, each.column) for each in second.problems] == [
        (each.code, each.row, each.column) for each in first.problems
    ]
    assert (second.ignored_columns, second.ignored_sheets) == ((), ())


def test_marks_are_taken_off_when_mended() -> None:
    """A mended cell loses its paint and comment, and the list is made anew in any language."""
    workbook = marked(xlsx(table("repayments", ROWS)))
    workbook["Реестр"]["D3"] = 5
    target = io.BytesIO()
    workbook.save(target)
    again = marked(target.getvalue(), "en")
    sheet = again["Реестр"]
    assert (sheet["D3"].fill.fill_type, sheet["D3"].comment, sheet["F3"].value) == (None, None, None)
    assert again.sheetnames == ["Реестр", "Errors"]
    assert sheet.max_column == 7


def test_columns_and_sheets_of_the_lender_are_kept() -> None:
    """A lender's own column «Статус» and sheet «Ошибки» are theirs."""
    head, row, bad, last = table("repayments", ROWS)
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx([[*head, "Статус"], [*row, "выдан"], bad, last])))
    workbook.create_sheet("Ошибки").append(["мои заметки"])
    target = io.BytesIO()
    workbook.save(target)
    again = marked(target.getvalue())
    assert (again["Реестр"]["F2"].value, again["Ошибки"]["A1"].value) == ("выдан", "мои заметки")


def test_formulas_come_back_as_their_values() -> None:
    """A formula keeps the value it showed, so that the file can be uploaded without opening it."""
    import xlsxwriter

    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    sheet = workbook.add_worksheet("Реестр")
    for number, row in enumerate(
        table("repayments", [good("repayments", paid_on="20.04.2019", contract_date="15.03.2019")])
    ):
        sheet.write_row(number, 0, row)
    sheet.write_formula("D2", "=50000*2+0.25", None, 100000.25)
    workbook.close()
    again = marked(target.getvalue())
    assert again["Реестр"]["D2"].value == 100000.25


@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x","y")', "@SUM(1)", "+1+cmd|' /C calc'!A0", "-2+3", "#REF!"])
@pytest.mark.parametrize("write", [xlsx, text_table])
def test_text_never_becomes_a_formula(evil: str, write: Any) -> None:
    """Text like a formula stays text, in the lender's cells and in ours that quote it."""
    workbook = marked(write(table("repayments", [good("repayments", amount=evil)])))
    sheet = workbook.worksheets[0]
    assert (sheet["D2"].value, sheet["D2"].data_type) == (evil, "s")
    assert {cell.data_type for each in workbook for row in each for cell in row} <= {"s", "n", "d"}


def test_locked_or_drawn_workbook_comes_back_clean() -> None:
    """A locked sheet comes back as an unlocked one of the same rows, merged headings kept."""
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(table("repayments", ROWS))))
    workbook.active.insert_rows(1)
    workbook.active["A1"] = "Реестр погашений"
    workbook.active.merge_cells("A1:C1")
    workbook.active.protection.enable()
    target = io.BytesIO()
    workbook.save(target)
    sheet = marked(target.getvalue())["Реестр"]
    assert not sheet.protection.sheet
    assert (sheet["D4"].value, "A1:C1" in sheet.merged_cells) == ("сто", True)


def test_comment_of_the_lender_is_kept() -> None:
    """A comment of theirs on a failing cell stays."""
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(table("repayments", ROWS))))
    workbook.active["D3"].comment = openpyxl.comments.Comment("спросить", "Айгүл")
    target = io.BytesIO()
    workbook.save(target)
    assert marked(target.getvalue())["Реестр"]["D3"].comment.text == "спросить"


def test_full_width_sheet_gets_no_columns() -> None:
    """Where there is no room for our columns, the lender's are not written over."""
    head, row = table("repayments", [good("repayments", amount="сто")])
    wide = [*head, *[f"к{n}" for n in range(195)]]
    content = xlsx([wide, [*row, *range(195)]])
    again = mark(content, read_register(content, "x"), "ru")
    assert openpyxl.load_workbook(io.BytesIO(again)).worksheets[0].max_column == 200
    assert [each.code for each in read_register(again, "x").problems] == ["not-an-amount"]


def test_good_file_is_marked_with_nothing() -> None:
    """A register without problems has no painted cell and an empty list."""
    workbook = marked(xlsx(table("repayments", [GOOD["repayments"]])))
    assert workbook["Ошибки"].max_row == 1
    assert workbook["Реестр"]["C2"].value.date() == date(2019, 4, 20)
