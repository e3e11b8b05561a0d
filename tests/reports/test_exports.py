"""CSV and JSON carry the same figures as the workbook. No text in them can act."""

import csv
import json
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reports.exports import csv_file, disarmed, json_file
from reports.report import Column, tabulate
from reports.words import LANGUAGES, Lang
from reports.workbooks import xlsx
from tests.reports.samples import issued, report, trial_balance


def csv_rows(content: bytes, delimiter: str) -> list[list[str]]:
    """The lines of a CSV file."""
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=8))
def test_four_formats_of_figures_are_equal(amounts: list[int]) -> None:
    """Whatever the amounts, XLSX, CSV and JSON say the same to the tiyn, totals included."""
    columns = [Column(key="no", kind="text", head="No"), Column(key="sum", kind="money", adds=True, head="Sum")]
    made = report(tabulate(columns, [("row", amount) for amount in amounts]))
    section = json.loads(json_file(made, "en"))["sections"][0]
    in_json = [Decimal(row["sum"]) for row in (*section["rows"], section["totals"])]
    in_csv = [Decimal(row[1]) for row in csv_rows(csv_file(made, "en"), ",")[1:]]
    sheet = CalamineWorkbook.from_filelike(BytesIO(xlsx(made, "en"))).get_sheet_by_index(0).to_python()
    in_xlsx = [Decimal(repr(row[1])) for row in sheet if isinstance(row[1], float)]
    assert in_json == in_csv == in_xlsx == [Decimal(each) / 100 for each in (*amounts, sum(amounts))]


def test_json_is_exact_and_the_same_in_every_language() -> None:
    """Amounts are strings of tenge, shares fractions, dates ISO; only words differ between languages."""
    made = {lang: json.loads(json_file(report(), lang))["sections"][0] for lang in LANGUAGES}
    row = made["kk"]["rows"][0]
    assert (row["principal"], row["nominal-rate"], row["issued-on"], row["month"], row["number"]) == (
        "6012345.67",
        "0.06",
        "2021-03-02",
        "2021-03",
        1,
    )
    assert made["kk"]["totals"] == made["ru"]["totals"] == made["en"]["totals"]


def test_json_tells_groups_by_their_length() -> None:
    """Rows stay in one list; each group says how many are its own and what they sum to."""
    section = json.loads(json_file(report(), "en"))["sections"][0]
    assert [(group["title"], group["rows"]) for group in section["groups"]] == [
        ("Ordabasy District", 6),
        ("Saryagash District", 6),
    ]
    parts = sum(Decimal(group["totals"]["principal"]) for group in section["groups"])
    assert parts == Decimal(section["totals"]["principal"])


def test_json_opens_with_what_the_report_is() -> None:
    """The name, the period and the organisation stand at the top."""
    opened = json.loads(json_file(report(), "en"))
    assert opened["report"] == "issued-loans"
    assert opened["period"] == {"name": "2021-03", "kind": "month", "start": "2021-03-01", "end": "2021-03-31"}
    assert opened["organisation"] == "Agriculture Department of the Akimat of Turkistan Oblast"


@pytest.mark.parametrize(
    ("lang", "delimiter", "amount"), [("kk", ";", "6012345,67"), ("ru", ";", "6012345,67"), ("en", ",", "6012345.67")]
)
def test_csv_suits_the_excel_of_its_readers(lang: Lang, delimiter: str, amount: str) -> None:
    """A byte order mark, then the delimiter and the decimal sign of the language's settings."""
    content = csv_file(report(), lang)
    assert content.startswith(b"\xef\xbb\xbf")
    assert csv_rows(content, delimiter)[2][7] == amount


def test_csv_names_the_band_with_the_column() -> None:
    """One line of heads tells the debit of the turnover from the debit of the opening balance."""
    assert csv_rows(csv_file(report(trial_balance()), "en"), ",")[0][4] == "Turnover: Debit"


def test_csv_sets_sections_apart() -> None:
    """Several sections stand under their titles with a blank line between."""
    lines = csv_rows(csv_file(report(issued(1), trial_balance()), "en"), ",")
    assert ["Trial balance"] in lines
    assert [] in lines


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@A1", "\t=1", "\r=1", " =1", "＝1"])
def test_text_cannot_become_a_formula(text: str) -> None:
    """A dangerous beginning is disarmed by an apostrophe, in names and in heads."""
    columns = [Column(key="name", kind="text", head=text), Column(key="contract", kind="identifier", head="No")]
    lines = csv_rows(csv_file(report(tabulate(columns, [(text, text)])), "en"), ",")
    assert lines == [[f"'{text}", "No"], [f"'{text}", f"'{text}"]]


def test_harmless_text_and_negative_amounts_are_left_alone() -> None:
    """A name stays as it is, and a minus before a number is a minus."""
    assert disarmed("МК-2021/0001") == "МК-2021/0001"
    columns = [Column(key="name", kind="text", head="Name"), Column(key="sum", kind="money", head="Sum")]
    assert csv_rows(csv_file(report(tabulate(columns, [("Айша", -5)])), "ru"), ";")[1] == ["Айша", "-0,05"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_report_gives_the_same_bytes(lang: Lang) -> None:
    """Nothing but the report and the language decides the file."""
    assert csv_file(report(), lang) == csv_file(report(), lang)
    assert json_file(report(), lang) == json_file(report(), lang)
