"""The commands speak the language of the settings, and machines are told the same in every language."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands import context
from api.commands.context import tell
from guarantees.month_end import steps
from lending.month_end import LOANS, PREPARATION
from reports.words import LANGUAGES, Lang, catalogue
from tests.lending.registers.workbooks import good, table, text_table

TERMS = {
    "principal": "1200.00", "annual_rate": "0.06", "disbursed_on": "2021-01-15", "instalments": 2, "method": "annuity",
    "day_count": "30/360",
}  # fmt: skip


@pytest.fixture
def kazakh(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The programme in the database, and Kazakh in the settings."""
    monkeypatch.setenv("NESIE_LANGUAGE", "kk")
    context.settings.cache_clear()
    return here


def nesie(*words: str) -> str:
    """What ``nesie`` prints for these words."""
    return CliRunner().invoke(app, words).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("verify",), "mirrored-books: бір ұйымның алатыны екіншісінің төлейтінімен әр субъект бойынша тең"),
        (("trace", "loan:1"), "3-партия: жаңа қаражат, 1-айналым, түскен күні 2021\u202fж."),
        (
            ("trace", "facility:1"),
            "facility:1 BC-61, бюджеттік кредит: budget → akimat-61, 100\u00a0000\u00a0000,00\u00a0₸",
        ),
        (("close", "2021-01"), "2021-01 айы 8 кітапта жабылды; енді жабылған қарыздар: 0."),
        (("report", "--list"), "кезеңдері"),
    ],
)
def test_commands_speak_the_language_of_the_settings(kazakh: Path, words: tuple[str, ...], told: str) -> None:
    """What is printed for people is in Kazakh where the settings say so."""
    assert told in nesie(*words)


def test_a_schedule_has_headings_in_the_language(kazakh: Path) -> None:
    """The table has the words of reports."""
    (kazakh / "terms.json").write_text(json.dumps(TERMS), "utf-8")
    told = nesie("schedule", "--terms", "terms.json")
    assert "мөлшерлемесі 6,00%, жылдық тиімді мөлшерлемесі" in told
    assert "Негізгі қарыз" in told


def test_a_refused_register_is_told_in_the_language(kazakh: Path) -> None:
    """The number of problems, the headings and the problems themselves."""
    (kazakh / "issued.csv").write_bytes(text_table(table("issued-loans", [good("issued-loans", amount=-5)])))
    told = nesie("import", "issued.csv", "--lender", "mfo-1")
    assert "issued.csv: " in told
    assert "ештеңе қабылданған жоқ" in told
    assert "Нөлден үлкен сома" in told


def test_machines_are_told_the_same_in_every_language(kazakh: Path) -> None:
    """The JSON of the verification keeps the words of the code."""
    told = json.loads(nesie("verify", "--format", "json"))["checks"]
    assert "every entry's legs are all there" in {each["name"]: each["tells"] for each in told}["entries-balance"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_of_a_close_has_words(lang: Lang) -> None:
    """The bar of progress can name whatever the close tells it."""
    told = {*dict(PREPARATION), LOANS, *dict(steps()), "lock"}
    assert {f"close-step.{step}" for step in told} == {key for key in catalogue(lang) if key.startswith("close-step.")}


def test_words_are_told_in_the_language_of_the_settings(kazakh: Path) -> None:
    """Values are written as that language writes them."""
    assert tell("command.checks-broken", checks=["a", "b"]) == "Мына тексерулер дұрыс емес: a, b"
