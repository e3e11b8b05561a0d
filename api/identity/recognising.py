"""Who asks: found out once for every request, before anything of it is done.

A browser is recognised by its cookie, a program by its bearer token, and by nothing else; a program may add a
one-time code in the ``Nesie-Code`` header where an act asks for one. Whether somebody unknown may go on is decided by
the route: `turned_away` is the answer when not. Addresses to go to after signing in are only ever our own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor, Channel
from api.identity.api_tokens import PREFIX, bearer, note_used
from api.identity.people import Person, person
from api.identity.sessions import COOKIE, Caller, SignInSession, lately, note_seen, standing_session
from api.identity.signing_in import NotSignedIn, confirm_program
from api.identity.vault import keys_of
from api.world import World
from ledger.unit_of_work import perform

API = "/api/"
SIGN_IN = "/sign-in"
CODE_HEADER = "Nesie-Code"
#: A path: one slash, then neither a second one nor a backslash, nor control characters anywhere.
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
#: Organisations whose people see every programme.
OVERSEERS = frozenset({"budget"})


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
        perform(world.jobs, lambda session: note_seen(session, found, now))
    request.state.sign_in_session = found
    return actor_of(who, "api" if request.url.path.startswith(API) else "web", found)


def actor_of(who: Person, channel: Channel, found: SignInSession | None = None) -> Actor:
    """A person at work through a channel, in a session where there is one."""
    return Actor(
        user_id=who.id, login=who.login, name=who.name, organisation_id=who.organisation_id,
        organisation_kind=who.organisation_kind, roles=frozenset(who.roles), channel=channel,
        confirmed_at=found.confirmed_at if found else None, sees_all=who.organisation_kind in OVERSEERS,
    )  # fmt: skip


def caller_of(request: Request) -> Caller:
    """Where a request comes from; behind a proxy the server has put the visitor's address in place of the proxy's."""
    return Caller(request.client.host if request.client else "", request.headers.get("User-Agent", ""))


def local_path(target: str | None) -> str:
    """``target`` if it is a path of this site, else the first page.

    What a browser may read as another site is refused: a second slash or any backslash, an address with a scheme,
    and control characters, which browsers drop before reading on.
    """
    return target if target and LOCAL.fullmatch(target) else "/"


def turned_away(request: Request) -> Response | None:
    """The answer to a browser that is not signed in: on to sign in, and back here afterwards.

    None for programs and for forms, which get the error itself: the page with the form keeps what was typed.
    """
    if request.url.path.startswith(API):
        return None
    if "HX-Request" in request.headers:
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        target = _sign_in_and_return(page.path, page.query)
        return Response(status_code=NotSignedIn.http_status, headers={"HX-Redirect": target})
    if request.method != "GET":
        return None
    return RedirectResponse(_sign_in_and_return(request.url.path, request.url.query), 303)


def _sign_in_and_return(path: str, query: str) -> str:
    return f"{SIGN_IN}?next={quote(local_path(path + (f'?{query}' if query else '')))}"


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
    actor = actor_of(who, "api")
    return replace(actor, roles=actor.roles & frozenset(key.scopes), confirmed_at=confirmed_at)
