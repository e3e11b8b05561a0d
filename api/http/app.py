"""The application: every router, and what every request passes on its way in and every answer on its way out.

From the outside in: a request is observed, its answer gets its headers and any error its wording; then its host, its
length and its origin are judged; then it is found out who asks. Nothing of a request is parsed before it is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

import api.migrations.metadata  # noqa: F401 - all tables, so that foreign keys find what they point at
from api.access.actors import Actor
from api.access.gate import Gate, guard, routes_of
from api.access.matrix import matrix
from api.closing import Closings
from api.http import health
from api.http.answers import Answering, answer
from api.http.asking import legible, possible
from api.http.body_limit import BodyLimit
from api.http.forgery import FromOurPages
from api.http.headers import SecurityHeaders
from api.http.observing import Metrics, Observing
from api.http.printing import Printing
from api.http.rates import Rates
from api.identity import pages as identity_pages
from api.identity.recognising import Recognising
from api.proving import Proving
from api.v1 import applications as application_cards
from api.v1 import approvals as approval_cards
from api.v1 import chain_cards, programmes, routes, traces
from api.v1 import closing as closing_steps
from api.v1 import loans as loan_cards
from api.v1 import registers as registers_v1
from api.v1 import reports as report_files
from api.v1 import signatures as signatures_v1
from api.v1.description import ASKED_FIRST, describe
from api.web.pages import (
    acts,
    ageing,
    applications,
    approvals,
    audit,
    bank,
    books,
    calendar,
    cases,
    closing,
    facilities,
    guarantees,
    home,
    integrity,
    lists,
    loans,
    money_chain,
    new_loan,
    parameters,
    periods,
    registers,
    reports,
    scheduled,
    search,
    signatures,
    submissions,
    support,
    utilisation,
)
from api.world import World
from ledger.errors import NesieError

#: Middleware that finds out who asks and sets ``request.state.actor``, innermost of all.
IDENTITY: tuple[Middleware, ...] = (Middleware(Recognising),)

#: Whether somebody (None: not signed in) may ask for a route like ``GET /loans``.
Permit = Callable[[Actor | None, str], bool]

#: Where the routers of the HTTP API live; nothing else is in its description.
API = "/api/v1"

STATIC = Path(__file__).parents[1] / "web" / "static"


def routers() -> tuple[APIRouter, ...]:
    """Every router there is, in the order in which addresses are tried."""
    return (
        health.router,
        identity_pages.router,
        home.router,
        acts.router,
        approvals.router,
        registers.router,
        bank.router,
        lists.router,
        new_loan.router,
        applications.router,
        search.router,
        loans.router,
        facilities.router,
        utilisation.router,
        money_chain.router,
        cases.router,
        support.router,
        guarantees.router,
        scheduled.router,
        registers_v1.router,
        books.router,
        ageing.router,
        reports.router,
        closing.router,
        periods.router,
        calendar.router,
        submissions.router,
        signatures.router,
        audit.router,
        parameters.router,
        integrity.router,
        routes.router(),
        approval_cards.router,
        programmes.router,
        traces.router,
        loan_cards.router,
        application_cards.router,
        chain_cards.router,
        guarantees.api,
        signatures_v1.router,
        report_files.router,
        closing_steps.router,
    )


def create_app(
    world: World,
    served: Sequence[APIRouter] | None = None,
    *,
    identity: Sequence[Middleware] = IDENTITY,
    permit: Permit | None = None,
) -> FastAPI:
    """The application that serves ``world``; its OpenAPI document describes ``/api/v1`` and nothing else.

    Without ``permit`` the matrix decides who may ask for what.

    Raises:
        MatrixMismatch: the matrix lacks a route or an act, or names one that is not there.
    """
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
    app.state.closings = Closings(world.jobs)
    app.state.proving = Proving(world.jobs, world.now)
    app.state.organisation_names = {}
    app.router.routes.extend(_all_routes() if served is None else _routes(served))
    describe(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    if permit is None:
        gate = Gate(matrix(), routes.act_routes())
        gate.demand_complete(routes_of(app))
        permit = gate.admits
    app.state.permit = permit
    return app


@cache
def _all_routes() -> Sequence[BaseRoute]:
    """The routes of every router: whichever world they serve they are the same, and take a second to work out."""
    return _routes(routers())


def _routes(served: Sequence[APIRouter]) -> Sequence[BaseRoute]:
    """The routes of routers, each behind the gate; those of the API are described."""
    site = FastAPI(openapi_url=None, dependencies=[Depends(legible), Depends(guard), Depends(possible)])
    for router in served:
        for_programs = router.prefix.startswith(API)
        site.include_router(router, include_in_schema=for_programs, dependencies=ASKED_FIRST if for_programs else None)
    return site.routes
