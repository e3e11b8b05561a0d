"""Sessions: a browser that proved who sits at it, by a token that only the browser has.

A session ends after half an hour without a request, twelve hours after it began, when its person signs out, is no
longer let in, or when somebody entitled ends it; all of that is decided here on every request and nothing is
believed that the browser says. The token is new after every step that raises what it opens, and the old one is dead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from api.identity.tables import PersonRow, SignInSessionRow
from api.identity.tokens import digest, new_token

#: The ``__Host-`` prefix makes browsers insist on Secure, Path=/ and no other host; on loopback they need no TLS.
COOKIE = "__Host-nesie"
IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
#: Between password and code.
HALF_WAY = timedelta(minutes=10)
#: How exactly the last request is remembered: a write for every request would be for nothing.
SEEN_EVERY = timedelta(minutes=1)

Stage = Literal["password", "complete"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from: network address and the browser's own name, of which the start is kept."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class SignInSession:
    """A session that stands. At the stage ``password`` it opens nothing but the page that asks for the code."""

    id: int
    person_id: int
    stage: str
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime | None


def open_session(
    session: Session, person_id: int, caller: Caller, now: datetime, *, stage: Stage = "complete",
    confirmed_at: datetime | None = None,
) -> str:  # fmt: skip
    """Begin a session and return its token, which is for the cookie and nothing else."""
    token = new_token()
    session.add(
        SignInSessionRow(
            digest=digest(token), person_id=person_id, stage=stage, address=caller.address, agent=caller.agent[:120],
            created_at=now, seen_at=now, ends_at=now + (ABSOLUTE if stage == "complete" else HALF_WAY),
            confirmed_at=confirmed_at,
        )
    )  # fmt: skip
    session.flush()
    return token


def standing_session(session: Session, token: str, now: datetime, *, stage: Stage = "complete") -> SignInSession | None:
    """The session of a token if it has reached this stage, still stands and its person is let in."""
    row = session.scalar(
        select(SignInSessionRow)
        .join(PersonRow, PersonRow.id == SignInSessionRow.person_id)
        .where(
            SignInSessionRow.digest == digest(token), SignInSessionRow.stage == stage, PersonRow.disabled_at.is_(None),
            *_stands(now),
        )
    )  # fmt: skip
    return _value(row) if row else None


def lately(moment: datetime | None, now: datetime) -> bool:
    """Whether a use is remembered exactly enough to be left alone."""
    return moment is not None and now - moment < SEEN_EVERY


def note_seen(session: Session, found: SignInSession, now: datetime) -> None:
    """Remember that the session is at work."""
    session.execute(update(SignInSessionRow).where(SignInSessionRow.id == found.id).values(seen_at=now))


def complete(session: Session, session_id: int, now: datetime, *, confirmed: bool) -> str:
    """Raise a session to the last stage under a new token; the old token is dead and the twelve hours begin."""
    return _renew(session, session_id, now, stage="complete", ends_at=now + ABSOLUTE, confirmed=confirmed)


def confirm_again(session: Session, session_id: int, now: datetime) -> str:
    """A code was given again within a session: a new token, the same end."""
    return _renew(session, session_id, now, confirmed=True)


def end_session(session: Session, session_id: int, now: datetime, *, person_id: int | None = None) -> None:
    """End a session; with ``person_id`` only if it is that person's."""
    which = SignInSessionRow.id == session_id
    if person_id is not None:
        which &= SignInSessionRow.person_id == person_id
    _end(session, which, now)


def end_sessions(session: Session, person_id: int, now: datetime, *, but: int | None = None) -> None:
    """End every session of a person, except one."""
    which = SignInSessionRow.person_id == person_id
    _end(session, which if but is None else which & (SignInSessionRow.id != but), now)


def sessions_of(session: Session, person_id: int, now: datetime) -> list[SignInSession]:
    """The sessions of a person that stand, the last used first."""
    rows = session.scalars(
        select(SignInSessionRow)
        .where(SignInSessionRow.person_id == person_id, SignInSessionRow.stage == "complete", *_stands(now))
        .order_by(SignInSessionRow.seen_at.desc(), SignInSessionRow.id.desc())
    )
    return [_value(row) for row in rows]


def _stands(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return SignInSessionRow.ended_at.is_(None), SignInSessionRow.ends_at > now, SignInSessionRow.seen_at > now - IDLE


def _renew(session: Session, session_id: int, now: datetime, *, confirmed: bool, **values: object) -> str:
    token = new_token()
    changed = {"digest": digest(token), "seen_at": now, "offered_secret": None} | values
    if confirmed:
        changed["confirmed_at"] = now
    session.execute(update(SignInSessionRow).where(SignInSessionRow.id == session_id).values(changed))
    return token


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(SignInSessionRow).where(which, SignInSessionRow.ended_at.is_(None)).values(ended_at=now))


def _value(row: SignInSessionRow) -> SignInSession:
    return SignInSession(
        id=row.id, person_id=row.person_id, stage=row.stage, address=row.address, agent=row.agent,
        created_at=row.created_at, seen_at=row.seen_at, confirmed_at=row.confirmed_at,
    )  # fmt: skip
