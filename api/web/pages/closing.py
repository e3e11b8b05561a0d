"""Closing the month of one's own book: what has to be done with its evidence, the close itself, and its progress.

The close runs in the background (`api.closing`); the page asks for itself every two seconds while it does, by htmx or,
without JavaScript, by its head. A close whose process died is found interrupted and taken up where it stopped.
"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.closing import ENDED, Closings, begin_close, card_of, going_on, month_named, own_book
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.web.rendering import render
from api.web.sending import Sent
from api.web.things import things
from ledger.periods import first_day, next_month
from reports.cards.closing import Task, month_to_close
from reports.words import error_text

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
TONES = {"done": "done", "todo": "attention", "problem": "problem", "later": "neutral"}


@router.get("/closing")
def checklist(request: Request, session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The close of a month of one's own book: the first one not locked, unless the address names one."""
    book = own_book(actor)
    card = card_of(session, actor, _month(request, session, book), world.today())
    going = going_on(session, card)
    if request.headers.get("HX-Request") and going == "at-work":
        return render(request, "finance/closing-progress.html", card=card, going=going)
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": f"/closing?month={card.month:%Y-%m}"})
    refusal = _closings(request).refusals.get((book, card.month))
    failed = {f"loan:{loan}" for loan, _ in card.run.failures} if card.run else set()
    return render(
        request, "finance/closing.html", card=card, going=going, again=request.query_params.get("again") == "yes",
        blocking=_items([each for each in card.tasks if each.blocks], request, actor),
        looking=_items([each for each in card.tasks if not each.blocks], request, actor),
        called=things(request, failed, lang),
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
    asked = month_named(month)
    card = begin_close(session, _closings(request), actor, asked, world.today())
    if card.state in ENDED:
        return RedirectResponse(f"/closing?month={month}&again=yes", SEE_OTHER)
    return RedirectResponse(f"/closing?month={month}", SEE_OTHER)


def _closings(request: Request) -> Closings:
    closings: Closings = request.app.state.closings
    return closings


def _month(request: Request, session: Session, book: int) -> date:
    written = request.query_params.get("month", "")
    return month_named(written) if written else month_to_close(session, book)


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
