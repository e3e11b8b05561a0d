"""Periods are whole calendar periods, read and written in one form. Texts are those of the command line."""

from datetime import date
from itertools import pairwise

import pytest

from reports.periods import NotAPeriod, calendar_period, parse_period, periods_of_year


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021-03", date(2021, 3, 1), date(2021, 3, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-Q1", date(2021, 1, 1), date(2021, 3, 31)),
        ("2021-q4", date(2021, 10, 1), date(2021, 12, 31)),
        ("2021-H2", date(2021, 7, 1), date(2021, 12, 31)),
        (" 2021 ", date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_period_is_read_with_both_ends_included(text: str, start: date, end: date) -> None:
    """Months, quarters, half-years and years are read, in either case and with spaces around."""
    assert (parse_period(text).start, parse_period(text).end) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "21-03", "2021-13", "2021-00", "2021-Q5", "2021-Q0", "2021-3", "2021-03-01", "٢٠٢١"]
)
def test_anything_else_is_refused_with_what_was_found(text: str) -> None:
    """A text that names no period is refused, and the refusal shows the forms and the text."""
    with pytest.raises(NotAPeriod, match="2021-Q1") as refusal:
        parse_period(text)
    assert refusal.value.found == text


@pytest.mark.parametrize("text", ["2021-03", "2021-Q2", "2021-H1", "2021"])
def test_a_period_writes_itself_as_it_is_read(text: str) -> None:
    """Reading and writing a period are inverse."""
    assert str(parse_period(text)) == text


def test_the_periods_of_a_year_follow_one_another_without_gaps() -> None:
    """The quarters of a year cover it from end to end."""
    quarters = periods_of_year("quarter", 2020)
    assert [quarter.number for quarter in quarters] == [1, 2, 3, 4]
    assert all((after.start - before.end).days == 1 for before, after in pairwise(quarters))


def test_a_year_has_no_thirteenth_month() -> None:
    """A period outside its year cannot be made."""
    with pytest.raises(ValueError, match="month"):
        calendar_period("month", 2021, 13)
