"""Tests of the editions as they are read from their files."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.errors import NotFound
from lending.programmes.editions import EDITIONS, Cited, LinkTerms, edition


@pytest.mark.parametrize("name", EDITIONS)
def test_every_value_is_cited(name: str) -> None:
    """A value of the law names the rule it comes from, of its own programme, and the clause."""
    law = edition(name)
    prefix = "RM" if name == "road-map" else name
    links = [*law.chain.values(), *law.variants.values()]
    values = [getattr(terms, each.name) for terms in links for each in fields(LinkTerms)]
    cited = [value for value in values if isinstance(value, Cited)]
    assert all(value.rule.startswith(f"{prefix}-") and value.clause for value in cited)


@pytest.mark.parametrize(
    ("name", "link", "rate", "months"),
    [
        ("919", "budget-credit", "0.0001", 84),
        ("919", "operator-loan", "0.0001", 84),
        ("746", "budget-credit", "0.0001", 84),
        ("road-map", "operator-loan", "0.0001", 120),
        ("road-map", "bond", "0.061", 144),
    ],
)
def test_rates_and_terms(name: str, link: str, rate: str, months: int) -> None:
    """Ceilings of rate and term by link (rulebook 2.1 and 11)."""
    terms = edition(name).link(link, lender="x", territory=None)
    assert terms.rate_max is not None
    assert terms.months_max is not None
    assert (terms.rate_max.value, terms.months_max.value) == (Decimal(rate), months)


@pytest.mark.parametrize(
    ("lender", "territory", "rate", "months"),
    [("acc", "rural", "0.02", 12), ("ACC", "city", "0.02", 6), ("damu", "city", "0.01", 6), ("damu", None, "0.01", 12)],
)
def test_funding_by_lender_and_territory(lender: str, territory: str | None, rate: str, months: int) -> None:
    """The rate goes by the operator, the utilisation period by the territory (746-CR-08, 746-CR-09)."""
    terms = edition("746").link("funding-line", lender=lender, territory=territory)
    assert terms.rate_max is not None
    assert terms.utilisation_months is not None
    assert (terms.rate_max.value, terms.utilisation_months.value) == (Decimal(rate), months)


def test_silence_stays_silent() -> None:
    """Where the text gives no grace, none is invented."""
    assert edition("919").link("budget-credit", lender="budget", territory=None).grace_share is None


def test_grace_is_exactly_a_third() -> None:
    """A third is a third, not 0.333."""
    share = edition("746").link("budget-credit", lender="budget", territory=None).grace_share
    assert share is not None
    assert share.value == Fraction(1, 3)


def test_money_of_the_programme_before_has_its_own_window() -> None:
    """Returned in 2015 or 2016: until the end of 2018 (746-RV-02)."""
    windows = [edition("746").relending.window(year) for year in (2015, 2016, 2017)]
    assert [window and window.until.value for window in windows] == [date(2018, 12, 31), date(2018, 12, 31), None]


def test_unknown_edition() -> None:
    """A programme nobody wrote down is not found."""
    with pytest.raises(NotFound):
        edition("dkz-2020")


def test_unknown_link() -> None:
    """The Road Map knows no funding lines."""
    with pytest.raises(NotFound):
        edition("road-map").link("funding-line", lender="acc", territory=None)
