"""The chain that seals the audit, and what may be told of it.

Audit events, commands and changes of periods are chained after they are committed, by whoever calls `seal`: the
command line after it wrote, a server's scheduler every minute. The sealer numbers the rows itself, so rows that are
committed late are sealed late and nothing else waits. What was sealed cannot be changed, removed or put in another
order unnoticed; that the newest links were not cut off is proved by an anchor kept outside.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


def seal(session: Session) -> int:
    """Chain whatever is committed and unsealed, and return how many rows that were."""
    return int(session.execute(text("SELECT seal_audit()")).scalar_one())


def head(session: Session) -> str | None:
    """The anchor to keep outside: the newest link in hex, which stands for everything before it. None: no seals."""
    newest = text("SELECT encode(link, 'hex') FROM audit_seal ORDER BY number DESC LIMIT 1")
    return session.execute(newest).scalar()


def holds(session: Session, anchor: str) -> bool:
    """Whether an anchor kept outside is a link here; if not, the chain was rewritten or cut, or a backup is older."""
    known = text("SELECT EXISTS (SELECT FROM audit_seal WHERE link = decode(:anchor, 'hex'))")
    return bool(session.execute(known, {"anchor": anchor}).scalar_one())


def oldest_unsealed(session: Session) -> datetime | None:
    """When the oldest row that waits for its seal was recorded; None when none waits. For the watch on the server."""
    waiting = text("SELECT min(recorded_at) FROM audit_unsealed('-infinity')")
    found: datetime | None = session.execute(waiting).scalar()
    return found
