"""How often one person, or one address, may ask for what is dear: searches, files, documents, signing in, the API.

Each has a bucket of as many tokens as it may take in a minute, filled evenly. Buckets live in the memory of the one
process that serves; a second process would keep its own, and the limits would then hold for each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from time import monotonic
from typing import Literal

from fastapi import Request

from api.http.refusals import TooManyRequests
from api.settings import Settings

Dear = Literal["search", "export", "document", "sign_in", "api"]
MINUTE = 60
#: More buckets than this, and those that are full again are forgotten.
MANY = 10_000


@dataclass(slots=True)
class Rates:
    """Buckets by what is asked and by whom; ``clock`` counts seconds."""

    settings: Settings
    clock: Callable[[], float] = monotonic
    _buckets: dict[tuple[Dear, str], tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def spend(self, dear: Dear, who: str) -> None:
        """Take one token of ``who`` for ``dear``.

        Raises:
            TooManyRequests: there is none; says in how many whole seconds there will be.
        """
        a_minute: int = getattr(self.settings, f"rate_{dear}")
        with self._lock:
            now = self.clock()
            tokens, at = self._buckets.get((dear, who), (float(a_minute), now))
            tokens = min(float(a_minute), tokens + (now - at) * a_minute / MINUTE)
            if tokens < 1:
                raise TooManyRequests(seconds=ceil((1 - tokens) * MINUTE / a_minute))
            self._buckets[dear, who] = (tokens - 1, now)
            if len(self._buckets) > MANY:
                self._buckets = {key: kept for key, kept in self._buckets.items() if now - kept[1] < MINUTE}


def limited(dear: Dear) -> Callable[[Request], None]:
    """A dependency of routes that are ``dear``: ``dependencies=[Depends(limited("search"))]``."""

    def spend(request: Request) -> None:
        rates: Rates = request.app.state.rates
        rates.spend(dear, _who(request, dear))

    return spend


def _who(request: Request, dear: Dear) -> str:
    """The person; or the address, of somebody who has not signed in or is about to."""
    actor = getattr(request.state, "actor", None)
    if actor is not None and dear != "sign_in":
        return f"user {actor.user_id}"
    return f"address {request.client.host if request.client else ''}"
