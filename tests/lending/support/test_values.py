"""Tests of the arithmetic of a subsidy: what counts, by which rule first, and the most that may be paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.programmes.support_terms import SubsidyTerms, subsidy_terms
from lending.support.values import Draw, base_of, ceiling_of, verdict

DRAW = Draw(
    loan_id=1, lot_id=7, turn=1, amount=100, lent_on=date(2019, 3, 1), contract_number="1",
    contract_date=date(2019, 3, 1), borrower="", id_number="", edition="746", territory="rural", purpose="expand",
)  # fmt: skip


def terms(edition: str = "746") -> SubsidyTerms:
    """The subsidy terms of an edition."""
    found = subsidy_terms(edition)
    assert found is not None, "the edition has subsidies"
    return found


@pytest.mark.parametrize(
    ("changes", "told", "rule"),
    [
        ({}, "counts", "746-SU-02"),
        ({"territory": "small-town"}, "counts", "746-SU-02"),
        ({"turn": 2, "lot_id": 8, "territory": "city"}, "relent", "746-SU-07"),
        ({"lot_id": 8, "territory": "city"}, "other-tranche", "746-SU-03"),
        ({"territory": "monotown", "purpose": "consumer"}, "territory", "746-SU-01"),
        ({"purpose": "buy-land"}, "purpose", "746-SU-05"),
        ({"purpose": "create-microenterprise"}, "purpose", "746-SU-05"),
    ],
)
def test_first_rule_that_keeps_it_out(changes: dict[str, Any], told: str, rule: str) -> None:
    """Relent before other tranche before territory before purpose, each with its rule."""
    line = verdict(replace(DRAW, **changes), 7, terms(), terms())
    assert (line.verdict, line.rule, line.counted) == (told, rule, 100 if told == "counts" else 0)


def test_loan_of_an_edition_without_subsidies() -> None:
    """A loan under the Road Map does not count, whatever money it took (RM-SU-01)."""
    assert verdict(DRAW, 7, terms(), subsidy_terms("road-map")).verdict == "no-programme"


def test_loans_keep_their_edition() -> None:
    """Developing an anchor is a purpose of 746, not of 919: the loan's own edition tells (A-15)."""
    draw = replace(DRAW, purpose="develop-anchor")
    assert verdict(draw, 7, terms("919"), terms("746")).verdict == "counts"
    assert verdict(draw, 7, terms("746"), terms("919")).verdict == "purpose"


def test_base_is_what_counts() -> None:
    """Lines that are out add nothing."""
    lines = [verdict(each, 7, terms(), terms()) for each in (DRAW, replace(DRAW, territory="city"), DRAW)]
    assert base_of(lines) == 200


@given(st.integers(0, 10**15), st.decimals("0.000001", "1", places=6))
def test_ceiling_is_the_greatest_whole_tiyn_within_the_rate(base: int, rate: Decimal) -> None:
    """The most is within the rate of the base, and a tiyn more is not."""
    most = ceiling_of(base, rate)
    millionths = int(rate * 10**6)
    assert most * 10**6 <= base * millionths < (most + 1) * 10**6
