"""Tests of two at once: what is left in a lot or an agreement is never taken twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.errors import NesieError
from ledger.money import tenge
from ledger.unit_of_work import perform
from lending import bookings
from lending.chain.drawdown import draw
from lending.chain.payments import pay
from lending.chain.pools import lots_of
from lending.chain.returns import expire, pay_return
from tests.lending.chain.world import World, build, lend, repay

DAY = date(2019, 2, 1)


@pytest.fixture
def committed(committed_engine: Engine) -> World:
    """A chain with 100 at the lender, committed."""

    def work(session: Session) -> World:
        world = build(session)
        world.draw_all("100", DAY)
        return world

    return perform(committed_engine, work)


def at_once(engine: Engine, *works: Callable[[Session], object]) -> list[str]:
    """Start all works at the same moment, each in its own transaction: done or refused, in order of outcome."""
    start = Barrier(len(works))

    def attempt(work: Callable[[Session], object]) -> str:
        start.wait()
        try:
            perform(engine, work)
        except NesieError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(attempt, works))


def on_hand(engine: Engine, facility_id: int) -> int:
    """Tiyn in the lots of a facility."""
    with Session(engine) as session:
        subjects = [bookings.lot(lot.id) for lot in lots_of(session, [facility_id])]
        return sum(
            balance_tiyn(session, "programme-cash", effective_on=date.max, subject=subject) for subject in subjects
        )


def test_last_tenge_is_lent_once(committed_engine: Engine, committed: World) -> None:
    """Of two disbursements of the last 100 one succeeds."""
    outcome = at_once(
        committed_engine,
        *(lambda session, loan=loan: lend(session, committed.line, loan, "100", DAY) for loan in (1, 2)),
    )
    assert (outcome, on_hand(committed_engine, committed.line.id)) == (["done", "not-enough-programme-money"], 0)


def test_small_loans_share_the_money(committed_engine: Engine, committed: World) -> None:
    """Of six disbursements of 20 at once five succeed, and nothing is left."""
    outcome = at_once(
        committed_engine,
        *(lambda session, loan=loan: lend(session, committed.line, loan, "20", DAY) for loan in range(6)),
    )
    assert (outcome.count("done"), on_hand(committed_engine, committed.line.id)) == (5, 0)


def test_agreement_is_drawn_once(committed_engine: Engine, committed: World) -> None:
    """Of two drawdowns of all that is left of an agreement one succeeds."""
    rest = tenge(999_999_900)
    outcome = at_once(committed_engine, *[lambda session: draw(session, committed.credit.id, rest, DAY)] * 2)
    assert outcome == ["done", "over-agreement"]


def test_lending_and_paying_do_not_use_the_same_money(committed_engine: Engine, committed: World) -> None:
    """A disbursement and a payment up the chain at once: the lot ends at nothing, never below."""
    at_once(
        committed_engine,
        lambda session: lend(session, committed.line, 1, "100", DAY),
        lambda session: pay(session, committed.line.id, DAY, principal=tenge(100)),
    )
    assert on_hand(committed_engine, committed.line.id) == 0


def test_return_is_paid_once(committed_engine: Engine, committed: World) -> None:
    """Of two payments of one return to the budget one finds it paid."""

    def owe(session: Session) -> list[int]:
        lend(session, committed.line, 1, "100", DAY)
        repay(session, committed.line, 1, "100", DAY)
        return expire(session, date(2021, 1, 1))

    [return_id] = perform(committed_engine, owe)
    works = [lambda session: pay_return(session, return_id, date(2021, 2, 1))] * 2
    assert at_once(committed_engine, *works) == ["done", "not-found"]
