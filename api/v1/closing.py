"""The close of a month over HTTP: begun or taken up again, and how far it is; the same steps as on the page.

A close outlives the request that begins it, so the answer comes at once and its progress is asked for. Begun again it
does nothing twice, which is why it takes no idempotency key.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict

from api.closing import ENDED, MONTH, Closings, Going, begin_close, card_of, going_on, month_named
from api.http.asking import Asker, Reading, Spoken, TheWorld
from reports.cards.closing import ClosingCard
from reports.words import Lang, error_text, value_text

router = APIRouter(prefix="/api/v1", tags=["closing"])

Month = Annotated[str, Path(pattern=f"^{MONTH}$", description="a month of one's own book, such as 2021-03")]


class TaskTold(BaseModel):
    """Something to be done or looked at: with ``blocks`` and ``problem`` together the close may not begin."""

    model_config = ConfigDict(extra="forbid")

    key: str
    standing: Literal["done", "todo", "problem", "later"]
    blocks: bool
    evidence: str


class RunTold(BaseModel):
    """The newest run of the close: pieces of work done of how many, and the loans that were not closed, with why."""

    model_config = ConfigDict(extra="forbid")

    id: int
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    pieces: int
    pieces_in_all: int
    loans: int
    failures: list[tuple[int, str]]


class ClosingTold(BaseModel):
    """How the close of a month stands. ``refusal`` says why the last attempt was refused; ``digest`` is the seal of a
    month that is locked.
    """

    model_config = ConfigDict(extra="forbid")

    month: date
    state: Literal["open", "closing", "locked", "final"]
    going_on: Going
    tasks: list[TaskTold]
    run: RunTold | None
    refusal: str | None
    digest: str | None


@router.get("/closing/{month}", operation_id="closing.progress")
def progress(
    request: Request, month: Month, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> ClosingTold:
    """How far the close of a month of one's own book is."""
    card = card_of(session, actor, month_named(month), world.today())
    return _told(request, card, going_on(session, card), lang)


@router.post(
    "/closing/{month}", operation_id="closing.begin", status_code=202,
    responses={200: {"model": ClosingTold, "description": "locked already, nothing is left to close"},
               202: {"model": ClosingTold, "description": "begun or gone on with; ask for its progress"}},
)  # fmt: skip
def begin(
    request: Request, response: Response, month: Month, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> ClosingTold:
    """Begin to close a month of one's own book, or go on with a close that was interrupted.

    Raises:
        NotReadyToClose: something that blocks it has to be done first, or an earlier month is open.
    """
    card = begin_close(session, _closings(request), actor, month_named(month), world.today())
    response.status_code = 200 if card.state in ENDED else 202
    return _told(request, card, "done" if card.state in ENDED else "at-work", lang)


def _closings(request: Request) -> Closings:
    closings: Closings = request.app.state.closings
    return closings


def _told(request: Request, card: ClosingCard, going: Going, lang: Lang) -> ClosingTold:
    refusal, run = _closings(request).refusals.get((card.book_id, card.month)), card.run
    return ClosingTold(
        month=card.month, state=card.state, going_on=going, digest=card.digest,
        refusal=error_text(refusal, lang) if refusal else None,
        tasks=[
            TaskTold(key=each.key, standing=each.standing, blocks=each.blocks, evidence=value_text(each.evidence, lang))
            for each in card.tasks
        ],
        run=None if run is None else RunTold(
            id=run.id, started_by=run.started_by, started_at=run.started_at, finished_at=run.finished_at,
            pieces=run.pieces, pieces_in_all=run.pieces_in_all, loans=run.loans, failures=list(run.failures),
        ),
    )  # fmt: skip
