"""The command writes the report that was asked for, whole, under a name that says what it is."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from ledger.errors import NotFound
from reports.catalogue import UnknownReport, families
from reports.periods import NotAPeriod


def nesie(*words: str) -> Result:
    """What ``nesie report`` does with these words."""
    return CliRunner().invoke(app, ["report", *words])


def test_a_report_is_written_under_its_own_name(here: Path) -> None:
    """Without --output the file is named after report, period and language, and nothing else is left behind."""
    result = nesie("issued-loans", "--period", "2021-03", "--lang", "kk", "--format", "json")
    assert (result.exit_code, result.stdout.strip()) == (0, "issued-loans_2021-03_kk.json")
    assert [file.name for file in here.iterdir()] == ["issued-loans_2021-03_kk.json"]
    assert json.loads((here / "issued-loans_2021-03_kk.json").read_bytes())["language"] == "kk"


def test_a_report_goes_where_it_is_sent(here: Path) -> None:
    """--output names the file; organisation and region narrow the report."""
    words = ("--organisation", "akimat-61", "--region", "Turkestan Region", "--output", "mine.csv", "--format", "csv")
    assert nesie("utilisation", "--period", "2021", *words).exit_code == 0
    assert b"BC-75" not in (here / "mine.csv").read_bytes()


def test_a_statement_is_of_one_loan(here: Path) -> None:
    """--loan names it, and the file says which."""
    result = nesie("loan-statement", "--period", "2021", "--loan", "1", "--format", "xlsx")
    assert result.stdout.strip() == "loan-statement_1_2021_en.xlsx"
    assert (here / "loan-statement_1_2021_en.xlsx").read_bytes().startswith(b"PK")


def test_the_list_describes_every_report() -> None:
    """--list tells names, what they show and which rules they answer; JSON for machines."""
    listed = json.loads(nesie("--list", "--format", "json").stdout)
    assert [each["name"] for each in listed] == [family.name for family in families()]
    assert all(each["description"] and each["periods"] for each in listed)
    assert "trial-balance" in nesie("--list").stdout


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("balance", "--period", "2021"), UnknownReport),
        (("aging", "--period", "2021-13"), NotAPeriod),
        (("aging", "--period", "2021", "--organisation", "nobody"), NotFound),
        (("aging", "--period", "2021", "--region", "Atlantis"), NotFound),
    ],
)
def test_what_cannot_be_found_is_refused(here: Path, words: tuple[str, ...], error: type[Exception]) -> None:
    """The refusal is one of the tree, and no file is written."""
    assert isinstance(nesie(*words).exception, error)
    assert list(here.iterdir()) == []


def test_a_report_must_be_named() -> None:
    """Neither name nor period can be guessed."""
    assert (nesie().exit_code, nesie("aging").exit_code) == (2, 2)
