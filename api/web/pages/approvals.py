"""Acts that wait for a second person: the inbox, and one with its effect then and now.

The checker sees what was asked, what it would do as the maker saw it and as it stands today, and never their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import look
from api.acts.approvals import Decision, Ended, Pending, kept, outcome_of, waiting
from api.acts.performing import FreshCodeNeeded, approve, end, rehearse_pending
from api.acts.registry import act_named
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.identity.recognising import CONFIRM
from api.web.effects import effect_shown
from api.web.forms import Form, is_redrawn, problems_of, typed
from api.web.places import made
from api.web.rendering import render
from api.web.sending import Sent
from api.web.things import things
from api.web.widgets import offered, told
from ledger.errors import Broken, NesieError
from ledger.unit_of_work import perform
from reports.words import error_text

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
Decided = Literal["approve", "reject", "withdraw"]
ENDS: Mapping[Decided, Literal["rejected", "withdrawn"]] = {"reject": "rejected", "withdraw": "withdrawn"}
DECIDED: Mapping[Decided, Decision] = {"approve": "approved", **ENDS}


def for_me(actor: Actor, pending: Sequence[Pending]) -> list[Pending]:
    """What ``actor`` may decide: asked by others of their organisation, of acts they may check."""
    own = [each for each in pending if each.organisation_id == actor.organisation_id]
    return [each for each in own if each.made_by != actor.user_id and matrix().may_check(actor, each.act)]


@router.get("/approvals")
def inbox(request: Request, session: Reading, actor: Asker, lang: Spoken) -> HTMLResponse:
    """What waits: for me, of my own, and for others."""
    pending = waiting(session)
    mine = [each for each in pending if each.made_by == actor.user_id]
    decidable = for_me(actor, pending)
    others = [each for each in pending if each not in mine and each not in decidable]
    called = things(request, {each.about for each in pending}, lang)
    return render(request, "approvals/inbox.html", for_me=decidable, mine=mine, others=others, called=called)


@router.get("/approvals/{approval_id}")
def one(
    request: Request, approval_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:
    """One act that waits or waited."""
    return _card(request, world, actor, kept(session, approval_id), Form(), lang)


@router.post("/approvals/{approval_id}/{decision}")
def decide(
    request: Request, approval_id: int, decision: Decided, sent: Sent, session: Reading, world: TheWorld, actor: Asker,
    lang: Spoken,
) -> Response:  # fmt: skip
    """Confirm, reject or withdraw; what is refused comes back with the words why.

    What was decided so before, by this click or by another, shows the same receipt to whoever may see it.
    """
    form = typed(sent)
    if is_redrawn(sent):
        return _card(request, world, actor, kept(session, approval_id), form, lang)
    try:
        if decision == "approve":
            approve(world, actor, approval_id, request_id=request.state.request_id)
        else:
            end(world, actor, approval_id, ENDS[decision], form.value("reason"), request_id=request.state.request_id)
    except FreshCodeNeeded:
        return RedirectResponse(f"{CONFIRM}?next=/approvals/{approval_id}", SEE_OTHER)
    except NesieError as error:
        if isinstance(error, Broken):
            raise
        pending = kept(session, approval_id)
        if not (isinstance(error, Ended) and pending.decision == DECIDED[decision]):
            mended = typed(sent, problems_of(error, lang))
            return _card(request, world, actor, pending, mended, lang, error.http_status)
    return RedirectResponse(f"/approvals/{approval_id}", SEE_OTHER)


def _card(
    request: Request, world: Any, actor: Actor, pending: Pending, form: Form, lang: Any, status: int = 200
) -> HTMLResponse:
    act = act_named(pending.act)
    with look(world.engine, actor) as session:
        choices = offered(session, act, actor, {name: str(value) for name, value in pending.asked.items()}, lang)
    now, obstacle = None, ""
    if pending.decision is None:
        try:
            now = effect_shown(rehearse_pending(world, pending).values(), lang)
        except NesieError as error:
            obstacle = error_text(error, lang)
    return render(
        request, "approvals/card.html", status, act=act, pending=pending, form=form,
        answers=told(act.asks.model_validate(pending.asked), lang, choices), then=effect_shown(pending.effect, lang),
        now=now,
        made=made(perform(world.jobs, lambda session: outcome_of(session, pending.id))),
        obstacle=obstacle, about=things(request, {pending.about}, lang)[pending.about], hurt=bool(form.problems),
        may_decide=pending.decision is None and bool(for_me(actor, [pending])),
        may_withdraw=pending.decision is None and pending.made_by == actor.user_id,
    )  # fmt: skip
