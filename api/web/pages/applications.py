"""The card of an application with what can be done next, and the queue in which a lender serves its open ones.

Which steps may follow is the state's word, who may do them the matrix's; the queue is an order with reasons, told to
its own lender only.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import matrix
from api.acts.approvals import waiting
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.v1.applications import ApplicationId, card_of
from api.web.places import place
from api.web.rendering import render
from api.web.tables import Cell, Empty, Head, Row, Table, Tone
from lending.applications.queue import Standing, queue
from lending.programmes.application import application_from_json
from reports.cards.application import ApplicationCard
from reports.words import Lang, cell_text, say

router = APIRouter(include_in_schema=False)

#: How a state looks.
TONES: dict[str, Tone] = {
    "submitted": "attention", "under-review": "waiting", "concluded-positive": "waiting",
    "concluded-negative": "attention", "decided": "info", "contracted": "info", "disbursed": "done",
    "refused": "neutral", "withdrawn": "neutral",
}  # fmt: skip
#: The act behind each step of the path; both opinions are one form.
ACTS = {
    "take-up": "applications.take-up", "amend": "applications.amend", "conclude-positive": "applications.conclude",
    "approve": "applications.approve", "refuse": "applications.refuse", "contract": "applications.contract",
    "disburse": "applications.pay-out", "withdraw": "applications.withdraw",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """A step that is possible now: its act, and the address of its form."""

    act: str
    link: str


def ways(card: ApplicationCard, actor: Actor, today: str) -> list[Way]:
    """What ``actor`` may do next with an application of their own organisation."""
    if actor.organisation_id != card.lender_id:
        return []
    filled = {
        "application_id": card.id, "on": today, "signed_on": today, "disburse_on": today, "paper_on": today,
    }  # fmt: skip
    acts = [ACTS[step] for step in card.possible if step in ACTS]
    if card.possible:
        acts.append("applications.attach")
    return [Way(act, f"/acts/{act}?{urlencode(filled)}") for act in acts if matrix().may_make(actor, act)]


@router.get("/applications/{application_id}")
def card(
    request: Request, application_id: ApplicationId, world: TheWorld, session: Reading, actor: Asker
) -> HTMLResponse:
    """An application as it stands, its path, and the steps that may follow."""
    told = card_of(world, session, actor, application_id)
    return render(
        request, "lending/application.html", card=told, tone=TONES[told.state],
        asked=application_from_json(told.facts), ways=ways(told, actor, world.today().isoformat()), place=place,
        waiting=waiting(session, about=f"application:{application_id}"),
    )  # fmt: skip


@router.get("/queue")
def line(request: Request, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """Open applications to the person's organisation in the order in which they are served, with the reasons."""
    standing: list[Standing] = []
    if actor.organisation_id is not None:
        with Session(world.jobs) as session:
            standing = queue(session, actor.organisation_id, world.today())
    return render(request, "lending/queue.html", table=_queue_table(standing, actor, lang))


def _queue_table(standing: list[Standing], actor: Actor, lang: Lang) -> Table:
    heads = [
        Head(words=say("column.number", lang), lie="narrow"), Head(words=say("field.application_id", lang)),
        Head(words=say("column.borrower", lang)), Head(words=say("field.applied_on", lang), lie="narrow"),
        Head(words=say("web.queue.why", lang)), Head(words=say("column.state", lang), lie="narrow"),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(str(number)), Cell(each.case.number, f"/applications/{each.case.id}"), Cell(each.case.borrower_name),
            Cell(cell_text("date", each.case.applied_on, lang)), Cell(_why(each, lang)),
            Cell(say(f"application-state.{each.case.state}", lang), tone=TONES[each.case.state or "submitted"]),
        ])
        for number, each in enumerate(standing, start=1)
    ]  # fmt: skip
    may = matrix().may_make(actor, "applications.submit")
    empty = Empty(
        words=say("web.queue.none", lang), link="/acts/applications.submit" if may else None,
        link_words=say("act.applications.submit", lang),
    )  # fmt: skip
    return Table(id="queue", caption=say("web.queue.title", lang), heads=heads, rows=rows, empty=empty)


def _why(of: Standing, lang: Lang) -> str:
    reasons = []
    if of.matches is not None:
        reasons.append(say("web.queue.map", lang, oked=of.matches.oked))
    if of.certified:
        reasons.append(say("web.queue.certificate", lang))
    return "; ".join(reasons) or say("web.queue.by-day", lang)
