"""What was worked out for somebody is remembered for as long as nothing has been written that they could tell.

Sums and facets of a long list go through every row in sight, and people look at the same few views all day. An outcome
is kept beside PostgreSQL's snapshot of the moment before it was worked out and is given again only while no transaction
has become visible since, but those that were said to concern nobody (that a session is at work). So it is never older
than the database: there is no time after which it ends and nothing to invalidate. A key holds for one sight only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

T = TypeVar("T")

#: Outcomes kept, the longest unused going first; transactions that concern nobody; and the most transactions between
#: two snapshots that are looked at one by one.
KEPT, HARMLESS, APART = 500, 20_000, 5_000

_MOMENT = text(
    "SELECT CAST(pg_current_snapshot() AS text), current_setting('nesie.sight', true),"
    " current_setting('nesie.organisation', true)"
)
_TRANSACTION = text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which transactions are visible: those before ``end`` that are not ``under_way``."""

    end: int
    under_way: frozenset[int]

    @classmethod
    def read(cls, written: str) -> Snapshot:
        """The snapshot that PostgreSQL writes as ``first:end:under way``."""
        _, end, under_way = written.split(":")
        return cls(int(end), frozenset(map(int, filter(None, under_way.split(",")))))

    def sees(self, transaction: int) -> bool:
        """Whether what a transaction wrote is visible if it was committed."""
        return transaction < self.end and transaction not in self.under_way


class Memory:
    """The outcomes that one serving process remembers; threads share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Snapshot, Any]] = OrderedDict()
        self._harmless: OrderedDict[int, None] = OrderedDict()
        self._lock = Lock()

    def recall(self, session: Session, key: Hashable, work: Callable[[], T]) -> T:
        """The outcome of ``work`` for the sight of ``session``, remembered or worked out now."""
        written, *sight = session.execute(_MOMENT).one()
        now, whole = Snapshot.read(written), (*sight, key)
        with self._lock:
            then, outcome = self._kept.get(whole, (None, None))
            if then is not None and self._unchanged(then, now):
                self._kept.move_to_end(whole)
                return outcome  # type: ignore[return-value]  # what `work` gave under this key
        outcome = work()
        with self._lock:
            self._kept[whole] = now, outcome
            _shorten(self._kept, KEPT)
        return outcome

    def disregard(self, session: Session) -> None:
        """Say that what the transaction of ``session`` writes is told by nothing that is remembered."""
        transaction = session.execute(_TRANSACTION).scalar_one()
        with self._lock:
            self._harmless[transaction] = None
            _shorten(self._harmless, HARMLESS)

    def _unchanged(self, then: Snapshot, now: Snapshot) -> bool:
        """Whether all that became visible between two snapshots concerns nobody."""
        if now.end - then.end > APART:
            return False
        since = then.under_way.union(range(then.end, now.end))
        return all(each in self._harmless for each in since if now.sees(each))


def _shorten(mapping: OrderedDict[Any, Any], most: int) -> None:
    while len(mapping) > most:
        mapping.popitem(last=False)
