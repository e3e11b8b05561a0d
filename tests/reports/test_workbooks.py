"""The workbook holds numbers as numbers and every text as text. It is read back by another library."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from reports.report import Column, Section, tabulate
from reports.words import LANGUAGES, Lang
from reports.workbooks import sheet_names, xlsx
from tests.reports.samples import issued, issued_row, report, trial_balance

NAME = Column(key="name", kind="text", head="Name")


def rows_of(content: bytes, sheet: int = 0) -> list[list[object]]:
    """The cells of one sheet, empty ones as empty strings."""
    return [list(row) for row in CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(sheet).to_python()]


def titled(*titles: str) -> list[Section]:
    """Sections that have only titles."""
    return [tabulate([NAME], [("a",)], title=title) for title in titles]


def test_cells_keep_their_types() -> None:
    """Amounts and shares are numbers, dates are dates, identifiers keep their zeros as text."""
    row = next(row for row in rows_of(xlsx(report(), "ru")) if row[0] == 1)
    assert row[1:8] == [
        "«Ғажайып-Өркен» шаруа қожалығы",
        issued_row(1)[3],
        "МК-2021/0001",
        date(2021, 3, 2),
        date(2021, 3, 1),
        "Приобретение племенного крупного рогатого скота",
        6_012_345.67,
    ]
    assert row[8] == 0.06


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "http://example.org", "{=1}", "0501"])
def test_no_text_becomes_a_formula_or_a_link(text: str) -> None:
    """Whatever a borrower is called, the cell is that text and nothing else."""
    content = xlsx(report(tabulate([NAME], [(text,)])), "en")
    assert [text] in [row[:1] for row in rows_of(content)]
    sheet = zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_report_gives_the_same_bytes(lang: Lang) -> None:
    """No clock reaches the file."""
    assert xlsx(report(issued(), trial_balance()), lang) == xlsx(report(issued(), trial_balance()), lang)


def test_sheets_are_named_within_the_limits_of_excel() -> None:
    """Names are cut at 31 characters, freed of forbidden signs and told apart."""
    names = sheet_names(report(*titled("Займы [2021/03]: «все»", "Х" * 40, "х" * 40, "'")), "ru")
    assert names[0] == "Займы (2021 03) «все»"
    assert [len(name) for name in names] == [21, 31, 31, 1]
    assert names[2].endswith(" 2")


def test_heads_stay_in_sight_and_repeat_in_print() -> None:
    """Panes are frozen below the heads, pages are A4 landscape, one page wide."""
    book = zipfile.ZipFile(BytesIO(xlsx(report(), "kk")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "Print_Titles" in book.read("xl/workbook.xml").decode()


def test_each_section_has_its_sheet_and_the_last_one_the_signatures() -> None:
    """Bands and heads open the second sheet, places to sign close it."""
    content = xlsx(report(issued(), trial_balance()), "en")
    assert not any("Chief accountant" in str(row[0]) for row in rows_of(content, 0))
    second = rows_of(content, 1)
    assert any("Chief accountant" in str(row[0]) for row in second)
    assert ["", "", "Opening balance", "", "Turnover", ""] in second
