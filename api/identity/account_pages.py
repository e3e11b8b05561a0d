"""Pages of one's own account: the sessions that are open, tokens of programs, password, authenticator, recovery codes.

Everything here is about whoever is signed in and nobody else: rows are looked up with the person's id. What would
help a thief who found the browser open asks for a one-time code first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.http.asking import Asker, Spoken, TheWorld
from api.identity.api_tokens import create_token, revoke_token, tokens_of
from api.identity.entrance_pages import Typed, again, enrolment, refused, with_cookie
from api.identity.factors import offer_secret, recovery_codes_left, renew_recovery_codes
from api.identity.invitations import change_password
from api.identity.people import Person, changed, person
from api.identity.recognising import CONFIRM, caller_of, local_path
from api.identity.sessions import SignInSession, end_session, end_sessions, sessions_of
from api.identity.signing_in import confirm, demand_fresh, finish_enrolment, fresh
from api.identity.vault import keys_of
from api.settings import ALMATY
from api.web.forms import Form as Shown
from api.web.forms import problems_of
from api.web.rendering import render
from api.web.sending import Redrawn
from api.world import World
from ledger.errors import NesieError
from ledger.unit_of_work import perform

router = APIRouter(prefix="/account", include_in_schema=False)

PASSWORD, AUTHENTICATOR = "/account/password", "/account/authenticator"
TOKEN_DAYS = 90


@router.get("")
def account_page(request: Request, world: TheWorld, actor: Asker) -> HTMLResponse:
    """What is open in the person's name, and the ways to change it."""
    return _account(request, world, actor, Shown({"days": str(TOKEN_DAYS)}))


@router.post("/sessions/{session_id}/end")
def end_one(world: TheWorld, actor: Asker, session_id: int) -> Response:
    """End one of the person's sessions."""
    perform(world.jobs, lambda session: end_session(session, session_id, world.now(), person_id=actor.user_id))
    return RedirectResponse("/account", 303)


@router.post("/sessions/end-others")
def end_others(request: Request, world: TheWorld, actor: Asker) -> Response:
    """End every session of the person's but this one."""
    here = _here(request)
    perform(world.jobs, lambda session: end_sessions(session, actor.user_id, world.now(), but=here.id))
    return RedirectResponse("/account", 303)


@router.get("/confirm")
def confirm_page(request: Request, actor: Asker, next: str = "/account") -> HTMLResponse:  # noqa: A002, ARG001
    """The form for the one-time code that some acts ask for."""
    return _confirm_form(request, Shown({"next": local_path(next)}))


@router.post("/confirm")
def confirm_now(
    request: Request, world: TheWorld, actor: Asker, lang: Spoken, redrawn: Redrawn, code: Typed = "",
    next: Typed = "/account",  # noqa: A002
) -> Response:  # fmt: skip
    """Take the code and go back to where it was asked for, with a new token."""
    if redrawn:
        return _confirm_form(request, again(code, next=local_path(next)))
    keys, who = keys_of(world.settings), _self(world, actor)
    try:
        token = confirm(world.jobs, keys, _here(request), who, code, caller_of(request), world.now())
    except NesieError as error:
        form = Shown({"next": local_path(next)}, problems_of(error, lang))
        return refused(_confirm_form(request, form, error.http_status), error)
    return with_cookie(RedirectResponse(local_path(next), 303), token)


@router.get("/password")
def password_page(request: Request, actor: Asker) -> HTMLResponse:  # noqa: ARG001 - only for people signed in
    """The form for another password."""
    return render(request, "identity/password.html", form=Shown(), action=PASSWORD)


@router.post("/password")
def password_now(
    request: Request, world: TheWorld, actor: Asker, lang: Spoken, redrawn: Redrawn, old: Typed = "",
    password: Typed = "",
) -> Response:  # fmt: skip
    """Take another password; the person's other sessions end."""
    if redrawn:
        return render(request, "identity/password.html", form=again(old, password), action=PASSWORD)
    who, here = _self(world, actor), _here(request)
    try:
        change_password(world.jobs, who, here.id, old, password, caller_of(request), world.now())
    except NesieError as error:
        form = Shown({}, problems_of(error, lang))
        return refused(render(request, "identity/password.html", error.http_status, form=form, action=PASSWORD), error)
    return RedirectResponse("/account", 303)


@router.get("/authenticator")
def authenticator_page(request: Request, world: TheWorld, actor: Asker) -> HTMLResponse:
    """The square for another authenticator.

    Raises:
        ConfirmFirst: no code of the present one was given lately.
    """
    demand_fresh(actor, world.now())
    return _authenticator_form(request, world, actor, Shown())


@router.post("/authenticator")
def authenticator_now(
    request: Request, world: TheWorld, actor: Asker, lang: Spoken, redrawn: Redrawn, code: Typed = ""
) -> Response:
    """Take another authenticator in place of the present one and show new recovery codes, this once.

    Raises:
        ConfirmFirst: no code of the present one was given lately.
    """
    demand_fresh(actor, world.now())
    if redrawn:
        return _authenticator_form(request, world, actor, again(code))
    keys, who = keys_of(world.settings), _self(world, actor)
    try:
        token, codes = finish_enrolment(world.jobs, keys, _here(request), who, code, caller_of(request), world.now())
    except NesieError as error:
        form = Shown({}, problems_of(error, lang))
        return refused(_authenticator_form(request, world, actor, form, error.http_status), error)
    page = render(request, "identity/recovery-codes.html", codes=codes, onward="/account")
    return with_cookie(page, token)


@router.post("/recovery-codes")
def recovery_codes_now(request: Request, world: TheWorld, actor: Asker) -> HTMLResponse:
    """Show new recovery codes, this once; the earlier ones are void.

    Raises:
        ConfirmFirst: no code was given lately.
    """
    demand_fresh(actor, world.now())
    who = _self(world, actor)

    def work(session: Session) -> list[str]:
        changed(session, who, actor, "account.renew-recovery-codes", request.state.request_id)
        return renew_recovery_codes(session, who.id, world.now())

    codes = perform(world.jobs, work)
    return render(request, "identity/recovery-codes.html", codes=codes, onward="/account")


@router.post("/tokens")
def token_now(
    request: Request, world: TheWorld, actor: Asker, lang: Spoken, redrawn: Redrawn, name: Typed = "",
    days: Typed = "", scopes: Annotated[Sequence[str], Form()] = (),
) -> Response:  # fmt: skip
    """Show a new token for a program, this once.

    Raises:
        ConfirmFirst: no code was given lately.
    """
    demand_fresh(actor, world.now())
    who, asked = _self(world, actor), {"name": name, "days": days}
    if redrawn:
        return _account(request, world, actor, Shown(asked), scopes)

    def work(session: Session) -> str:
        changed(session, who, actor, "account.create-token", request.state.request_id)
        return create_token(session, who, name=name, scopes=scopes, days=_days(days), now=world.now())

    try:
        token = perform(world.jobs, work)
    except NesieError as error:
        return _account(request, world, actor, Shown(asked, problems_of(error, lang)), scopes, error.http_status)
    return render(request, "identity/token.html", token=token, name=name)


@router.post("/tokens/{token_id}/revoke")
def revoke_now(request: Request, world: TheWorld, actor: Asker, token_id: int) -> Response:
    """End one of the person's tokens."""
    who = _self(world, actor)

    def work(session: Session) -> None:
        revoke_token(session, token_id, who.id, world.now())
        changed(session, who, actor, "account.revoke-token", request.state.request_id)

    perform(world.jobs, work)
    return RedirectResponse("/account", 303)


def _days(typed: str) -> int:
    """A number of days as typed; what is none is as wrong as none at all."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0


def _account(
    request: Request, world: World, actor: Actor, form: Shown, chosen: Sequence[str] = (), status: int = 200
) -> HTMLResponse:
    now = world.now()
    with Session(world.jobs) as session:
        values = {
            "who": person(session, actor.user_id),
            "sessions": sessions_of(session, actor.user_id, now),
            "tokens": tokens_of(session, actor.user_id, now),
            "codes_left": recovery_codes_left(session, actor.user_id),
        }
    here = _here(request)
    return render(
        request,
        "identity/account.html",
        status,
        form=form,
        chosen=chosen,
        here=here.id,
        fresh=fresh(actor, now),
        almaty=almaty,
        **values,
    )


def _confirm_form(request: Request, form: Shown, status: int = 200) -> HTMLResponse:
    return render(request, "identity/code.html", status, form=form, action=CONFIRM)


def _authenticator_form(request: Request, world: World, actor: Actor, form: Shown, status: int = 200) -> HTMLResponse:
    here, keys = _here(request), keys_of(world.settings)
    secret = perform(world.jobs, lambda session: offer_secret(session, keys, here.id))
    return enrolment(request, form, secret, actor.login, AUTHENTICATOR, status)


def almaty(moment: datetime) -> datetime:
    """A moment as clocks in Almaty show it."""
    return moment.astimezone(ALMATY)


def _here(request: Request) -> SignInSession:
    """The session of the browser that asks; pages are asked for by browsers only."""
    found: SignInSession = request.state.sign_in_session
    return found


def _self(world: World, actor: Actor) -> Person:
    with Session(world.jobs) as session:
        return person(session, actor.user_id)
