"""Acts on the months of one's own book: opening a locked one again, and making one final for good.

Closing itself is no act but work of many transactions (`api.closing`). Both acts take a second person and a recent
one-time code; the database refuses them in any other order or with one person (``ledger/guards.sql``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Prose, always
from ledger.errors import NotFound
from ledger.periods import State, change_state, states

#: A month as it is written: 2021-03.
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", max_length=7)]


class ReopenAsked(Asked):
    """A locked month to be opened again, and why."""

    period: Month
    reason: Prose


class FinaliseAsked(Asked):
    """A locked month to be made final: nobody will ever open it again."""

    period: Month


def of_month(session: Session, asked: Any, actor: Actor) -> Concern:
    """The month of the actor's own book.

    Raises:
        NotFound: the book was not open then, or the actor has none.
    """
    book = actor.organisation_id
    if book is None or book not in states(session, _first(asked), [book]):
        raise NotFound(what="month", name=asked.period)
    return Concern(book, f"period:{book}:{asked.period}")


def _first(asked: Any) -> date:
    return date.fromisoformat(f"{asked.period}-01")


def _book(doing: Doing) -> int:
    assert doing.actor.organisation_id is not None  # of_month has seen to it
    return doing.actor.organisation_id


def _move(session: Session, doing: Doing, asked: Any, to_state: State, reason: str) -> Mapping[str, Any]:
    """Move the month; while the act is only rehearsed, whoever will confirm it stands as such."""
    second = doing.checker.signature if doing.checker else f"{doing.actor.channel}:second"
    change_state(
        session, _first(asked), [_book(doing)], to_state, made_by=doing.actor.signature, second_by=second, reason=reason
    )
    return {"month": asked.period, "state": to_state}


def _reopen(session: Session, doing: Doing, asked: ReopenAsked) -> Mapping[str, Any]:
    return _move(session, doing, asked, "open", asked.reason)


def _finalise(session: Session, doing: Doing, asked: FinaliseAsked) -> Mapping[str, Any]:
    return _move(session, doing, asked, "final", "")


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="periods.reopen", asks=ReopenAsked, path="/periods/reopenings", concerns=of_month, work=_reopen,
        second=always, fresh_code=True,
    ),
    Act(
        name="periods.finalise", asks=FinaliseAsked, path="/periods/finals", concerns=of_month, work=_finalise,
        second=always, fresh_code=True,
    ),
)  # fmt: skip
