"""Families are found by name and refuse what they cannot report on. The family here is the deadline calendar."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from reports.catalogue import UnknownReport, families, find_family
from reports.deadlines import deadlines, due_dates
from reports.family import PeriodNotOffered, ReportFamily, ReportRequest
from reports.periods import parse_period
from reports.report import Column, Report, tabulate
from reports.words import LANGUAGES, value_text


def calendar(session: Session, request: ReportRequest) -> Report:
    """The due dates of a year's reports, as a report."""
    columns = [Column(key="rule", kind="identifier"), Column(key="due-on", kind="date")]
    year = request.period.start.year
    return Report(
        name="calendar",
        title="Calendar",
        period=request.period,
        organisation=request.organisation or "Everybody",
        sections=(
            tabulate(columns, [(due.rule, due.due_on) for each in deadlines() for due in due_dates(each, year)]),
        ),
    )


CALENDAR = ReportFamily(name="calendar", period_kinds=("year",), build=calendar)
NOWHERE = Session(create_engine("sqlite://"))


def test_a_family_builds_what_is_asked_for() -> None:
    """The request reaches the builder, and a report comes back."""
    built = find_family("calendar", [CALENDAR]).report(NOWHERE, ReportRequest(period=parse_period("2021")))
    assert (built.organisation, len(built.sections[0].rows)) == ("Everybody", 18 * 12 + 6 * 4 + 2)


def test_a_family_refuses_periods_it_does_not_report_on() -> None:
    """The refusal says which kinds there are and what was asked."""
    with pytest.raises(PeriodNotOffered, match=r"year.*2021-03"):
        CALENDAR.report(NOWHERE, ReportRequest(period=parse_period("2021-03")))


def test_an_unknown_report_is_answered_with_the_names_there_are() -> None:
    """A misspelt name shows what could have been meant."""
    with pytest.raises(UnknownReport, match=r"calender.*calendar"):
        find_family("calender", [CALENDAR])


def test_families_are_told_apart_described_and_due() -> None:
    """Names are unique, each has a description in every language, and its rules stand in the calendar."""
    rules = {each.rule for each in deadlines()}
    assert len({family.name for family in families()}) == len(families())
    for family in families():
        assert all(value_text(family.description, lang) for lang in LANGUAGES)
        assert set(family.deadlines) <= rules
