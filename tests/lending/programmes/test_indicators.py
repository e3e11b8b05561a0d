"""Target indicators are those of the programme, by year. Figures are those of its tables 5 and 6."""

import pytest

from lending.programmes.indicators import indicators, stream


@pytest.mark.parametrize(
    ("rule", "year", "target"),
    [
        ("746-KP-04", 2017, 6791), ("746-KP-04", 2018, 11000), ("746-KP-04", 2021, 8500), ("746-KP-05", 2017, 3300),
        ("746-KP-06", 2017, 24114), ("746-KP-06", 2019, 44759), ("746-KP-08", 2020, 20), ("746-KP-09", 2018, 9311),
        ("746-KP-10", 2017, 188), ("746-KP-10", 2021, 887), ("746-KP-11", 2017, 3000), ("746-KP-12", 2019, 20),
        ("746-KP-04", 2016, None), ("746-KP-04", 2022, None),
    ],
)  # fmt: skip
def test_targets_are_those_of_the_programme(rule: str, year: int, target: int | None) -> None:
    """Each rule has its figure for a year, and none outside 2017-2021."""
    [indicator] = [each for each in indicators() if each.rule == rule]
    assert indicator.target(year) == target


def test_every_indicator_covers_the_programme_s_years() -> None:
    """No year is missing, and rules are unique."""
    assert all(sorted(each.targets) == [2017, 2018, 2019, 2020, 2021] for each in indicators())
    assert len({each.rule for each in indicators()}) == len(indicators())


@pytest.mark.parametrize(
    ("territory", "counts_towards"),
    [("rural", "rural"), ("small-town", "rural"), ("city", "city"), ("monotown", "city"), ("major-city", "city")],
)
def test_territories_count_towards_one_stream(territory: str, counts_towards: str) -> None:
    """Small towns go with the villages, monotowns with the cities."""
    assert stream(territory) == counts_towards
