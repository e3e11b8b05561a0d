"""A demo's database remembers the day it is looked at, and only a demo's has one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from api.database import demo_day, is_demo, make_demo_database
from tests.api.people import world_on

DAY = date(2022, 1, 14)


def test_the_day_of_a_demo_stands_still(empty_database: str) -> None:
    """What was made for a demo says so and tells the day, also after it was made anew."""
    for _ in range(2):
        make_demo_database(empty_database, DAY)
    engine = create_engine(empty_database)
    with Session(engine) as session:
        assert (is_demo(session), demo_day(session)) == (True, DAY)
    engine.dispose()


def test_real_books_have_the_day_of_the_clock(fresh_database: str) -> None:
    """A database without the mark has no day of its own, and a world without one goes by the clock."""
    engine = create_engine(fresh_database)
    with Session(engine) as session:
        assert (is_demo(session), demo_day(session)) == (False, None)
    assert world_on(engine, DAY).today() == DAY
    engine.dispose()
