"""What holds for every family alike. Reports are built from the programme of `tests.reports.books` and taken apart."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import URL
from sqlalchemy.orm import Session

from ledger.unit_of_work import make_engine
from reports.catalogue import families
from reports.documents import page
from reports.exports import csv_file, json_file
from reports.family import ReportFamily, ReportRequest
from reports.periods import parse_period
from reports.report import Report
from reports.words import LANGUAGES, Lang, cell_text
from reports.workbooks import xlsx
from tests.conftest import database_copy
from tests.reports.books import programme

EVERY = pytest.mark.parametrize("family", families(), ids=lambda family: family.name)


class Told(NamedTuple):
    """The programme in the books, which these tests only look at, and its first loan."""

    session: Session
    loan: str


@pytest.fixture(scope="module")
def books(server: URL) -> Iterator[Told]:
    """The programme in a database of its own."""
    with database_copy(server) as url:
        engine = make_engine(url)
        with Session(engine) as session:
            yield Told(session, str(programme(session).loans["M-1"]))
        engine.dispose()


def made(books: Told, family: ReportFamily, period: str = "2021-Q1") -> Report:
    """The report of a family, of the first loan where it is about one."""
    return family.report(books.session, ReportRequest(period=parse_period(period), subject=books.loan))


def amounts_of(report: Report) -> list[Decimal]:
    """All sums of money in the order they are read, in tenge."""
    return [
        Decimal(cell) / 100
        for section in report.sections
        for line in section.lines()
        for column, cell in zip(section.columns, line.cells, strict=True)
        if column.kind == "money" and isinstance(cell, int)
    ]


def in_csv(report: Report, lang: Lang) -> Iterator[Decimal]:
    """The sums in the CSV file, found by the columns of each section."""
    rows = csv.reader(StringIO(csv_file(report, lang).decode("utf-8-sig")), delimiter="," if lang == "en" else ";")
    lines = [line for line in rows if line]
    at = 0
    for section in report.sections:
        at += (len(report.sections) > 1) + 1
        for _ in section.lines():
            for column, cell in zip(section.columns, lines[at], strict=True):
                if column.kind == "money" and cell:
                    yield Decimal(cell.replace(",", "."))
            at += 1


def in_xlsx(report: Report, lang: Lang) -> Iterator[Decimal]:
    """The sums in the workbook: numbers of the last rows of each sheet, in columns of money."""
    book = CalamineWorkbook.from_filelike(BytesIO(xlsx(report, lang)))
    for sheet, section in enumerate(report.sections):
        rows = book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
        heads = next(place for place, row in enumerate(rows) if len([cell for cell in row if cell]) > 1)
        first = heads + (2 if any(column.band for column in section.columns) else 1)
        for row in rows[first : first + len(list(section.lines()))]:
            for column, cell in zip(section.columns, row, strict=False):
                if column.kind == "money" and isinstance(cell, float | int):
                    yield Decimal(repr(cell))


def json_amounts(report: Report, lang: Lang) -> list[Any]:
    """Rows and totals of the JSON file, without words."""
    sections = json.loads(json_file(report, lang))["sections"]
    return [(section["totals"], len(section["rows"])) for section in sections]


@EVERY
def test_every_format_and_language_has_the_same_sums(books: Told, family: ReportFamily) -> None:
    """CSV and XLSX hold, in every language, exactly the sums of the report; JSON its totals and rows."""
    report = made(books, family)
    expected = amounts_of(report)
    assert expected
    for lang in LANGUAGES:
        assert list(in_csv(report, lang)) == expected
        assert list(in_xlsx(report, lang)) == expected
        assert json_amounts(report, lang) == json_amounts(report, "en")


@EVERY
@pytest.mark.parametrize("lang", LANGUAGES)
def test_paper_shows_every_sum_that_is_printed(books: Told, family: ReportFamily, lang: Lang) -> None:
    """What is on the page in any language is written from the same cells."""
    report = made(books, family)
    html = page(report, lang)
    shown = {
        cell_text("money", cell, lang)
        for section in report.sections
        for line in section.lines()
        for column, cell in zip(section.columns, line.cells, strict=True)
        if column.kind == "money" and column.printed
    }
    assert [words for words in shown if words not in html] == []


@EVERY
def test_an_empty_programme_has_empty_reports(books: Told, family: ReportFamily) -> None:
    """A period before everything gives a report without rows of loans, not a failure."""
    report = made(books, family, "2020-12")
    assert sum(amount for amount in amounts_of(report) if family.name != "indicators") == 0


@EVERY
def test_open_months_are_preliminary(books: Told, family: ReportFamily) -> None:
    """A report on months that nobody closed says so in its last note."""
    assert getattr(made(books, family).notes[-1], "key", None) == "note.preliminary"


@EVERY
def test_the_same_books_give_the_same_bytes(books: Told, family: ReportFamily) -> None:
    """Asked twice, a report is the same."""
    report = made(books, family)
    loan = report.subject or None
    again = family.report(books.session, ReportRequest(period=report.period, subject=loan))
    assert xlsx(report, "kk") == xlsx(again, "kk")
