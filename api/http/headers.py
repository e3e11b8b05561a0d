"""Security headers on every answer, errors and files included.

The content policy allows nothing but our own files: no inline script or style, no frames. ``connect-src`` names the
local address of NCALayer, the signing program on people's own machines. Answers are never stored; our static files,
whose addresses change with their content, are kept for a year.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' wss://127.0.0.1:13579; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; report-uri /csp"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STATIC = "/static/"
KEPT = "public, max-age=31536000, immutable"


class SecurityHeaders:
    """Sets `HEADERS` on every answer; a stricter content policy that an answer brings along stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.add_vary_header("HX-Request")
                if message["status"] == 200 and scope["path"].startswith(STATIC) and scope["query_string"]:
                    headers["Cache-Control"] = KEPT
            await send(message)

        await self.app(scope, receive, with_headers)
