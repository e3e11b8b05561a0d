"""Every request gets an id, a line in the log, and its place in the metrics.

The id is what people read on an error page and what the log finds again. Addresses are logged as routes
(``/loans/{loan_id}``), because the typed ones may hold numbers of identity.
"""

from __future__ import annotations

from secrets import token_hex
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.headers import STATIC
from api.http.logs import LOGGER

#: Addresses that lead nowhere count together: anybody may make up any number of them.
NOWHERE = "nowhere"


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "nesie_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram("nesie_request_seconds", "Seconds to answer", ["route"], registry=self.registry)


class Observing:
    """Gives each request its id, and tells how it ended."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and log and count it when it has been answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = monotonic(), 500
        request_id = token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            self._tell(Request(scope), status, monotonic() - started)

    def _tell(self, request: Request, status: int, seconds: float) -> None:
        route, actor = route_of(request), getattr(request.state, "actor", None)
        self.metrics.requests.labels(request.method, route, str(status)).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        LOGGER.info(
            "answered",
            extra={
                "fields": {
                    "request": request.state.request_id, "method": request.method, "route": route, "status": status,
                    "milliseconds": round(1000 * seconds), "user": getattr(actor, "user_id", None),
                }
            },
        )  # fmt: skip


def route_of(request: Request) -> str:
    """The address of a request as its route declares it; of all static files the same."""
    if request.url.path.startswith(STATIC):
        return STATIC
    return getattr(request.scope.get("route"), "path", NOWHERE)
