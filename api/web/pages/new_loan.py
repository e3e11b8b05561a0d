"""A new loan: one form, the limits beside it as it is typed, answers to be checked, and the loan registered once.

What is typed is kept as a draft with every look at the limits, so that a lost session loses nothing. Without JavaScript
the limits are a button's page; with it the same button is pressed by typing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import look
from api.acts.loan_facts import sound
from api.acts.new_loans import ConcludeAsked
from api.acts.performing import carry, rehearse
from api.acts.registry import act_named
from api.drafts.drafts import Draft, drop, keep, kept
from api.http.asking import Asker, Spoken, TheWorld
from api.web.effects import effect_shown
from api.web.forms import Form, Sent, asked, is_redrawn, problems_of, typed
from api.web.limits import Panel, panel, told_findings
from api.web.rendering import render
from api.web.widgets import Offered, offered, widgets
from api.web.widgets import told as told_answers
from api.world import World
from ledger.errors import Broken, NesieError
from lending.applications.refusals import RuleForbids
from lending.chain.facilities import facilities
from lending.registers.loan_rules import FIELDS as BLAMED
from reports.words import Lang

router = APIRouter(include_in_schema=False)

ACT = "loans.conclude"
SEE_OTHER = 303
UNPROCESSABLE = 422
#: Fields that people fill in as percents and that are kept as fractions.
PERCENTS = ("annual_rate", "guarantee_share")
#: Fields in the order people are asked for them, by part of the form.
PARTS: Mapping[str, tuple[str, ...]] = {
    "borrower": (
        "borrower_id_number", "borrower_name", "borrower_kind", "borrower_size", "registered_on", "tax_registered",
    ),
    "project": (
        "facility_id", "territory", "kato", "purpose", "sector", "oked", "jobs_promised", "job_clause",
        "anchor_cooperation",
    ),
    "loan": (
        "number", "applied_on", "signed_on", "disburse_on", "source", "amount", "annual_rate", "months",
        "every_months", "method", "day_count", "principal_grace_months", "interest_grace_months", "first_due_on",
    ),
    "papers": (
        "certificate_kind", "certificate_number", "certificate_on", "referral_number", "referral_on", "guarantor",
        "guarantee_share",
    ),
}  # fmt: skip
#: What stands in the form before anything is typed.
USUAL = {
    "every_months": "1", "method": "annuity", "day_count": "30/360", "principal_grace_months": "0",
    "interest_grace_months": "0", "annual_rate": "6", "source": "fresh", "jobs_promised": "0", "borrower_size": "micro",
}  # fmt: skip


@router.get("/loans/new")
def fill_in(request: Request, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """The form, with what the person had typed before."""
    matrix().demand_maker(actor, ACT)
    with Session(world.jobs) as whole:
        draft = kept(whole, actor, ACT)
    today = world.today().isoformat()
    usual = USUAL | {"applied_on": today, "signed_on": today, "disburse_on": today}
    values = dict(draft.typed) if draft else usual | dict(request.query_params)
    return _page(request, world, actor, Form(values), lang, draft=draft)


@router.post("/loans/new/limits")
def limits(request: Request, sent: Sent, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """What the programme allows for what is typed so far; the panel alone for htmx, else the whole page."""
    matrix().demand_maker(actor, ACT)
    form = typed(sent)
    keep(world.jobs, actor, ACT, form.values)
    if request.headers.get("HX-Request"):
        return render(request, "lending/limits.html", panel=_panel(world, actor, form, lang), form=form)
    return _page(request, world, actor, form, lang)


@router.post("/loans/new")
def register(request: Request, sent: Sent, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The form sent: to be checked, to be mended, or to be registered."""
    matrix().demand_maker(actor, ACT)
    form = typed(sent)
    if "use" in sent:
        form = _with_borrower(world, actor, form)
    keep(world.jobs, actor, ACT, form.values)
    if is_redrawn(sent) or {"mend", "use"} & set(sent):
        return _page(request, world, actor, form, lang)
    act = act_named(ACT)
    try:
        given = ConcludeAsked.model_validate(_given(asked(sent)))
        if "confirmed" not in sent:
            effect, _ = rehearse(world, actor, act, given)
            return render(
                request, "lending/check.html", form=form,
                answers=told_answers(given, lang, _offered(world, actor, form, lang)),
                effect=effect_shown(effect.values(), lang), panel=_panel(world, actor, form, lang),
            )  # fmt: skip
        carry(world, actor, act, given, key=form.key, request_id=request.state.request_id)
    except (ValidationError, NesieError) as error:
        if isinstance(error, Broken):
            raise
        status = error.http_status if isinstance(error, NesieError) else UNPROCESSABLE
        return _page(request, world, actor, replace(form, problems=_problems(error, lang)), lang, status=status)
    drop(world.jobs, actor, ACT)
    return RedirectResponse(f"/receipts/{form.key}", SEE_OTHER)


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form that the act asks for, percents as fractions."""
    given = {name: value for name, value in fields.items() if name in ConcludeAsked.model_fields}
    return given | {name: _fraction(given[name]) for name in PERCENTS if name in given}


def _fraction(percent: str) -> str:
    """``6``, ``6,5 %`` as a fraction; what is no number is left for the model to refuse."""
    try:
        return str(Decimal(percent.strip().removesuffix("%").strip().replace(",", ".")) / 100)
    except InvalidOperation:
        return percent


def _problems(error: ValidationError | NesieError, lang: Lang) -> dict[str, str]:
    """What is wrong, by field: each broken rule beside the field that breaks it, with its clause."""
    if not isinstance(error, RuleForbids):
        return problems_of(error, lang)
    names = {"borrower_id": "borrower_id_number", "start_up": "amount", "contract_number": ""}
    problems: dict[str, str] = {}
    for finding, told in zip(error.findings, told_findings(error.findings, lang), strict=True):
        blamed = BLAMED.get(finding.code, "")
        name = names.get(blamed, blamed)
        problems[name if name in ConcludeAsked.model_fields else ""] = f"{told.message} ({told.rule}: {told.clause})"
    return problems


def _page(
    request: Request, world: World, actor: Actor, form: Form, lang: Lang, *, status: int = 200,
    draft: Draft | None = None,
) -> HTMLResponse:  # fmt: skip
    fields = {each.name: each for each in widgets(act_named(ACT), lang, _offered(world, actor, form, lang))}
    known = set(fields)
    problems = {name if name in known else "": message for name, message in form.problems.items()}
    return render(
        request, "lending/new.html", status, form=replace(form, problems=problems), parts=PARTS, fields=fields,
        panel=_panel(world, actor, form, lang), hurt=bool(problems), draft=draft,
        percents=PERCENTS,
    )  # fmt: skip


def _offered(world: World, actor: Actor, form: Form, lang: Lang) -> Offered:
    with look(world.engine, actor) as session:
        return offered(session, act_named(ACT), actor, form.values, lang)


def _panel(world: World, actor: Actor, form: Form, lang: Lang) -> Panel:
    filled = {name: value for name, value in form.values.items() if value.strip()}
    told: dict[str, Any] = sound(ConcludeAsked, _given(filled))
    with look(world.engine, actor) as sight, Session(world.jobs) as whole:
        found = facilities(sight, [told["facility_id"]]).values() if "facility_id" in told else ()
        own = next((each for each in found if each.borrower_id == actor.organisation_id), None)
        return panel(sight, whole, own, told, world.today(), lang)


def _with_borrower(world: World, actor: Actor, form: Form) -> Form:
    """The form with what is on record of the borrower whose number is typed."""
    found = _panel(world, actor, form, "ru").borrower
    if found is None:
        return form
    known = {"borrower_name": found.name, "borrower_kind": found.kind}
    if found.registered_on:
        known["registered_on"] = found.registered_on.isoformat()
    return replace(form, values={**form.values, **known})
