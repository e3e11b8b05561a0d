"""Invitations: a link by which a person chooses a password, once, within a week.

It is how everybody gets their first password, the first administrator too, and how a forgotten one is replaced. It
stands for the password only: whoever has an authenticator is asked for a code afterwards, whoever has none enrols
one. A new invitation voids the earlier ones, and a chosen password ends the sessions that were open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from argon2 import PasswordHasher
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from api.identity import attempts
from api.identity.passwords import STANDARD, check_choice, hash_of, matches
from api.identity.people import Person, at_work, changed, own_words, person
from api.identity.sessions import Caller, end_sessions
from api.identity.signing_in import Arrival, WrongCredentials, admitted
from api.identity.tables import InvitationRow, PersonRow
from api.identity.tokens import digest, new_token
from ledger.errors import Refused
from ledger.unit_of_work import perform

VALID = timedelta(days=7)


@dataclass(eq=False, kw_only=True)
class SpentInvitation(Refused):
    """An invitation that was used, is too old or never was."""

    code = "spent-invitation"
    sentence = (
        "The invitation was used before, is older than a week or was replaced. Ask your administrator for another."
    )
    http_status: ClassVar[int] = 401


def invite(session: Session, person_id: int, now: datetime) -> str:
    """A new invitation for a person, good for a week; returns its token, which is kept nowhere else."""
    standing = (InvitationRow.person_id == person_id) & InvitationRow.used_at.is_(None)
    session.execute(update(InvitationRow).where(standing).values(expires_at=now))
    token = new_token()
    session.add(
        InvitationRow(digest=digest(token), person_id=person_id, created_at=now, expires_at=now + VALID, used_at=None)
    )
    session.flush()
    return token


def invitation_address(site: str, token: str) -> str:
    """The link by which an invitation is used, on the site at this address."""
    return f"{site.rstrip('/')}/sign-in/invitation?token={token}"


def invited(session: Session, token: str, now: datetime) -> Person:
    """Whom an invitation is for; it stays good.

    Raises:
        SpentInvitation: it is good no longer.
    """
    row = session.scalar(select(InvitationRow).where(InvitationRow.digest == digest(token)))
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise SpentInvitation
    who = person(session, row.person_id)
    if who.disabled_at is not None:
        raise SpentInvitation
    return who


def accept(
    engine: Engine, token: str, password: str, caller: Caller, now: datetime, *, hasher: PasswordHasher = STANDARD
) -> Arrival:
    """Use an invitation up: its person has this password from now on and goes on as after signing in with it.

    Raises:
        SpentInvitation: it is good no longer.
        WeakPassword: the password cannot be taken; the invitation stays good.
    """
    with Session(engine) as session:
        who = invited(session, token, now)
        check_choice(password, own_words(session, who))
    kept = hash_of(password, hasher)

    def work(session: Session) -> Arrival:
        standing = (InvitationRow.digest == digest(token)) & (InvitationRow.expires_at > now)
        using = update(InvitationRow).where(standing, InvitationRow.used_at.is_(None)).values(used_at=now)
        if session.scalar(using.returning(InvitationRow.id)) is None:
            raise SpentInvitation
        set_password(session, who.id, kept, now)
        changed(session, who, at_work(who, "web"), "account.choose-password")
        return admitted(session, who.id, caller, now)

    return perform(engine, work)


def change_password(
    engine: Engine, who: Person, session_id: int, old: str, new: str, caller: Caller, now: datetime,
    *, hasher: PasswordHasher = STANDARD,
) -> None:  # fmt: skip
    """Replace the password of somebody signed in, who tells the old one; their other sessions end.

    Raises:
        TooManyAttempts: too many old passwords were wrong.
        WrongCredentials: this one is.
        WeakPassword: the new one cannot be taken.
    """
    with Session(engine) as session:
        check_choice(new, own_words(session, who))
    attempt = perform(engine, lambda session: attempts.begin(session, "password", who.login, caller.address, now))
    with Session(engine) as session:
        kept = session.scalar(select(PersonRow.password_hash).where(PersonRow.id == who.id))
    if not matches(old, kept, hasher):
        raise WrongCredentials
    chosen = hash_of(new, hasher)

    def work(session: Session) -> None:
        attempts.succeed(session, attempt)
        set_password(session, who.id, chosen, now, but=session_id)
        changed(session, who, at_work(who, "web"), "account.change-password")

    perform(engine, work)


def set_password(session: Session, person_id: int, kept: str, now: datetime, *, but: int | None = None) -> None:
    """Keep a new hash for a person and end their sessions, except one."""
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(password_hash=kept))
    end_sessions(session, person_id, now, but=but)
