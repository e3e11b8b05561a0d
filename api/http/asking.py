"""What a handler may ask of a request: the world, who asks, in which language, and a session with their sight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import Depends, HTTPException, Request, status
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import look
from api.http.refusals import UnreadableRequest
from api.identity.signing_in import NotSignedIn
from api.world import World
from ledger.periods import FIRST_DAY, LAST_DAY
from reports.words import LANGUAGES, Lang


def the_world(request: Request) -> World:
    """The world the application was made for."""
    world: World = request.app.state.world
    return world


def signed_in(request: Request) -> Actor:
    """Who asks, as the middleware of `api.identity` has found out.

    Raises:
        NotSignedIn: nobody that is known.
    """
    actor: Actor | None = request.state.actor
    if actor is None:
        raise NotSignedIn
    return actor


def spoken(request: Request) -> Lang:
    """The language of the answer: what the person chose, else what the browser prefers, else the settings'."""
    preferred = (part.partition(";")[0].strip()[:2] for part in request.headers.get("Accept-Language", "").split(","))
    wishes = (request.query_params.get("lang"), request.cookies.get("lang"), *preferred)
    language: Lang = request.app.state.world.settings.language
    return next((lang for wish in wishes for lang in LANGUAGES if wish == lang), language)


def legible(request: Request) -> None:
    """A dependency of the whole application: an address with a NUL in it names nothing, as no text on record has one.

    Raises:
        UnreadableRequest.
    """
    said = (*request.path_params.values(), *(part for pair in request.query_params.multi_items() for part in pair))
    if any("\x00" in str(each) for each in said):
        raise UnreadableRequest(reason="NUL")


def possible(request: Request) -> None:
    """A dependency of the whole application, once somebody is admitted: a number greater than any id names nothing.

    Raises:
        HTTPException: 404.
    """
    for each in request.path_params.values():
        if str(each).isdecimal() and int(str(each)[:20]) > GREATEST_ID:
            raise HTTPException(status.HTTP_404_NOT_FOUND)


#: The greatest number that PostgreSQL gives to a row.
GREATEST_ID = 2**63 - 1


def _reckoned(day: date | None) -> date | None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("date_parsing", "a day that can be reckoned with")
    return day


#: A day that an address of the API may name.
Day = Annotated[date | None, AfterValidator(_reckoned)]
TheWorld = Annotated[World, Depends(the_world)]
Asker = Annotated[Actor, Depends(signed_in)]
Spoken = Annotated[Lang, Depends(spoken)]


def reading(world: TheWorld, actor: Asker) -> Iterator[Session]:
    """A session that only reads, under the sight of whoever asks."""
    with look(world.engine, actor) as session:
        yield session


Reading = Annotated[Session, Depends(reading)]
