"""Closing the month of one's own book: what has to be done with its evidence, the close itself, and its progress.

The close runs in the background (`api.closing`); the page asks for itself every two seconds while it does, by htmx or,
without JavaScript, by its head. A close whose process died is found interrupted and taken up where it stopped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import see_everything
from api.acts.approvals import waiting
from api.closing import Closings, is_at_work
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.web.rendering import render
from api.web.sending import Sent
from guarantees.month_end import steps
from ledger.errors import BadInput, Conflict, NotFound
from ledger.periods import first_day, next_month
from reports.cards.closing import ClosingCard, Task, closing_card, month_to_close
from reports.words import error_text

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
#: What is going on with the close: not begun, at work, interrupted, stopped by something to mend, done.
Going = Literal["ready", "at-work", "interrupted", "blocked", "done"]
TONES = {"done": "done", "todo": "attention", "problem": "problem", "later": "neutral"}


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


@router.get("/closing")
def checklist(request: Request, session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The close of a month of one's own book: the first one not locked, unless the address names one."""
    book = _own(actor)
    card = _card(session, actor, _month(request, session, book), world.today())
    going = _going(session, card)
    if request.headers.get("HX-Request") and going == "at-work":
        return render(request, "finance/closing-progress.html", card=card, going=going)
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": f"/closing?month={card.month:%Y-%m}"})
    refusal = _closings(request).refusals.get((book, card.month))
    return render(
        request, "finance/closing.html", card=card, going=going, again=request.query_params.get("again") == "yes",
        blocking=_items([each for each in card.tasks if each.blocks], request, actor),
        looking=_items([each for each in card.tasks if not each.blocks], request, actor),
        refusal=error_text(refusal, lang) if refusal else "", earlier=_before(card.month), later=next_month(card.month),
    )  # fmt: skip


@router.post("/closing/{month}")
def begin(
    request: Request, month: str, session: Reading, world: TheWorld, actor: Asker, _sent: Sent
) -> Response:  # fmt: skip
    """Begin the close of a month, or go on with it; a month that is locked has nothing new to close.

    Raises:
        NotReadyToClose: something that blocks it has to be done first.
    """
    book, asked = _own(actor), _read(month)
    card = _card(session, actor, asked, world.today())
    if card.state in ("locked", "final"):
        return RedirectResponse(f"/closing?month={month}&again=yes", SEE_OTHER)
    if card.obstacles or asked != month_to_close(session, book):
        raise NotReadyToClose(month=month)
    _closings(request).start(actor, book, asked)
    return RedirectResponse(f"/closing?month={month}", SEE_OTHER)


def _own(actor: Actor) -> int:
    """The book of the actor's own organisation.

    Raises:
        NotFound: the system has none.
    """
    if actor.organisation_id is None:
        raise NotFound(what="book", name=actor.login)
    return actor.organisation_id


def _closings(request: Request) -> Closings:
    closings: Closings = request.app.state.closings
    return closings


def _card(session: Session, actor: Actor, month: date, today: date) -> ClosingCard:
    """The card of a month of the actor's book; ``session`` sees everything from then on."""
    count = len(waiting(session))
    see_everything(session)
    return closing_card(session, _own(actor), month, today, waiting=count, further_steps=len(steps()))


def _going(session: Session, card: ClosingCard) -> Going:
    if card.state in ("locked", "final"):
        return "done"
    if is_at_work(session, card.book_id, card.month):
        return "at-work"
    if card.state == "open" or card.run is None:
        return "ready"
    return "blocked" if card.run.state == "blocked" else "interrupted"


def _month(request: Request, session: Session, book: int) -> date:
    written = request.query_params.get("month", "")
    return _read(written) if written else month_to_close(session, book)


def _read(written: str) -> date:
    found = MONTH.fullmatch(written)
    if found is None:
        raise WrongMonth(found=written)
    return date(int(found[1]), int(found[2]), 1)


def _before(month: date) -> date:
    return first_day(date.fromordinal(month.toordinal() - 1))


def _items(tasks: list[Task], request: Request, actor: Actor) -> list[dict[str, object]]:
    """Tasks for the list; links to pages that the person may not open, or that are not there, are left out."""

    def opens(link: str | None) -> str | None:
        return link if link and request.app.state.permit(actor, f"GET {link.partition('?')[0]}") else None

    return [
        {"key": each.key, "group": each.group, "evidence": each.evidence, "link": opens(each.link),
         "tone": TONES[each.standing], "standing": each.standing}
        for each in tasks
    ]  # fmt: skip
