"""What pages of areas have in common: the day a page is looked at, and the way from a card to the acts on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from fastapi import Request

from api.access.actors import Actor
from api.access.matrix import matrix
from api.world import World
from ledger.errors import BadInput
from ledger.periods import calendar_day


class BadDay(BadInput):
    """A day in an address that is none."""

    code = "bad-day"
    sentence = "Expected a day like 2021-03-31 in the address. Correct it, or leave it out for today."


def day_of(request: Request, world: World) -> date:
    """The day a page is asked to look at: ``on`` of its address, or today.

    Raises:
        BadDay.
    """
    given = request.query_params.get("on", "")
    try:
        return calendar_day(given) if given else world.today()
    except ValueError:
        raise BadDay from None


def ways(actor: Actor, acts: Iterable[tuple[str, Mapping[str, object]]]) -> list[tuple[str, str]]:
    """Those of ``acts`` (with what is known of their fields) that the actor may do: their names and addresses."""
    return [
        (name, f"/acts/{name}?{urlencode(known)}" if known else f"/acts/{name}")
        for name, known in acts
        if matrix().may_make(actor, name)
    ]
