"""A close that is killed at any moment goes on where it was, and ends with the same sums to the tiyn."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import Phase, given, settings
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.unit_of_work import make_engine, perform
from ledger.verification import verify
from lending.month_checks import CHECKS
from lending.month_end import close
from tests.forks import FORKS
from tests.lending.closing_apart import closing
from tests.lending.microcredits.lives import lender, lives, record
from tests.oracles.positions import Life

JANUARY, FEBRUARY = date(2019, 1, 1), date(2019, 2, 1)
LOANS = 24


def portfolio() -> list[Life]:
    """The same loans of every sort each time."""
    found: list[Life] = []

    @settings(max_examples=LOANS, database=None, derandomize=True, phases=[Phase.generate])
    @given(lives())
    def collect(life: Life) -> None:
        found.append(life)

    collect()
    return found


def close_and_kill(url: str, book: int, chance: random.Random) -> str:
    """Close February in a process of its own, which is killed after a few words of progress; its last word."""
    (heard, told), (let, leave) = FORKS.Pipe(duplex=False), FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=closing, args=(told, let, url, FEBRUARY, book))
    process.start()
    told.close()
    last = ""
    with heard, let, leave, suppress(EOFError):
        for _ in range(chance.randint(2, 12)):
            last = heard.recv()
            leave.send("go on")
        time.sleep(chance.random() * 0.05)
        process.kill()
        while True:
            last = heard.recv()
    process.join()
    return last


def outcome(session: Session, book: int, loan_ids: Sequence[int]) -> list[tuple[object, ...]]:
    """Balances and rows of the close, with loans by their place instead of their id."""
    place = {f"loan:{loan_id}": number for number, loan_id in enumerate(loan_ids)}
    sums = [
        (each.account, place.get(each.subject), each.tiyn)
        for each in balances(session, effective_on=date(2019, 2, 28), books=[book])
    ]
    rows = session.execute(
        text("SELECT * FROM loan_month WHERE loan_id = ANY(:ids) ORDER BY loan_id, month"), {"ids": list(loan_ids)}
    )
    told = [tuple(value for name, value in row.items() if name not in ("loan_id", "run_id")) for row in rows.mappings()]
    return sorted(sums, key=str) + told


@pytest.mark.parametrize("seed", range(2))
def test_killed_and_resumed(fresh_database: str, seed: int) -> None:
    """Of two lenders with the same loans, one is closed in one go and one is killed again and again."""
    engine, chance = make_engine(fresh_database), random.Random(seed)
    calm, hurried = (lender_of(engine, code) for code in ("calm", "hurried"))
    for book, _ in (calm, hurried):
        close(engine, JANUARY, [book], made_by="test")
    close(engine, FEBRUARY, [calm[0]], made_by="test", chunk=2)
    kills = 0
    while close_and_kill(fresh_database, hurried[0], chance) not in ("done", "nothing-to-do"):
        kills += 1
    with Session(engine) as session:
        assert outcome(session, *hurried) == outcome(session, *calm)
        assert [found for _, found in verify(session, CHECKS)] == [[]]
    assert kills > 0
    engine.dispose()


def lender_of(engine: Engine, code: str) -> tuple[int, list[int]]:
    """A lender with the portfolio: its book and its loans."""

    def work(session: Session) -> tuple[int, list[int]]:
        of = lender(session, code)
        return of.id, record(session, of, portfolio())

    return perform(engine, work)
