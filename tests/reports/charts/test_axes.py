"""Axes are round, and nothing written on a drawing becomes markup."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.axes import Scale, canvas, day_ticks, ticks, words, written


@given(st.integers(0, 10**15), st.integers(2, 10))
@settings(max_examples=100)
def test_ticks_reach_just_over_the_highest_value(high: int, most: int) -> None:
    """The last of a few even ticks is not below the value, the one before it is."""
    found = ticks(high, most)
    assert len(found) <= most + 1
    assert found[-1] >= high
    assert len(found) < 2 or found[-2] < high


def test_days_are_ticked_by_months_then_quarters_then_years() -> None:
    """The more time there is, the rarer the ticks; each is the first day of a month."""
    assert day_ticks(date(2021, 1, 15), date(2021, 3, 1)) == (date(2021, 2, 1), date(2021, 3, 1))
    assert day_ticks(date(2020, 1, 1), date(2021, 1, 1))[1] == date(2020, 4, 1)
    assert day_ticks(date(2019, 3, 15), date(2024, 3, 15)) == tuple(date(year, 1, 1) for year in range(2020, 2025))


def test_a_scale_lays_values_out_evenly() -> None:
    """The middle is drawn in the middle, and a scale of nothing at its start."""
    assert Scale(0, 10, 100, 0)(5) == 50
    assert Scale(3, 3, 7, 9)(3) == 7


def test_words_are_escaped() -> None:
    """Markup in a text is text."""
    svg = canvas("c", 10, 10, "t", "d")
    words(svg, 0, 0, "<script>")
    assert "&lt;script&gt;" in written(svg)
