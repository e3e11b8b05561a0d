"""Applications against the editions: every limit just inside, at, and just outside, in each edition and territory."""

from __future__ import annotations

import pytest

from lending.programmes.application import application_from_json
from lending.programmes.checking import RULES, check, check_all
from tests.lending.programmes.samples import Row, facts, found, rows

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_found(row: Row) -> None:
    """Exactly the rules of the row are found, each as grave as the row says."""
    assert found(check(application_from_json(row.facts))) == row.expected


def test_every_enforced_rule_has_a_row() -> None:
    """Each rule that a function claims to enforce is found in some row, and no other rule is."""
    claimed = {name for rule in RULES for name in rule.ids}
    assert {name for row in ROWS for name, _ in row.expected} - {"A-15"} == claimed


def test_many_at_once_are_judged_like_each_alone() -> None:
    """The order and the company of applications change nothing."""
    applications = [application_from_json(row.facts) for row in ROWS]
    assert check_all(applications) == [check(each) for each in applications]


@pytest.mark.parametrize("purpose", ["open-microbusiness", "create-microenterprise", "expand", "consumer"])
def test_everything_unknown_is_said(purpose: str) -> None:
    """An application that tells nothing but its date and purpose gets warnings, and never a silent pass."""
    judgement = check(application_from_json({"contract_date": "2019-05-20", "purpose": purpose}))
    assert {"746-LN-09", "746-LN-10", "746-LN-08"} <= {
        rule for rule, severity in found(judgement) if severity == "warns"
    }


def test_a_finding_cites_the_clause_of_its_edition() -> None:
    """The clause is the phrase of the edition that the application is judged by."""
    judgement = check(application_from_json(facts("746-rural", amount="6312500.01")))
    assert judgement.findings[0].clause.endswith("2,5 мың АЕК-ке дейін»")
