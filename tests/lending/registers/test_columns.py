"""Headings: found under titles, in several rows, languages and spellings."""

import pytest

from lending.registers.columns import find_header, in_thousands
from lending.registers.sheets import Sheet
from lending.registers.vocabulary import LANGUAGES, Language
from lending.registers.workbook_cells import Raw
from tests.lending.registers.workbooks import headings

FIELDS = ["contract_number", "contract_date", "paid_on", "amount"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_known_in_each_language(language: Language) -> None:
    """The headings of the template are found in Kazakh, Russian and English."""
    header = find_header(Sheet("s", [headings("repayments", FIELDS, language)]), "repayments")
    assert header is not None
    assert list(header.columns) == FIELDS


def test_spelling_of_headings_does_not_matter() -> None:
    """Case, ё, line breaks, units and order do not matter; unknown columns are listed."""
    row: list[Raw] = [
        "№ п/п",
        "СУММА\nПЛАТЕЖА, тенге",
        "дата  платежа:",
        "Номер договора (займа)",
        "Менеджер",
    ]
    header = find_header(Sheet("s", [row]), "repayments")
    assert header is not None
    assert header.columns == {"amount": 2, "paid_on": 3, "contract_number": 4}
    assert header.ignored == ("№ п/п", "Менеджер")


def test_titles_above_are_passed_over() -> None:
    """The header is the row that names the most fields, wherever titles stand."""
    rows: list[list[Raw]] = [
        ["Реестр погашений"],
        [],
        ["Сумма", "за ноябрь"],
        [],
        list(headings("repayments", FIELDS)),
        ["1"],
    ]
    header = find_header(Sheet("s", rows), "repayments")
    assert header is not None
    assert (header.last_row, header.columns["amount"]) == (5, 4)


def test_merged_heading_of_two_rows() -> None:
    """A heading over several columns is read together with what stands under it."""
    rows: list[list[Raw]] = [["Договор", "", "Дата платежа", "Сумма платежа"], ["номер", "дата"], ["1", "2"]]
    merged = ((1, 1, 1, 2), (1, 3, 2, 3), (1, 4, 2, 4))
    header = find_header(Sheet("s", rows, merged=merged), "repayments")
    assert header is not None
    assert (header.last_row, header.columns) == (2, dict(zip(FIELDS, (1, 2, 3, 4), strict=True)))


def test_one_field_in_two_columns_is_told() -> None:
    """The second column of a field is not silently dropped."""
    header = find_header(Sheet("s", [[*headings("repayments", FIELDS), "Сумма погашения"]]), "repayments")
    assert header is not None
    assert header.repeated == (("amount", 5),)


def test_other_sheets_have_no_header() -> None:
    """A sheet that names fewer than three fields is something else."""
    assert find_header(Sheet("s", [["Сумма", "Дата"], [1, 2]]), "repayments") is None


@pytest.mark.parametrize(
    ("title", "thousands"), [("Сумма, тыс. тенге", True), ("Сома, мың теңге", True), ("Сумма", False)]
)
def test_thousands_are_noticed(title: str, thousands: bool) -> None:  # noqa: FBT001 - a table
    """A heading that says thousands is noticed in each language."""
    assert in_thousands(title) == thousands
