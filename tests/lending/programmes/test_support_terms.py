"""Tests of what editions say of support money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ledger.errors import NotFound
from lending.programmes.support_terms import grant_terms, subsidy_terms


@pytest.mark.parametrize("edition", ["919", "746"])
def test_a_tenth_for_mfos_of_acc(edition: str) -> None:
    """Both editions pay a tenth of fresh money of ACC's, each by its own rules."""
    terms = subsidy_terms(edition)
    assert terms is not None
    assert (terms.share.value, terms.lenders.value, terms.sources.value) == (Decimal("0.1"), ("mfo/acc",), ("fresh",))
    assert terms.share.rule.startswith(edition)


def test_purposes_are_the_programmes() -> None:
    """What counts is what the edition lends for in rural settlements and small towns."""
    terms = subsidy_terms("919")
    assert terms is not None
    rural = ("open-microbusiness", "expand", "create-cooperative")
    assert terms.purposes == {"rural": rural, "small-town": rural}


def test_only_746_has_grants() -> None:
    """Grants came with 746 and are not in the Road Map, which has no subsidies either (RM-SU-01)."""
    assert [bool(grant_terms(each)) for each in ("919", "746", "road-map")] == [False, True, False]
    assert subsidy_terms("road-map") is None


def test_unknown_edition() -> None:
    """An edition that does not exist is not one without support."""
    with pytest.raises(NotFound):
        subsidy_terms("1919")
