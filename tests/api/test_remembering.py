"""What is remembered is given again until something is written, and never to other eyes.

PostgreSQL numbers the transactions of all its databases in one row, so whatever another test commits lets this memory
forget. These tests have a server to themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from api.remembering import KEPT, Memory, Snapshot
from tests.servers import ThrowawayServer, server_programs

WRITE = text("INSERT INTO written DEFAULT VALUES")


@pytest.fixture(scope="module")
def quiet() -> Iterator[Engine]:
    """A database on a server where nobody else commits."""
    server = ThrowawayServer(server_programs("embedded"))
    server.start()
    engine = create_engine(server.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE written (at timestamptz DEFAULT now())"))
    yield engine
    engine.dispose()
    server.stop()


@pytest.fixture
def memory() -> Memory:
    """A memory that remembers nothing yet."""
    return Memory()


@pytest.fixture
def asked(quiet: Engine, memory: Memory) -> Callable[..., int]:
    """Recall under a key with the sight of everything: the number of times that it was worked out till then."""
    times: Iterator[int] = count(1)

    def recall(key: str = "sums", sight: str = "everything") -> int:
        with Session(quiet) as session:
            session.execute(text("SELECT set_config('nesie.sight', :sight, true)"), {"sight": sight})
            return memory.recall(session, key, lambda: next(times))

    return recall


def write(engine: Engine, after: Callable[[Session], Any] = lambda _: None) -> None:
    """Commit a change."""
    with Session(engine) as session, session.begin():
        session.execute(WRITE)
        after(session)


def test_what_was_worked_out_is_given_again(asked: Callable[..., int]) -> None:
    """Nothing was written between, so nothing is worked out twice."""
    assert [asked(), asked(), asked()] == [1, 1, 1]


def test_a_change_makes_it_be_worked_out_anew(asked: Callable[..., int], quiet: Engine) -> None:
    """Whatever is committed could have changed the outcome."""
    before = asked()
    write(quiet)
    assert (before, asked(), asked()) == (1, 2, 2)


def test_a_change_counts_from_its_commit(asked: Callable[..., int], quiet: Engine) -> None:
    """A transaction that was under way when the outcome was kept changes it by ending, not by having begun."""
    with Session(quiet) as other:
        other.execute(WRITE)
        seen = [asked(), asked()]
        other.commit()
    assert [*seen, asked()] == [1, 1, 2]


def test_what_concerns_nobody_changes_nothing(
    asked: Callable[..., int], quiet: Engine, memory: Memory
) -> None:  # fmt: skip
    """A transaction that said so is passed over; one after it that did not is not."""
    before = asked()
    write(quiet, memory.disregard)
    between = asked()
    write(quiet)
    assert (before, between, asked()) == (1, 1, 2)


def test_other_eyes_and_other_keys_have_their_own(asked: Callable[..., int]) -> None:
    """What one sight worked out is not given to another."""
    assert [asked(), asked(sight="organisation"), asked(key="other"), asked()] == [1, 2, 3, 1]


def test_the_longest_unused_is_forgotten(asked: Callable[..., int]) -> None:
    """Memory has an end; what is used stays."""
    asked("used")
    for number in range(KEPT - 1):
        asked(f"{number}")
    asked("used")
    asked("one more")
    assert asked("used") == 1
    assert asked("0") > KEPT


def test_snapshots_are_read_as_they_are_written() -> None:
    """First, end, and those under way between."""
    snapshot = Snapshot.read("10:20:11,15")
    assert [each for each in range(9, 22) if snapshot.sees(each)] == [9, 10, 12, 13, 14, 16, 17, 18, 19]
    assert Snapshot.read("20:20:") == Snapshot(20, frozenset())
