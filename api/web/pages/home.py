"""The first page: whose house this is, what is due, and the way to everything that the person may do.

It is open to everybody, because it is also where one signs in from. What is due is told by the areas: `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import look
from api.acts.approvals import waiting
from api.http.asking import TheWorld
from api.web.due import DueCard, Source, gathered
from api.web.due_of_lenders import lenders_due
from api.web.finance_due import finance_due
from api.web.guarantees_due import guarantees_due
from api.web.pages.approvals import for_me
from api.web.registers_due import registers_due
from api.web.rendering import render
from reports.report import phrase

router = APIRouter()


def approvals_due(session: Session, actor: Actor, _today: date) -> Sequence[DueCard]:
    """Acts that wait for this person's confirmation."""
    count = len(for_me(actor, waiting(session)))
    if not count:
        return ()
    return (DueCard(words=phrase("web.due.approvals", count=count), status=phrase("web.due.yours"), link="/approvals"),)


#: Who tells what is due; an area adds its function here.
SOURCES: tuple[Source, ...] = (approvals_due, registers_due, lenders_due, guarantees_due, finance_due)


@router.get("/")
def home(request: Request, world: TheWorld) -> HTMLResponse:
    """The first page; a visitor who has not signed in sees only where to."""
    actor: Actor | None = request.state.actor
    cards: list[DueCard] = []
    if actor is not None:
        asked = "due", actor.user_id, actor.roles, world.today()
        with look(world.engine, actor) as session:
            cards = world.memory.recall(session, asked, lambda: gathered(SOURCES, session, actor, world.today()))
    return render(request, "shell/home.html", cards=cards, today=world.today())
