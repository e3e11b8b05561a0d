"""Attempts to sign in: counted before they are judged, slowed down when they fail, never locked out for good.

An attempt is written as failed in a transaction of its own and marked when it succeeds, so that a hundred parallel
ones are a hundred. After some free failures each further one doubles the wait, up to a quarter of an hour, which is
thus the longest that a stranger can keep anybody out. Whoever has given a code from the same address lately is not
kept out by strangers at all: only failures from that address count for them. Refused attempts are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from api.identity.tables import SignInAttemptRow
from api.identity.tokens import digest
from ledger.errors import Refused

Kind = Literal["password", "code"]

LONGEST_WAIT = timedelta(minutes=15)
#: Failures older than this are forgotten.
WINDOW = timedelta(hours=1)
#: How long an address is known after a person gave a right code from it.
KNOWN_FOR = timedelta(days=30)
FREE_OF_ACCOUNT, FREE_OF_ADDRESS = 5, 30


@dataclass(eq=False, kw_only=True)
class TooManyAttempts(Refused):
    """Too many wrong passwords or codes; the next try has to wait."""

    code = "too-many-attempts"
    sentence = "Too many attempts to sign in have failed. Wait {seconds} seconds and try again."
    http_status: ClassVar[int] = 429
    seconds: int


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures, of which ``free`` cost nothing: 1 s, 2 s, 4 s … a quarter of an hour."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 20)), LONGEST_WAIT)


def begin(session: Session, kind: Kind, login: str, address: str, now: datetime) -> int:
    """Write an attempt down as failed, before it is judged, and return its number.

    Raises:
        TooManyAttempts: the account or the address has to wait.
    """
    account = digest(login)
    for key in sorted((f"{kind}:{login}", f"{kind}:{address}")):  # parallel attempts count one another
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    of_account = SignInAttemptRow.account == account
    of_address = SignInAttemptRow.address == address
    known = session.scalar(
        select(SignInAttemptRow.id)
        .where(
            of_account,
            of_address,
            SignInAttemptRow.kind == "code",
            SignInAttemptRow.succeeded,
            SignInAttemptRow.tried_at > now - KNOWN_FOR,
        )
        .limit(1)
    )
    counted = of_account & of_address if known else of_account
    remaining = max(
        _remaining(session, kind, counted, FREE_OF_ACCOUNT, now),
        _remaining(session, kind, of_address, FREE_OF_ADDRESS, now),
    )
    if remaining > timedelta(0):
        raise TooManyAttempts(seconds=-(-remaining // timedelta(seconds=1)))
    row = SignInAttemptRow(kind=kind, account=account, address=address, tried_at=now, succeeded=False)
    session.add(row)
    session.flush()
    return row.id


def succeed(session: Session, attempt: int) -> None:
    """The attempt was right; failures before it no longer count."""
    session.execute(update(SignInAttemptRow).where(SignInAttemptRow.id == attempt).values(succeeded=True))


def _remaining(session: Session, kind: Kind, whose: ColumnElement[bool], free: int, now: datetime) -> timedelta:
    """What is left of the wait after the failures of ``whose`` within the window, since the last success."""
    of_kind = SignInAttemptRow.kind == kind
    success = select(func.max(SignInAttemptRow.id)).where(whose, of_kind, SignInAttemptRow.succeeded).scalar_subquery()
    failures, last = session.execute(
        select(func.count(), func.max(SignInAttemptRow.tried_at)).where(
            whose, of_kind, SignInAttemptRow.tried_at > now - WINDOW, SignInAttemptRow.id > func.coalesce(success, 0)
        )
    ).one()
    return last + wait_after(failures, free) - now if failures else timedelta(0)
