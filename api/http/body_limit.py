"""No request is read beyond the limit, whether it says its length or comes in pieces.

A body that declares too much is refused before a byte of it is read; one that declares nothing, as soon as it is too
long. So nothing above the limit is ever parsed or kept.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.refusals import TooLarge

_MEGABYTE = 1_000_000


class BodyLimit:
    """Refuses bodies of more than ``largest`` bytes."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that ends at the limit.

        Raises:
            TooLarge: it declares more, or more of it came.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        self._demand(int(declared) if declared.isascii() and declared.isdigit() else 0)
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            self._demand(received)
            return message

        await self.app(scope, counted, send)

    def _demand(self, length: int) -> None:
        if length > self.largest:
            raise TooLarge(largest=self.largest // _MEGABYTE)
