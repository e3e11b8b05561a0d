"""The application: every router, and what every request passes on its way in and every answer on its way out.

From the outside in: a request is observed, its answer gets its headers and any error its wording; then its host, its
length and its origin are judged; then it is found out who asks. Nothing of a request is parsed before it is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from api.access.actors import Actor
from api.http import health
from api.http.answers import Answering, answer
from api.http.body_limit import BodyLimit
from api.http.forgery import FromOurPages
from api.http.headers import SecurityHeaders
from api.http.observing import Metrics, Observing
from api.http.printing import Printing
from api.http.rates import Rates
from api.http.world import World
from api.web.pages import home
from ledger.errors import NesieError

#: Every router there is, in the order in which addresses are tried.
ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    home.router,
)

#: Middleware that finds out who asks and sets ``request.state.actor``, innermost of all.
IDENTITY: tuple[Middleware, ...] = ()

#: Whether somebody (None: not signed in) may ask for a route like ``GET /loans``.
Permit = Callable[[Actor | None, str], bool]

#: Where the routers of the HTTP API live; nothing else is in its description.
API = "/api/v1"

STATIC = Path(__file__).parents[1] / "web" / "static"


def nobody(_actor: Actor | None, _route: str) -> bool:
    """The permit of an application that was given none."""
    return False


def create_app(
    world: World,
    routers: Sequence[APIRouter] = ROUTERS,
    *,
    identity: Sequence[Middleware] = IDENTITY,
    permit: Permit = nobody,
) -> FastAPI:
    """The application that serves ``world``; its OpenAPI document describes ``/api/v1`` and nothing else."""
    metrics = Metrics()
    app = FastAPI(
        title="Nesie",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(Observing, metrics=metrics),
            Middleware(SecurityHeaders),
            Middleware(Answering),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(world.settings.hosts), www_redirect=False),
            Middleware(BodyLimit, largest=world.settings.largest_body),
            Middleware(FromOurPages),
            *identity,
        ],
    )
    for kind in (NesieError, HTTPException, RequestValidationError, ValidationError):
        app.add_exception_handler(kind, answer)
    app.state.world = world
    app.state.metrics = metrics
    app.state.rates = Rates(world.settings)
    app.state.printing = Printing(world.settings)
    app.state.permit = permit
    app.state.organisation_names = {}
    for router in routers:
        app.include_router(router, include_in_schema=router.prefix.startswith(API))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
