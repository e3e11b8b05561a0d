"""Who asks: found out once for every request, before anything of it is done.

A browser is recognised by its cookie, a program by its bearer token, and by nothing else; a program may add a
one-time code in the ``Nesie-Code`` header where an act asks for one. Whether somebody unknown may go on is decided by
the route: `turned_away` is the answer when not. Addresses to go to after signing in are only ever our own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.identity.api_tokens import PREFIX, bearer, note_used
from api.identity.people import at_work, person
from api.identity.sessions import COOKIE, Caller, SignInSession, lately, note_seen, standing_session
from api.identity.signing_in import ConfirmFirst, NotSignedIn, confirm_program
from api.identity.vault import keys_of
from api.world import World
from ledger.errors import NesieError
from ledger.unit_of_work import perform

API = "/api/"
SIGN_IN, CONFIRM = "/sign-in", "/account/confirm"
CODE_HEADER = "Nesie-Code"
#: A path: one slash, then neither a second one nor a backslash, nor control characters anywhere.
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


class Recognising:
    """Middleware that puts an `Actor`, or None, into ``request.state.actor`` for everything but static files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who asks, in a thread because the database is asked, and pass the request on."""
        if scope["type"] == "http":
            request = Request(scope)
            request.state.actor = request.state.sign_in_session = None
            if not scope["path"].startswith("/static/"):
                request.state.actor = await run_in_threadpool(identify, request)
        await self.app(scope, receive, send)


def identify(request: Request) -> Actor | None:
    """Who asks, or None; ``request.state.sign_in_session`` tells the session of a browser.

    Raises:
        TooManyAttempts: a program's one-time codes were wrong too often.
        WrongCode: the program's one-time code is.
    """
    world: World = request.app.state.world
    now = world.now()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _program(request, world, token.strip()) if request.url.path.startswith(API) else None
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    with Session(world.jobs) as session:
        found = standing_session(session, cookie, now)
        if found is None:
            return None
        who = person(session, found.person_id)
    if not lately(found.seen_at, now):
        perform(world.jobs, lambda session: _seen(world, session, found, now))
    request.state.sign_in_session = found
    return at_work(who, "api" if request.url.path.startswith(API) else "web", found.confirmed_at)


def _seen(world: World, session: Session, found: SignInSession, now: datetime) -> None:
    """Remember that somebody is at work, which no page but that of one's sessions tells."""
    note_seen(session, found, now)
    world.memory.disregard(session)


def caller_of(request: Request) -> Caller:
    """Where a request comes from; behind a proxy the server has put the visitor's address in place of the proxy's."""
    return Caller(request.client.host if request.client else "", request.headers.get("User-Agent", ""))


def local_path(target: str | None) -> str:
    """``target`` if it is a path of this site, else the first page.

    What a browser may read as another site is refused: a second slash or any backslash, an address with a scheme,
    and control characters, which browsers drop before reading on.
    """
    return target if target and LOCAL.fullmatch(target) else "/"


def turned_away(request: Request, error: NesieError) -> Response | None:
    """Where a browser is sent that has to sign in, or to give a code first; it comes back here afterwards.

    None for other errors, for programs, and for forms of people not signed in: they get the error itself.
    """
    if request.url.path.startswith(API) or not isinstance(error, (NotSignedIn, ConfirmFirst)):
        return None
    htmx, reading = "HX-Request" in request.headers, request.method == "GET"
    page = urlsplit(request.headers.get("HX-Current-URL" if htmx else "Referer", ""))
    if reading and not htmx:
        page = urlsplit(str(request.url))
    here = local_path(page.path + (f"?{page.query}" if page.query else ""))
    target = f"{SIGN_IN if isinstance(error, NotSignedIn) else CONFIRM}?next={quote(here)}"
    if htmx:
        return Response(status_code=error.http_status, headers={"HX-Redirect": target})
    if isinstance(error, NotSignedIn) and not reading:
        return None
    return RedirectResponse(target, 303)


def _program(request: Request, world: World, token: str) -> Actor | None:
    now = world.now()
    if not token.startswith(PREFIX):
        return None
    with Session(world.jobs) as session:
        found = bearer(session, token, now)
    if found is None:
        return None
    key, who = found
    if not lately(key.used_at, now):
        perform(world.jobs, lambda session: note_used(session, key, now))
    confirmed_at = None
    if code := request.headers.get(CODE_HEADER):
        confirm_program(world.jobs, keys_of(world.settings), who, code, caller_of(request), now)
        confirmed_at = now
    actor = at_work(who, "api", confirmed_at)
    return replace(actor, roles=actor.roles & frozenset(key.scopes))
