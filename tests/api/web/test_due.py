"""What is due comes in the order in which it has to be done."""

from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from api.web.due import DueCard, gathered
from tests.api.people import person

TODAY = date(2021, 3, 10)
NOBODYS = cast("Session", None)


def card(name: str, on: date | None = None, tone: str = "attention") -> DueCard:
    """A card called ``name``."""
    return DueCard(words=name, status="", link="/", on=on, tone=tone)  # type: ignore[arg-type] # tones of the test


def test_late_things_come_first_and_undated_last() -> None:
    """Whatever area tells a card, late ones lead, the others follow by their days."""
    first = [card("undated"), card("friday", date(2021, 3, 12))]
    second = [card("tomorrow", date(2021, 3, 11)), card("late", date(2021, 3, 20), "problem")]
    sources = [lambda *_: first, lambda *_: second]
    found = gathered(sources, NOBODYS, person(1), TODAY)
    assert [each.words for each in found] == ["late", "tomorrow", "friday", "undated"]


def test_days_are_counted_to_the_last_day() -> None:
    """The last day is in time, the day after it is one day late; without a day nothing is counted."""
    assert card("today", TODAY).days_left(TODAY) == 0
    assert card("yesterday", date(2021, 3, 9)).days_left(TODAY) == -1
    assert card("undated").days_left(TODAY) is None
