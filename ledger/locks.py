"""Locks on things whose limits are checked.

A command that checks a limit (what is left in a lot, of an allocation) takes the lock of the thing first, for all
things it will touch at once and in sorted order, and reads afterwards; under READ COMMITTED it then sees what the
holder before it committed. Locks are advisory, named by kind and id, and end with the transaction, so no table
has to grant UPDATE to be lockable.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS t (name)")


def lock(session: Session, kind: str, ids: Iterable[int]) -> None:
    """Wait for and hold the locks of ``kind`` and each id until the transaction ends. Call once a transaction."""
    names = [f"{kind}:{each}" for each in sorted(set(ids))]
    if names:
        session.execute(LOCK, {"names": names})
