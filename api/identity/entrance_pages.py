"""Pages at the door: password, one-time code, invitation, enrolment of an authenticator, and the way out.

A page only moves a person one step on: what a step proves is judged by `api.identity.signing_in`. The cookie is set
anew with every step, and what was open in the browser before is ended. Drawn again in another language, a page keeps
the login; passwords and codes stand in no address and on no page, so they are typed again, and it says so.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from api.http.asking import Spoken, TheWorld
from api.http.rates import limited
from api.identity.codes import authenticator_address, square
from api.identity.factors import offer_secret
from api.identity.invitations import accept, invited
from api.identity.recognising import SIGN_IN, caller_of, local_path
from api.identity.sessions import COOKIE, end_session
from api.identity.signing_in import Arrival, finish_enrolment, give_code, half_way, sign_in
from api.identity.vault import keys_of
from api.web.forms import Form as Shown
from api.web.forms import problems_of
from api.web.rendering import render
from api.web.sending import Redrawn
from api.world import World
from ledger.errors import NesieError
from ledger.unit_of_work import perform

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]
SLOWLY = [Depends(limited("sign_in"))]
#: The page of each next step.
PAGES = {"code": f"{SIGN_IN}/code", "enrolment": f"{SIGN_IN}/enrolment"}


@router.get(SIGN_IN)
def sign_in_page(request: Request, world: TheWorld, next: str = "/") -> Response:  # noqa: A002 - its name in addresses
    """The form for login and password; whoever is signed in goes on."""
    if request.state.actor:
        return RedirectResponse(local_path(next), 303)
    return _sign_in_form(request, world, Shown({"next": local_path(next)}))


@router.post(SIGN_IN, dependencies=SLOWLY)
def sign_in_now(
    request: Request, world: TheWorld, lang: Spoken, redrawn: Redrawn, login: Typed = "", password: Typed = "",
    next: Typed = "/",  # noqa: A002
) -> Response:  # fmt: skip
    """Judge login and password and go on to the second factor."""
    if redrawn:
        return _sign_in_form(request, world, again(password, login=login, next=local_path(next)))
    try:
        arrival = sign_in(world.jobs, login, password, caller_of(request), world.now())
    except NesieError as error:
        form = Shown({"login": login, "next": local_path(next)}, problems_of(error, lang))
        return refused(_sign_in_form(request, world, form, error.http_status), error)
    return onward(request, world, arrival, next)


@router.get(PAGES["code"])
def code_page(request: Request, world: TheWorld, next: str = "/") -> Response:  # noqa: A002
    """The form for the one-time code.

    Raises:
        NotSignedIn: no session waits for one.
    """
    with Session(world.jobs) as session:
        half_way(session, request.cookies.get(COOKIE, ""), world.now())
    return _code_form(request, Shown({"next": local_path(next)}))


@router.post(PAGES["code"], dependencies=SLOWLY)
def code_now(
    request: Request, world: TheWorld, lang: Spoken, redrawn: Redrawn, code: Typed = "", next: Typed = "/",  # noqa: A002
) -> Response:  # fmt: skip
    """Judge the code and let the person in."""
    if redrawn:
        return _code_form(request, again(code, next=local_path(next)))
    token = request.cookies.get(COOKIE, "")
    try:
        whole = give_code(world.jobs, keys_of(world.settings), token, code, caller_of(request), world.now())
    except NesieError as error:
        form = Shown({"next": local_path(next)}, problems_of(error, lang))
        return refused(_code_form(request, form, error.http_status), error)
    return with_cookie(RedirectResponse(local_path(next), 303), whole)


@router.get(PAGES["enrolment"])
def enrolment_page(request: Request, world: TheWorld, next: str = "/") -> Response:  # noqa: A002
    """The square and the secret for an authenticator, and the form for its first code.

    Raises:
        NotSignedIn: nobody is half-way in.
    """
    return _enrolment_form(request, world, Shown({"next": local_path(next)}))


@router.post(PAGES["enrolment"], dependencies=SLOWLY)
def enrolment_now(
    request: Request, world: TheWorld, lang: Spoken, redrawn: Redrawn, code: Typed = "", next: Typed = "/",  # noqa: A002
) -> Response:  # fmt: skip
    """Take the authenticator, let the person in and show the recovery codes, this once.

    Raises:
        NotSignedIn: nobody is half-way in.
    """
    if redrawn:
        return _enrolment_form(request, world, again(code, next=local_path(next)))
    now, keys = world.now(), keys_of(world.settings)
    with Session(world.jobs) as session:
        found, who = half_way(session, request.cookies.get(COOKIE, ""), now)
    try:
        token, codes = finish_enrolment(world.jobs, keys, found, who, code, caller_of(request), now)
    except NesieError as error:
        form = Shown({"next": local_path(next)}, problems_of(error, lang))
        return refused(_enrolment_form(request, world, form, error.http_status), error)
    page = render(request, "identity/recovery-codes.html", codes=codes, onward=local_path(next))
    return with_cookie(page, token)


@router.get(f"{SIGN_IN}/invitation")
def invitation_page(request: Request, world: TheWorld, token: str = "") -> Response:
    """The form for the password of somebody invited.

    Raises:
        SpentInvitation: the invitation is good no longer.
    """
    return _invitation_form(request, world, Shown({"token": token}))


@router.post(f"{SIGN_IN}/invitation", dependencies=SLOWLY)
def invitation_now(
    request: Request, world: TheWorld, lang: Spoken, redrawn: Redrawn, token: Typed = "", password: Typed = ""
) -> Response:
    """Take the password and go on to the second factor.

    Raises:
        SpentInvitation: the invitation is good no longer.
    """
    if redrawn:
        return _invitation_form(request, world, again(password, token=token))
    try:
        arrival = accept(world.jobs, token, password, caller_of(request), world.now())
    except NesieError as error:
        problems = {"password" if field == "" else field: words for field, words in problems_of(error, lang).items()}
        return refused(_invitation_form(request, world, Shown({"token": token}, problems), error.http_status), error)
    return onward(request, world, arrival, "/")


@router.post("/sign-out")
def sign_out(request: Request, world: TheWorld) -> Response:
    """End the session and forget the cookie."""
    _end_what_is_open(request, world)
    response = RedirectResponse(SIGN_IN, 303)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def onward(request: Request, world: World, arrival: Arrival, target: str) -> Response:
    """On to the next step of signing in, with its cookie; what was open in this browser is ended."""
    _end_what_is_open(request, world)
    page = PAGES.get(arrival.next)
    address = f"{page}?next={quote(local_path(target))}" if page else local_path(target)
    return with_cookie(RedirectResponse(address, 303), arrival.token)


def with_cookie(response: Response, token: str) -> Response:
    """``response`` with the token for the browser, which keeps it until it is closed."""
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    return response


def again(*secrets: str, **values: str) -> Shown:
    """A form to be drawn in another language: with ``values``, without the secrets, saying so where any was typed."""
    return Shown(values | ({"dropped": "yes"} if any(secrets) else {}))


def refused(response: Response, error: NesieError) -> Response:
    """A form that was refused, saying when to try again where that is the matter."""
    if "seconds" in error.values():
        response.headers["Retry-After"] = str(error.values()["seconds"])
    return response


def _end_what_is_open(request: Request, world: World) -> None:
    if found := request.state.sign_in_session:
        perform(world.jobs, lambda session: end_session(session, found.id, world.now()))


def _sign_in_form(request: Request, world: World, form: Shown, status: int = 200) -> HTMLResponse:
    provider = world.settings.oidc_issuer is not None
    return render(request, "identity/sign-in.html", status, form=form, provider=provider)


def _code_form(request: Request, form: Shown, status: int = 200) -> HTMLResponse:
    return render(request, "identity/code.html", status, form=form, action=PAGES["code"])


def _enrolment_form(request: Request, world: World, form: Shown, status: int = 200) -> HTMLResponse:
    def offer(session: Session) -> tuple[str, str]:
        found, who = half_way(session, request.cookies.get(COOKIE, ""), world.now())
        return offer_secret(session, keys_of(world.settings), found.id), who.login

    secret, login = perform(world.jobs, offer)
    return enrolment(request, form, secret, login, PAGES["enrolment"], status)


def enrolment(request: Request, form: Shown, secret: str, login: str, action: str, status: int = 200) -> HTMLResponse:
    """The page that shows a secret, as a square to be photographed and as letters to be typed."""
    drawing = Markup(square(authenticator_address(secret, login)))  # noqa: S704 - made here of numbers only
    letters = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return render(
        request, "identity/enrolment.html", status, form=form, drawing=drawing, letters=letters, action=action
    )


def _invitation_form(request: Request, world: World, form: Shown, status: int = 200) -> HTMLResponse:
    with Session(world.jobs) as session:
        who = invited(session, form.value("token"), world.now())
    return render(request, "identity/invitation.html", status, form=form, who=who)
