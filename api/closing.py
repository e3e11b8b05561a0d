"""Closing months for people: in the background, watched from a page, and taken up again after the process was killed.

A close is the work of `lending.month_end`; what is done is in its rows, so nothing is kept here that a killed process
could lose. That somebody is at work on a book's month is told by a lock of the database, which ends with whoever holds
it: a run that says it is running and has no such lock was interrupted.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from threading import Thread

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.audit.records import Outcome, record
from guarantees.month_end import steps
from ledger.errors import NesieError
from ledger.unit_of_work import perform
from lending.month_end import CloseResult, Progress, close

#: Ids of loans that one transaction of a close from the pages covers: small enough to be watched.
CHUNK = 2_000

_KEY = "hashtextextended('closing ' || :book || ' ' || :month, 0)"
TAKE = text(f"SELECT pg_try_advisory_lock({_KEY})")
AT_WORK = text(f"""
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND ((classid::bigint << 32) | objid::bigint) = {_KEY})
""")  # noqa: S608 - our own text

log = logging.getLogger(__name__)


def close_books(
    engine: Engine, actor: Actor, month: date, books: Collection[int] | None, *, chunk: int = 20_000,
    progress: Progress = lambda *_: None,
) -> CloseResult:  # fmt: skip
    """Close the month with everything that belongs to it, and record who did; what comes of it is in the result.

    The close spans many transactions, which name who started it; what came of it is recorded after the last.

    Raises:
        PeriodOrder, CloseUnderWay.
    """
    result = close(
        engine, month, books, made_by=actor.signature, progress=progress, chunk=chunk, also=steps()
    )  # fmt: skip
    if result.state != "nothing-to-do":
        perform(engine, lambda session: _record(session, actor, result))
    return result


def _record(session: Session, actor: Actor, result: CloseResult) -> None:
    request = {"month": f"{result.month:%Y-%m}", "books": list(result.books), "state": result.state}
    outcome: Outcome = "refused" if result.state == "blocked" else "done"
    record(session, actor, act="close", about=f"close:{result.run_id}", request=request, outcome=outcome)


def is_at_work(session: Session, book: int, month: date) -> bool:
    """Whether somebody is closing that month of that book from the pages at this moment."""
    return bool(session.scalar(AT_WORK, _names(book, month)))


def _names(book: int, month: date) -> dict[str, str]:
    return {"book": str(book), "month": f"{month:%Y-%m}"}


@dataclass
class Closings:
    """Closes under way in this process. ``refusals`` tell why the last one of a book's month was refused, if it was."""

    engine: Engine
    chunk: int = CHUNK
    refusals: dict[tuple[int, date], NesieError] = field(default_factory=dict)

    def start(self, actor: Actor, book: int, month: date) -> Thread:
        """Begin to close the month of a book, or go on with it; where somebody is at it already, nothing happens."""
        self.refusals.pop((book, month), None)
        thread = Thread(target=self._work, args=(actor, book, month), name=f"close {book} {month}", daemon=True)
        thread.start()
        return thread

    def _work(self, actor: Actor, book: int, month: date) -> None:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
            if not held.scalar(TAKE, _names(book, month)):
                return
            try:
                close_books(self.engine, actor, month, [book], chunk=self.chunk)
            except NesieError as error:
                self.refusals[book, month] = error
            except Exception:
                log.exception("the close of %s of book %s failed", month, book)
            finally:
                held.execute(text(f"SELECT pg_advisory_unlock({_KEY})"), _names(book, month))
