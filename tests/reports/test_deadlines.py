"""The calendar of reports follows the rules of the programmes to the day. Days are those of the rulebook's table."""

from datetime import date, timedelta

import pytest

from reports.deadlines import UnknownDeadline, deadlines, due_dates, find_deadline
from reports.words import LANGUAGES, value_text


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        ("919-RP-02", date(2018, 2, 1), date(2019, 1, 1)),
        ("919-RP-04", date(2018, 4, 10), date(2019, 1, 10)),
        ("919-RP-08", date(2018, 4, 15), date(2019, 1, 15)),
        ("746-RP-01", date(2018, 2, 3), date(2019, 1, 3)),
        ("746-RP-02", date(2018, 4, 20), date(2019, 1, 20)),
        ("746-RP-03", date(2018, 2, 25), date(2019, 1, 25)),
        ("RM-RP-03", date(2018, 2, 10), date(2019, 1, 10)),
        ("RM-RP-07", date(2018, 9, 10), date(2019, 3, 10)),
    ],
)
def test_due_days_are_those_of_the_rules(rule: str, first: date, last: date) -> None:
    """The first and the last report on the periods of a year fall due on the day that the rule names."""
    dues = due_dates(find_deadline(rule), 2018)
    assert (dues[0].due_on, dues[-1].due_on) == (first, last)


def test_there_is_one_due_date_for_each_period() -> None:
    """Twelve months, four quarters or two half-years, each with its period."""
    counts = {each.frequency: len(due_dates(each, 2020)) for each in deadlines() if each.day}
    assert counts == {"month": 12, "quarter": 4, "half-year": 2}


def test_a_duty_without_a_day_has_no_due_dates() -> None:
    """Where the programme gives no day, none is invented."""
    assert due_dates(find_deadline("919-RP-14"), 2018) == ()


def test_days_off_move_a_date_only_when_asked() -> None:
    """The third of April 2021 is a Saturday: it stands, unless the caller brings a calendar."""

    def to_monday(day: date) -> date:
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    duty = find_deadline("746-RP-01")
    assert due_dates(duty, 2021)[2].due_on == date(2021, 4, 3)
    assert due_dates(duty, 2021, to_monday)[2].due_on == date(2021, 4, 5)


def test_rules_are_unique_and_belong_to_their_programme() -> None:
    """A rule id stands once, under the programme whose number opens it."""
    rules = [each.rule for each in deadlines()]
    assert len(rules) == len(set(rules))
    assert {(each.rule.partition("-")[0], each.programme) for each in deadlines()} == {
        ("919", "919"),
        ("746", "746"),
        ("RM", "road-map"),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_duty_can_be_said(lang: str) -> None:
    """Senders, receivers, content and frequency have words in every language."""
    for each in deadlines():
        said = (*each.sender_words, *each.receiver_words, *each.content_words, each.frequency_words)
        assert all(value_text(words, lang) for words in said)  # type: ignore[arg-type]  # one of LANGUAGES


def test_an_unknown_rule_is_refused() -> None:
    """The refusal names the rule."""
    with pytest.raises(UnknownDeadline, match="919-RP-99"):
        find_deadline("919-RP-99")
