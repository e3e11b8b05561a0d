"""What follows from a breach, as a function of the edition and the agreement."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.money import tenge
from lending.oversight.values import BreachTerms, broken_clause, consequence, fine_of
from lending.programmes.oversight_terms import oversight_terms

ROAD_MAP = oversight_terms("road-map", "rural", "expand")
ENBEK = oversight_terms("746", "rural", "expand")


def agreed(**terms: Any) -> BreachTerms:
    """An agreement about breaches."""
    return BreachTerms(loan_id=1, agreed_on=date(2020, 1, 1), document_number="Қ-1", **terms)


@pytest.mark.parametrize(
    ("terms", "fine"),
    [
        ({"fine": tenge("1000.50")}, 100_050),
        ({"fine_share": Decimal("0.05")}, 17),
        ({"fine_share": Decimal("0.005")}, 2),
        ({}, 0),
    ],
)
def test_the_fine_is_a_sum_or_a_share(terms: dict[str, Any], fine: int) -> None:
    """A share is taken of what was paid out, half-up to the tiyn."""
    assert fine_of(agreed(**terms), 330) == fine


@pytest.mark.parametrize(("breach", "returns"), [("target-use", True), ("jobs", True)])
def test_either_breach_of_the_road_map_returns_everything(breach: Any, returns: object) -> None:
    """Unproved use or missing jobs, each by itself (A-60)."""
    follows = consequence(breach, ROAD_MAP, None, 100)
    assert follows is not None
    assert (follows.full_return, follows.fine, follows.rule) == (returns, 0, "RM-PN-01")


@pytest.mark.parametrize("breach", ["change-of-use", "other"])
def test_other_breaches_are_the_agreements(breach: Any) -> None:
    """What the Road Map does not name follows from the agreement or not at all (A-14)."""
    assert consequence(breach, ROAD_MAP, None, 100) is None
    follows = consequence(breach, ROAD_MAP, agreed(fine=tenge(1)), 100)
    assert follows is not None
    assert (follows.full_return, follows.rule, follows.clause) == (False, "agreement", "Қ-1")


def test_an_agreement_about_nothing_is_none() -> None:
    """Terms with neither a fine nor a return give nothing to demand."""
    assert consequence("target-use", ENBEK, agreed(), 100) is None


def test_the_broken_clause_is_found() -> None:
    """Each breach breaks the provision of its duty; jobs without months break the number."""
    rules = [(case := broken_clause(breach, ENBEK)) and case.rule for breach in ("target-use", "jobs", "other")]
    assert rules == ["746-RP-02", "746-LN-06", None]
