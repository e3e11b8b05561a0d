"""What a handler may ask of a request: the world, who asks, in which language, and a session with their sight."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import look
from api.http.world import World
from reports.words import LANGUAGES, Lang


def the_world(request: Request) -> World:
    """The world the application was made for."""
    world: World = request.app.state.world
    return world


def signed_in(request: Request) -> Actor:
    """Who asks; the middleware of `api.identity` has found out, or turned the request away."""
    actor: Actor = request.state.actor
    return actor


def spoken(request: Request) -> Lang:
    """The language of the answer: what the person chose, else what the browser prefers, else the settings'."""
    chosen = request.query_params.get("lang") or request.cookies.get("lang")
    for lang in LANGUAGES:
        if chosen == lang:
            return lang
    language: Lang = request.app.state.world.settings.language
    return language


def reading(world: World = Depends(the_world), actor: Actor = Depends(signed_in)) -> Iterator[Session]:
    """A session that only reads, under the sight of whoever asks."""
    with look(world.engine, actor) as session:
        yield session
