"""Closing months for people: in the background, watched from outside, and taken up again after the process was killed.

A close is the work of `lending.month_end`; what is done is in its rows, so nothing is kept here that a killed process
could lose. That somebody is at work on a book's month is told by a lock of the database, which ends with whoever holds
it: a run that says it is running and has no such lock was interrupted.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from threading import Thread
from typing import Literal

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import see_everything
from api.acts.approvals import waiting
from api.audit.records import Outcome, record
from guarantees.month_end import steps
from ledger.errors import BadInput, Conflict, NesieError, NotFound
from ledger.unit_of_work import perform
from lending.month_end import CloseResult, Progress, close
from reports.cards.closing import ClosingCard, closing_card, month_to_close

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

#: A month as addresses write it; the centuries are those of the books.
MONTH = r"(19|20)\d{2}-(0[1-9]|1[0-2])"
#: What is going on with the close: not begun, at work, interrupted, stopped by something to mend, done.
Going = Literal["ready", "at-work", "interrupted", "blocked", "done"]
#: States of a month that has nothing left to close.
ENDED = ("locked", "final")

log = logging.getLogger(__name__)


@dataclass(eq=False, kw_only=True)
class WrongMonth(BadInput):
    """A month in an address that is none."""

    code = "wrong-month"
    sentence = "Expected a month like 2021-03 in the address; found {found}. Correct it, or leave it out."
    found: str


@dataclass(eq=False, kw_only=True)
class NotReadyToClose(Conflict):
    """A close was asked for while something has to be done first."""

    code = "not-ready-to-close"
    sentence = "The month {month} cannot be closed yet: see what blocks it in the list, and do that first."
    month: str


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


def month_named(written: str) -> date:
    """The first day of a month like ``2021-03``.

    Raises:
        WrongMonth.
    """
    if not re.fullmatch(MONTH, written):
        raise WrongMonth(found=written)
    return date.fromisoformat(f"{written}-01")


def own_book(actor: Actor) -> int:
    """The book of the actor's own organisation.

    Raises:
        NotFound: the system has none.
    """
    if actor.organisation_id is None:
        raise NotFound(what="book", name=actor.login)
    return actor.organisation_id


def card_of(session: Session, actor: Actor, month: date, today: date) -> ClosingCard:
    """The card of a month of the actor's book; ``session`` sees everything from then on."""
    count = len(waiting(session))
    see_everything(session)
    return closing_card(session, own_book(actor), month, today, waiting=count, further_steps=len(steps()))


def going_on(session: Session, card: ClosingCard) -> Going:
    """What is going on with the close that the card tells of."""
    if card.state in ENDED:
        return "done"
    if is_at_work(session, card.book_id, card.month):
        return "at-work"
    if card.state == "open" or card.run is None:
        return "ready"
    return "blocked" if card.run.state == "blocked" else "interrupted"


def begin_close(session: Session, closings: Closings, actor: Actor, month: date, today: date) -> ClosingCard:
    """Begin to close a month of the actor's book, or go on with it; the card as it was before.

    Of a month that is locked there is nothing left to close, so nothing is begun.

    Raises:
        NotReadyToClose: something that blocks it has to be done first, an earlier month among it.
    """
    card = card_of(session, actor, month, today)
    if card.state in ENDED:
        return card
    if card.obstacles or month != month_to_close(session, card.book_id):
        raise NotReadyToClose(month=f"{month:%Y-%m}")
    closings.start(actor, card.book_id, month)
    return card
