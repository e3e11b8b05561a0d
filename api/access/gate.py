"""The gate every route stands behind: who asks is admitted by the matrix, or turned away.

Routes of the API that are acts are open to the act's makers; every other route has its own line in the matrix. The
application refuses to start with a route that nobody has decided about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts

from api.access.actors import Actor
from api.access.matrix import Forbidden, Matrix
from api.identity.signing_in import NotSignedIn


@dataclass(frozen=True)
class Gate:
    """A matrix, and the act behind each route that is one."""

    matrix: Matrix
    act_routes: Mapping[str, str]

    def admits(self, actor: Actor | None, route: str) -> bool:
        """Whether ``actor`` (None: nobody signed in) may ask for ``route``; nobody may for one that is not there."""
        if act := self.act_routes.get(route):
            return actor is not None and self.matrix.may_make(actor, act)
        return route in self.matrix.routes and self.matrix.admits(actor, route)

    def demand_complete(self, routes: Collection[str]) -> None:
        """Refuse to start while the matrix and the application name different routes or acts.

        Raises:
            MatrixMismatch.
        """
        self.matrix.demand_complete(set(routes) - set(self.act_routes), set(self.act_routes.values()))


def guard(request: Request) -> None:
    """A dependency of the whole application: let the request through to its route, or turn it away.

    Raises:
        NotSignedIn: nobody is known to ask. Forbidden: none of the person's roles opens the route.
    """
    route = f"{request.method} {request.scope['route'].path}"
    actor: Actor | None = request.state.actor
    if request.app.state.permit(actor, route):
        return
    if actor is None:
        raise NotSignedIn
    raise Forbidden(act=route, roles="…", found=", ".join(sorted(actor.roles)))


def routes_of(app: FastAPI) -> list[str]:
    """The routes of an application as the matrix names them: ``GET /loans/{loan_id}``.

    Routers stand side by side, never one in another: a request knows its route without the outer router's prefix, and
    `guard` would look up another line.
    """
    found = [(each, each.original_route) for each in iter_route_contexts(app.routes)]
    routes = [(each, route) for each, route in found if isinstance(route, APIRoute)]
    assert all(each.path == route.path for each, route in routes), "a router within a router"
    return [f"{method} {each.path}" for each, _ in routes for method in sorted(each.methods or ())]
