"""Two officers at once: the last sum that others than start-ups may have is approved once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.unit_of_work import perform
from lending.applications.applications import advance
from lending.applications.refusals import RuleForbids
from lending.applications.states import IllegalStep
from tests.lending.applications.path import deed, lending, sign, walk
from tests.lending.microcredits.test_concurrency import at_once


def test_the_last_allowed_sum_is_approved_once(committed_engine: Engine) -> None:
    """Of 3.75 million others may have 3; two approvals of 3 at once: one stands, the other is refused by the clause."""

    def prepare(session: Session) -> list[int]:
        own = lending(session, 3_750_000)
        return [walk(session, own.file(), ("take-up", "conclude-positive")).id for _ in range(2)]

    start, told = Barrier(2), []

    def approve(application_id: int) -> str:
        def together(session: Session) -> str | None:
            session.connection()
            start.wait(timeout=20)
            return advance(session, application_id, deed("approve")).state

        try:
            return str(perform(committed_engine, together))
        except RuleForbids as error:
            told.append(str(error))
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(approve, perform(committed_engine, prepare)))
    assert sorted(results) == ["decided", "refused"]
    assert "746-CR-11 (5.2.2" in told[0]


def test_an_application_is_approved_and_signed_once(committed_engine: Engine) -> None:
    """The same act done twice at once is done by one, and the other is told that the state does not allow it."""
    waiting = perform(
        committed_engine, lambda session: walk(session, lending(session).file(), ("take-up", "conclude-positive"))
    )
    works: list[Callable[[Session], object]] = [lambda session: advance(session, waiting.id, deed("approve"))] * 2
    decided = at_once(committed_engine, works)
    assert decided.count(IllegalStep) == 1
    case = next(each for each in decided if each is not IllegalStep)
    signed = at_once(committed_engine, [lambda session: sign(session, case)] * 2)
    assert signed.count(IllegalStep) == 1
