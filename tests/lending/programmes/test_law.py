"""Editions are files: found by themselves, refused when not understood, and citing only the rulebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from lending.programmes.application import application_from_json
from lending.programmes.checking import check
from lending.programmes.editions import BadEdition, editions, read_editions
from lending.programmes.provisions import PROVISIONS
from lending.programmes.rulebook import rulebook
from tests.lending.programmes.samples import facts, found

FICTITIOUS = """
id = "800"
name = { kk = "Сынақ", ru = "Проба", en = "Trial" }
effective_from = 2030-01-01
effective_to = 2030-12-31
[relending]
policy = { is = "none", rule = "800-RV-01", clause = "1" }
[loan]
amount_mci = [
    { when = { sector = ["livestock"] }, is = 10, rule = "800-LN-01", clause = "ten for livestock" },
    { is = 20, rule = "800-LN-02", clause = "twenty for all" },
]
"""


def test_a_new_edition_is_a_new_file(tmp_path: Path) -> None:
    """A file in the folder is an edition, and applications of its days are judged by what it says and nothing else."""
    (tmp_path / "trial.toml").write_text(FICTITIOUS, "utf-8")
    law = read_editions(tmp_path)
    application = application_from_json(facts("746-rural", contract_date="2030-06-01", amount="43250.01"))
    judgement = check(application, law)
    assert (judgement.edition, set(found(judgement))) == ("800", {("800-LN-01", "blocks")})
    assert judgement.findings[0].clause == "ten for livestock"


@pytest.mark.parametrize(
    "line",
    [
        "[loan]\namuont_mci = { is = 10, rule = 'X', clause = '1' }",
        "[loans]\namount_mci = { is = 10, rule = 'X', clause = '1' }",
        "[loan]\namount_mci = { is = '10', rule = 'X', clause = '1' }",
        "[loan]\namount_mci = { is = 10, rule = 'X', clause = '1', whn = {} }",
    ],
    ids=["name", "table", "kind", "key"],
)
def test_a_file_that_is_not_understood_is_refused(tmp_path: Path, line: str) -> None:
    """A slip in a file of the law is found when it is read, not when it fails to refuse a loan."""
    (tmp_path / "trial.toml").write_text(FICTITIOUS.partition("[loan]")[0] + line, "utf-8")
    with pytest.raises(BadEdition):
        read_editions(tmp_path)


@pytest.mark.parametrize("name", list(editions()))
def test_everything_is_cited(name: str) -> None:
    """Every provision, report and indicator names a rule of the rulebook and its clause."""
    law = editions()[name]
    cited = [(case.rule, case.clause) for cases in law.provisions.values() for case in cases]
    cited += [(each.rule, each.clause) for each in law.reports] + [(each.rule, each.clause) for each in law.indicators]
    known = {entry.id for entry in rulebook()}
    assert [rule for rule, clause in cited if rule not in known or not clause] == []


def test_conditions_are_on_facts_that_exist() -> None:
    """A case that hangs on a fact nobody knows would never apply."""
    asked = {name for law in editions().values() for cases in law.provisions.values() for c in cases for name in c.when}
    assert asked <= {"territory", "purpose", "sector", "age_class", "anchor", "lender", "certificate", "source"}


def test_every_provision_is_answered_somewhere() -> None:
    """A question that no edition answers is not asked."""
    assert set(PROVISIONS) == {name for law in editions().values() for name in law.provisions}


@pytest.mark.parametrize(
    ("name", "rule", "year", "target"),
    [("919", "919-KP-05", 2021, 3900), ("746", "746-KP-04", 2018, 11000), ("746", "746-KP-16", 2017, None)],
)
def test_indicators(name: str, rule: str, year: int, target: int | None) -> None:
    """Targets are those of the tables; a year without a figure has none."""
    indicator = next(each for each in editions()[name].indicators if each.rule == rule)
    assert indicator.target(year) == target
