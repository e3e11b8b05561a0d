"""The words of findings: complete in three languages, with the arithmetic in them."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any, get_args

import pytest

from lending.programmes.application import Application, Borrower, Certificate, Guarantee, Lender, Territory
from lending.programmes.application import application_from_json as read
from lending.programmes.checking import check
from lending.programmes.findings import LANGUAGES, Language, codes
from tests.lending.programmes.samples import facts, rows

WORDS = tomllib.loads(files("lending.programmes").joinpath("findings.toml").read_text("utf-8"))
LISTS = [
    (Lender, "type"), (Territory, "type"), (Borrower, "size"), (Application, "purpose"), (Application, "sector"),
    (Application, "source"), (Certificate, "kind"), (Guarantee, "guarantor"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("kk", "2 500 АЕК × 2 525 ₸ = 6 312 500 ₸; сұралғаны — 6 500 000 ₸."),
        ("ru", "2 500 МРП × 2 525 ₸ = 6 312 500 ₸; запрошено 6 500 000 ₸."),
        ("en", "2,500 MCI × 2,525 ₸ = 6,312,500 ₸; asked for 6,500,000 ₸."),
    ],
)
def test_the_arithmetic_is_shown(language: Language, sentence: str) -> None:
    """The cap is told as indices times their value, beside the sum asked for."""
    finding = check(read(facts("746-rural", amount="6500000.00"))).findings[0]
    assert finding.message(language).replace("\u00a0", " ") == sentence


def test_a_rate_just_above_the_ceiling_is_not_written_as_the_ceiling() -> None:
    """Rates keep the decimals that make the difference."""
    finding = check(read(facts("746-rural", annual_rate="0.060001"))).findings[0]
    assert (
        finding.message("ru").replace("\u00a0", " ")
        == "Номинальная ставка вознаграждения — не более 6 %; указана 6,0001 %."
    )


def test_machines_get_plain_values() -> None:
    """Amounts have two decimals, and without a language the message comes in all three."""
    answer = check(read(facts("746-rural", amount="6500000.00"))).findings[0].as_json()
    assert (answer["limit"], answer["actual"]) == ("6312500.00", "6500000.00")
    assert set(answer["message"]) == set(LANGUAGES)


def test_every_finding_can_be_said() -> None:
    """All findings of all rows have sentences without holes in every language, and no words are left unused."""
    findings = [finding for row in rows() for finding in check(read(row.facts)).findings]
    findings += check(read({})).findings
    said = {finding.message(language) for finding in findings for language in LANGUAGES}
    assert [sentence for sentence in said if re.search(r"[{}]|None", sentence)] == []
    of_agreements = {"start-up-share", "behind-agreement"}  # told by lending.applications
    assert codes() == {finding.code for finding in findings} | of_agreements


@pytest.mark.parametrize("code", sorted(codes()))
def test_languages_say_the_same(code: str) -> None:
    """The three sentences of a finding have the same values in them."""
    sentences = [WORDS["findings"][code][language] for language in LANGUAGES]
    assert len({frozenset(re.findall(r"\{(\w+)\}", sentence)) for sentence in sentences}) == 1


@pytest.mark.parametrize(("model", "field"), LISTS, ids=lambda value: getattr(value, "__name__", value))
def test_every_word_of_a_list_has_words(model: Any, field: str) -> None:
    """Whatever an application can say can be said back."""
    options = {option for part in get_args(model.model_fields[field].annotation) for option in get_args(part)}
    assert options
    assert {option for option in options if set(WORDS["words"].get(option, {})) != set(LANGUAGES)} == set()
