"""Changes only from our own pages: what another site makes a browser send is refused.

Browsers say where a request comes from in ``Sec-Fetch-Site``; those too old for that say it in ``Origin``. Where
neither is sent, either the request carries ``Authorization``, which no other site can add, or its form must hold the
token of the cookie. Reading is never refused: it changes nothing.
"""

from __future__ import annotations

from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.refusals import SentFromElsewhere

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OUR_OWN = frozenset({"same-origin", "none"})
COOKIE = "__Host-csrf"
FIELD = "csrf"
HEADER = "X-CSRF-Token"


class FromOurPages:
    """Refuses changes asked for by other sites, and gives every visitor the token for forms."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge the request by its headers, and only where they say nothing by its form.

        Raises:
            SentFromElsewhere.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        if request.method not in SAFE:
            receive = await self._judged(request, receive)
        token = request.cookies.get(COOKIE)
        if token:
            request.state.csrf = token
            await self.app(scope, receive, send)
        else:
            request.state.csrf = token_urlsafe(32)
            await self.app(scope, receive, self._giving(request, send))

    async def _judged(self, request: Request, receive: Receive) -> Receive:
        """What the rest reads the body from; raises when the request is not one of our own."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None:
            ours = site in OUR_OWN
        elif origin is not None:
            ours = urlsplit(origin).netloc == request.headers.get("Host")
        elif "Authorization" in request.headers:
            ours = True
        else:
            body = await request.body()
            ours = _same(await self._token(request, body), request.cookies.get(COOKIE))
            receive = _again(body, receive)
        if not ours:
            raise SentFromElsewhere
        return receive

    async def _token(self, request: Request, body: bytes) -> str | None:
        if HEADER in request.headers:
            return request.headers[HEADER]
        async with Request(request.scope, _again(body, request.receive)).form() as form:
            field = form.get(FIELD)
        return field if isinstance(field, str) else None

    def _giving(self, request: Request, send: Send) -> Send:
        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and getattr(request.state, "csrf_written", False):
                cookie = f"{COOKIE}={request.state.csrf}; Path=/; Secure; HttpOnly; SameSite=Strict"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        return with_cookie


def _same(token: str | None, cookie: str | None) -> bool:
    return bool(token and cookie) and compare_digest(str(token).encode(), str(cookie).encode())


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that has been read, to be read once more; what comes after it is the connection's."""
    read = False

    async def again() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
