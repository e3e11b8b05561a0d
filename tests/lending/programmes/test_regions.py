"""Regions by date."""

from datetime import date

import pytest

from ledger.errors import NotFound
from lending.programmes.regions import region, regions


def test_seventeen_regions_from_2018_to_2022() -> None:
    """South Kazakhstan became Turkestan and Shymkent; seventeen regions stood until June 2022."""
    codes = {each.code for each in regions(date(2019, 1, 1))}
    assert len(codes) == 17
    assert {"610000000", "790000000"} <= codes
    assert "510000000" not in codes


def test_the_capital_is_named_as_it_was() -> None:
    """The same code carries the name of the day."""
    names = [region("710000000", day).name_en for day in (date(2019, 3, 22), date(2020, 1, 1), date(2023, 1, 1))]
    assert names == ["Astana City", "Nur-Sultan City", "Astana City"]


def test_a_settlement_belongs_to_its_region() -> None:
    """Any code is led to its region by its first two digits, and successors point back."""
    assert region("611610100", date(2020, 1, 1)).predecessor == "510000000"


def test_unknown_codes_are_refused() -> None:
    """A code outside the classifier names no region."""
    with pytest.raises(NotFound):
        region("990000000", date(2020, 1, 1))
