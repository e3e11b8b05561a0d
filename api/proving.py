"""Proving the books for people: the whole verification in the background, and what it found the last time.

A run takes as long as the books are long, so pages ask for it and come back. What was found lives in this process; the
books themselves are proved anew after every start. Whoever does not see everything is told which checks hold, not
whose rows a breach is in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.verification import CHECKS
from ledger.verification import Check, Discrepancy, verify

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proof:
    """A run of the verification: when it ended, and what each check found."""

    ended_at: datetime
    results: tuple[tuple[Check, tuple[Discrepancy, ...]], ...]

    @property
    def holds(self) -> bool:
        """Whether everything that was promised holds."""
        return not any(found for _, found in self.results)


@dataclass
class Proving:
    """The verification of ``engine``'s books; one run at a time. ``done`` is how many checks the run has behind it."""

    engine: Engine
    now: Callable[[], datetime]
    checks: Sequence[Check] = CHECKS
    latest: Proof | None = None
    is_at_work: bool = False
    done: int = 0
    _lock: Lock = field(default_factory=Lock)

    def start(self) -> Thread | None:
        """Begin a run, unless one is under way."""
        with self._lock:
            if self.is_at_work:
                return None
            self.is_at_work, self.done = True, 0
        thread = Thread(target=self._work, name="verification", daemon=True)
        thread.start()
        return thread

    def _work(self) -> None:
        found: list[tuple[Check, tuple[Discrepancy, ...]]] = []
        try:
            with Session(self.engine) as session:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                for check, discrepancies in verify(session, self.checks):
                    found.append((check, tuple(discrepancies)))
                    self.done += 1
            self.latest = Proof(self.now(), tuple(found))
        except Exception:
            log.exception("the verification failed")
        finally:
            self.is_at_work = False
