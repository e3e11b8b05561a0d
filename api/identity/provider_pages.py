"""The way to the OpenID provider and back, for installations whose settings name one.

Both pages only send the browser on; what it brings back is judged by `api.identity.provider`.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.http.asking import TheWorld
from api.http.rates import limited
from api.identity.entrance_pages import onward
from api.identity.provider import VISIT, come_back, depart
from api.identity.recognising import SIGN_IN, caller_of, local_path

router = APIRouter(prefix=f"{SIGN_IN}/provider", include_in_schema=False, dependencies=[Depends(limited("sign_in"))])

COOKIE = "__Host-nesie-provider"


@router.get("")
def leave(world: TheWorld, next: str = "/") -> Response:  # noqa: A002 - its name in addresses
    """Send the browser to the provider.

    Raises:
        NoProvider: the settings name none.
        ProviderRefused: it does not answer as itself.
    """
    departure = depart(world.jobs, world.settings, local_path(next), world.now())
    response = RedirectResponse(departure.address, 303)
    age = int(VISIT.total_seconds())
    response.set_cookie(COOKIE, departure.browser, age, path="/", secure=True, httponly=True, samesite="lax")
    return response


@router.get("/answer")
def arrive(request: Request, world: TheWorld, state: str = "", code: str = "", iss: str | None = None) -> Response:
    """Take what the provider sent the browser back with, and go on to the one-time code.

    Raises:
        ProviderRefused: anything about it is not as it must be.
    """
    arrival, target = come_back(
        world.jobs, world.settings, state=state, code=code, issuer=iss, browser=request.cookies.get(COOKIE, ""),
        caller=caller_of(request), now=world.now(),
    )  # fmt: skip
    response = onward(request, world, arrival, target)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response
