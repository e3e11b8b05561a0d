"""Tokens of programs: ``Authorization: Bearer nesie_…``, in a person's name and never with more than their roles.

A token is shown once, expires within a year and can be revoked. Its scopes are roles; one that its person has lost
does not count any more, and a person who is not let in takes their tokens along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.identity.people import Person, UnknownRole, person
from api.identity.tables import ApiTokenRow
from api.identity.tokens import digest, new_token
from ledger.errors import BadInput

PREFIX = "nesie_"
LONGEST_DAYS = 365


@dataclass(eq=False, kw_only=True)
class NotADuration(BadInput):
    """A token that is to be good for no time or for too long."""

    code = "token-days"
    sentence = "Expected a token to be good for 1 to {longest} days; found {found}."
    found: int
    longest: int = LONGEST_DAYS


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its person sees it later: everything but the token."""

    id: int
    person_id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def create_token(session: Session, who: Person, *, name: str, scopes: Sequence[str], days: int, now: datetime) -> str:
    """A new token for programs of ``who``, good for ``days``; it is kept nowhere else.

    Raises:
        UnknownRole: a scope is not among the person's roles, or there is none.
        NotADuration: fewer days than one or more than a year's.
    """
    for scope in scopes or [""]:
        if scope not in who.roles:
            raise UnknownRole(found=scope or "none", known=", ".join(who.roles))
    if not 1 <= days <= LONGEST_DAYS:
        raise NotADuration(found=days)
    token = new_token(PREFIX)
    session.add(
        ApiTokenRow(
            digest=digest(token), person_id=who.id, name=name, scopes=sorted(scopes), created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )  # fmt: skip
    session.flush()
    return token


def tokens_of(session: Session, person_id: int, now: datetime) -> list[ApiToken]:
    """The tokens of a person that are good, the newest first."""
    rows = session.scalars(
        select(ApiTokenRow)
        .where(ApiTokenRow.person_id == person_id, ApiTokenRow.revoked_at.is_(None), ApiTokenRow.expires_at > now)
        .order_by(ApiTokenRow.id.desc())
    )
    return [_value(row) for row in rows]


def revoke_token(session: Session, token_id: int, person_id: int, now: datetime) -> None:
    """End a token of a person; nothing happens when it is not theirs or has ended."""
    its = (ApiTokenRow.id == token_id) & (ApiTokenRow.person_id == person_id)
    session.execute(update(ApiTokenRow).where(its, ApiTokenRow.revoked_at.is_(None)).values(revoked_at=now))


def bearer(session: Session, token: str, now: datetime) -> tuple[ApiToken, Person] | None:
    """Whose token this is, if it is good and its person is let in."""
    row = session.scalar(
        select(ApiTokenRow).where(
            ApiTokenRow.digest == digest(token), ApiTokenRow.revoked_at.is_(None), ApiTokenRow.expires_at > now
        )
    )
    if row is None:
        return None
    who = person(session, row.person_id)
    return None if who.disabled_at else (_value(row), who)


def note_used(session: Session, token: ApiToken, now: datetime) -> None:
    """Remember that the token is at work."""
    session.execute(update(ApiTokenRow).where(ApiTokenRow.id == token.id).values(used_at=now))


def _value(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id, person_id=row.person_id, name=row.name, scopes=tuple(row.scopes), created_at=row.created_at,
        expires_at=row.expires_at, used_at=row.used_at,
    )  # fmt: skip
