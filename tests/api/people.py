"""People at work in tests: actors with a role in an organisation, and a world that serves them on a fixed day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import count

from sqlalchemy import Engine

from api.access.actors import Actor
from api.settings import ALMATY, Settings
from api.world import World

_IDS = count(1)


def world_on(engine: Engine, day: date, **settings: object) -> World:
    """A world whose clock stands at noon in Almaty on ``day``."""
    noon = datetime.combine(day, time(12), ALMATY).astimezone(UTC)
    return World(settings=Settings.model_validate(settings), engine=engine, jobs=engine, now=lambda: noon)


def person(organisation_id: int, *roles: str, kind: str = "mfo", confirmed_at: datetime | None = None) -> Actor:
    """Somebody with ``roles`` in an organisation, unlike everybody else."""
    number = next(_IDS)
    login = f"person-{number}"
    return Actor(number, login, login.title(), organisation_id, kind, frozenset(roles), "web", confirmed_at)
