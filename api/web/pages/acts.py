"""Any act as pages: fill in, check what it will do, done. Areas draw a form of their own only where that serves more.

What is shown for checking is the act itself, rehearsed; the same key travels from the form to the end, so that going
back, reloading and clicking twice never do it twice, and end at the same receipt.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy import select
from starlette.datastructures import FormData

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import look
from api.acts.act import Act
from api.acts.performing import FreshCodeNeeded, carry, rehearse
from api.acts.registry import act_named
from api.http.asking import Asker, Spoken, TheWorld, spoken
from api.identity.recognising import CONFIRM
from api.web.effects import effect_shown
from api.web.forms import Form, asked, is_redrawn, problems_of, typed
from api.web.places import made
from api.web.rendering import render
from api.web.sending import Sent
from api.web.widgets import NOTHING, Offered, offered, told, widgets
from ledger.errors import Broken, NesieError, NotFound
from ledger.tables import CommandRow
from ledger.unit_of_work import perform

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
UNPROCESSABLE = 422


@router.get("/acts/{name}")
def fill_in(request: Request, name: str, actor: Asker) -> HTMLResponse:
    """The form of an act; what the address names is filled in already."""
    act = act_named(name)
    matrix().demand_maker(actor, act.name)
    return _form(request, act, Form(values=dict(request.query_params)))


@router.post("/acts/{name}")
def send(request: Request, name: str, sent: Sent, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The form sent: to be checked, to be mended, or to be done."""
    act = act_named(name)
    if is_redrawn(sent) or "mend" in sent:
        return _form(request, act, typed(sent))
    try:
        given = act.asks.model_validate(_fields(act, sent))
        if "confirmed" not in sent:
            effect, second = rehearse(world, actor, act, given)
            shown = effect_shown(effect.values(), lang)
            return render(
                request, "acts/check.html", act=act, form=typed(sent), effect=shown, second=second,
                answers=told(given, lang, _offered(request, act, typed(sent))),
            )  # fmt: skip
        key = typed(sent).key
        outcome = carry(world, actor, act, given, key=key, request_id=request.state.request_id)
    except FreshCodeNeeded:
        return RedirectResponse(f"{CONFIRM}?next={quote(_filled_in(act, sent))}", SEE_OTHER)
    except (ValidationError, NesieError) as error:
        if isinstance(error, Broken):
            raise
        status = error.http_status if isinstance(error, NesieError) else UNPROCESSABLE
        return _form(request, act, typed(sent, problems_of(error, lang)), status)
    if outcome.approval_id is not None:
        return RedirectResponse(f"/approvals/{outcome.approval_id}", SEE_OTHER)
    return RedirectResponse(f"/receipts/{key}", SEE_OTHER)


@router.get("/receipts/{key}")
def receipt(request: Request, key: str, world: TheWorld, actor: Asker) -> HTMLResponse:
    """What an act of the person's did: the same page however often it was sent."""
    query = select(CommandRow).where(CommandRow.key == f"{actor.user_id}:{key}")
    row = perform(world.jobs, lambda session: session.scalar(query))
    if row is None or row.result is None:
        raise NotFound(what="receipt", name=key)
    result: dict[str, Any] = row.result["result"]
    return render(request, "acts/receipt.html", act=act_named(row.kind), at=row.recorded_at, made=made(result))


def _filled_in(act: Act[Any], sent: FormData) -> str:
    """The address of the form with what was typed: where somebody comes back to from giving a one-time code."""
    return f"/acts/{act.name}?{urlencode(_fields(act, sent))}"


def _fields(act: Act[Any], sent: FormData) -> dict[str, str]:
    names = set(act.asks.model_fields)
    return {name: value for name, value in asked(sent).items() if name in names}


def _offered(request: Request, act: Act[Any], form: Form) -> Offered:
    """What whoever asks may choose from in the fields of ``act``."""
    actor: Actor = request.state.actor
    if not act.options:
        return NOTHING
    with look(request.app.state.world.engine, actor) as session:
        return offered(session, act, actor, form.values, spoken(request))


def _form(request: Request, act: Act[Any], form: Form, status: int = 200) -> HTMLResponse:
    in_path = [name for name in act.asks.model_fields if f"{{{name}}}" in act.path and form.value(name)]
    fields = [
        widget for widget in widgets(act, spoken(request), _offered(request, act, form)) if widget.name not in in_path
    ]
    known = {widget.name for widget in fields}
    problems = {name if name in known else "": message for name, message in form.problems.items()}
    form = replace(form, problems=problems)
    return render(
        request, "acts/form.html", status, act=act, form=form, fields=fields, hidden=in_path, hurt=bool(problems)
    )
