"""The unit of work: one commit, bounded retries of the whole, and commands that take effect once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.locks import lock
from ledger.posting import NotReversible, PeriodLocked, post, reverse
from ledger.tables import CommandRow, EntryRow
from ledger.unit_of_work import Command, KeyReused, execute, perform
from tests.ledger.samples import JANUARY, book, capital, close


def count(engine: Engine, table: type[Any]) -> int:
    """Committed rows of a table."""
    with Session(engine) as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def command(key: str, **request: Any) -> Command:
    """A command of one person."""
    return Command(key, "capital", request, "asel", "cli")


def test_works_read_committed_as_the_application(committed_engine: Engine) -> None:
    """Connections have the isolation and the role that the ledger counts on."""
    with Session(committed_engine) as session:
        assert session.scalar(text("SHOW transaction_isolation")) == "read committed"
        assert session.scalar(text("SELECT current_user")) == "nesie_app"


def test_all_or_nothing(committed_engine: Engine) -> None:
    """An error on the way leaves nothing behind."""

    def half(session: Session) -> None:
        post(session, [capital(book(session), 5)])
        raise PeriodLocked(book=1, month="2021-01", state="locked")

    with pytest.raises(PeriodLocked):
        perform(committed_engine, half)
    assert count(committed_engine, EntryRow) == 0


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_retried_as_a_whole(committed_engine: Engine, state: str) -> None:
    """After a serialisation failure or deadlock the whole work runs again, after pauses that grow."""
    pauses: list[float] = []

    def work(session: Session) -> int:
        book(session)
        if len(pauses) < 3:
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))
        return len(pauses)

    assert perform(committed_engine, work, pause=pauses.append) == 3
    assert 0.005 <= pauses[0] <= 0.015 < pauses[2] <= 0.06


@pytest.mark.parametrize(("state", "tries"), [("40001", 4), ("23505", 1)])
def test_retries_are_bounded(committed_engine: Engine, state: str, tries: int) -> None:
    """A conflict that stays is told after so many attempts; other errors are not retried."""
    tried = []

    def work(session: Session) -> None:
        tried.append(1)
        session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))

    with pytest.raises(DBAPIError):
        perform(committed_engine, work, attempts=4, pause=lambda _: None)
    assert len(tried) == tries


def test_a_lost_connection_is_replaced(committed_engine: Engine, fresh_database: str) -> None:
    """A connection that died in the pool, or in the middle of the work, costs another try and nothing else."""
    from ledger.unit_of_work import make_engine

    owner = make_engine(fresh_database, role=None)
    used: list[int] = []

    def work(session: Session) -> int:
        used.append(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
        if len(used) < 3:
            kill(used[-1])
        return book(session)

    def kill(backend: int) -> None:
        perform(
            owner, lambda session: session.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        )

    kill(perform(committed_engine, lambda session: session.execute(text("SELECT pg_backend_pid()")).scalar_one()))
    assert perform(committed_engine, work)
    assert len(used) == 3
    owner.dispose()


def test_deadlocks_are_survived(committed_engine: Engine) -> None:
    """Two works that lock each other out both come to an end."""
    met = Barrier(2)
    tries: list[int] = []

    def work(session: Session, first: int, second: int) -> bool:
        lock(session, "lot", [first])
        tries.append(first)
        if tries.count(first) == 1:
            met.wait()
        lock(session, "lot", [second])
        return True

    with ThreadPoolExecutor() as pool:
        both = [
            pool.submit(perform, committed_engine, lambda s, pair=pair: work(s, *pair)) for pair in [(1, 2), (2, 1)]
        ]
    assert [future.result() for future in both] == [True, True]
    assert len(tries) == 3


def test_the_first_answer_is_the_answer(committed_engine: Engine) -> None:
    """A repeated command does nothing and gives the saved result, in the very same JSON values."""
    work = lambda session: {"book": book(session), "pair": (1, 2)}  # noqa: E731 - two words
    first = execute(committed_engine, command("k", tiyn=5), work)
    assert execute(committed_engine, command("k", tiyn=5), work) == first
    assert first["pair"] == [1, 2]


def test_a_key_belongs_to_one_request(committed_engine: Engine) -> None:
    """The same key with another request, or another kind of command, is refused."""
    execute(committed_engine, command("k", tiyn=5), lambda _: {})
    with pytest.raises(KeyReused):
        execute(committed_engine, command("k", tiyn=6), lambda _: {})
    with pytest.raises(KeyReused):
        execute(committed_engine, Command("k", "other", {"tiyn": 5}, "asel", "cli"), lambda _: {})


def test_a_refused_command_is_forgotten(committed_engine: Engine) -> None:
    """A command that was refused may be sent again under its key once the cause is mended."""

    def work(session: Session) -> dict[str, Any]:
        if not mended:
            raise PeriodLocked(book=1, month="2021-01", state="locked")
        return {}

    mended: list[bool] = []
    with pytest.raises(PeriodLocked):
        execute(committed_engine, command("k"), work)
    assert count(committed_engine, CommandRow) == 0
    mended.append(True)
    assert execute(committed_engine, command("k"), work) == {}


def test_twenty_at_once_take_effect_once(fresh_database: str) -> None:
    """The same command from twenty threads books one entry and answers all of them alike."""
    from ledger.unit_of_work import make_engine

    engine = make_engine(fresh_database, pool_size=20)
    one = perform(engine, book)
    start = Barrier(20)

    def send() -> dict[str, Any]:
        start.wait()
        return execute(engine, command("k", tiyn=5), lambda session: {"event": post(session, [capital(one, 5)])[0]})

    with ThreadPoolExecutor(20) as pool:
        answers = [future.result() for future in [pool.submit(send) for _ in range(20)]]
    assert len({answer["event"] for answer in answers}) == 1
    assert count(engine, EntryRow) == 1
    engine.dispose()


def test_two_reversals_at_once(committed_engine: Engine) -> None:
    """Of two people who reverse the same event at the same moment one is told that it is reversed."""
    one = perform(committed_engine, book)
    (event,) = perform(committed_engine, lambda session: post(session, [capital(one, 5)]))
    start = Barrier(2)

    def undo(session: Session) -> int:
        start.wait()
        try:
            return reverse(session, event, JANUARY)
        except NotReversible as refusal:
            refused.append(refusal.entry)
            return 0

    refused: list[int] = []
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(lambda: perform(committed_engine, undo)) for _ in range(2)]
    assert len([future.result() for future in both if future.result()]) == 1
    assert refused == [event]
    with Session(committed_engine) as session:
        assert balance_tiyn(session, "cash", effective_on=JANUARY) == 0


def test_a_limit_is_not_overdrawn(committed_engine: Engine) -> None:
    """Ten threads that each lend 30 of 100, having locked the lot first, lend 90."""
    one = perform(committed_engine, book)
    perform(committed_engine, lambda session: post(session, [capital(one, 100)]))
    start = Barrier(10)

    def lend(session: Session) -> bool:
        start.wait()
        lock(session, "lot", [one])
        if balance_tiyn(session, "cash", effective_on=JANUARY) < 30:
            return False
        post(session, [capital(one, -30)])
        return True

    with ThreadPoolExecutor(10) as pool:
        lent = [future.result() for future in [pool.submit(perform, committed_engine, lend) for _ in range(10)]]
    assert sum(lent) == 3


def test_a_refused_post_leaves_nothing(committed_engine: Engine) -> None:
    """A batch refused by the database leaves no row in any table."""
    one = perform(committed_engine, book)
    perform(committed_engine, lambda session: close(session, JANUARY, [one]))
    with pytest.raises(PeriodLocked):
        execute(committed_engine, command("k"), lambda s: {"events": post(s, [capital(one, 5)] * 400)})
    assert (count(committed_engine, EntryRow), count(committed_engine, CommandRow)) == (0, 0)
