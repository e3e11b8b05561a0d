"""Signing in: a password, then a one-time code; and the code again before what matters most.

Each step writes its attempt first and judges it afterwards, in transactions of its own, because an attempt that
failed has to stay. What is told to the outside is the same, and takes as long, for an unknown login, a wrong password
and a person who is no longer let in. Cookies and pages are `api.identity.pages`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from argon2 import PasswordHasher
from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.database import is_demo
from api.identity import attempts
from api.identity.factors import WrongCode, accepts, enrol
from api.identity.passwords import STANDARD, matches, renewed
from api.identity.people import Person, at_work, changed, folded, person
from api.identity.sessions import (
    Caller,
    SignInSession,
    complete,
    confirm_again,
    open_session,
    standing_session,
)
from api.identity.tables import PersonRow
from ledger.errors import Refused
from ledger.unit_of_work import perform

#: How long after a code its person may still do what asks for one.
FRESH = timedelta(minutes=5)

Next = Literal["code", "enrolment", "in"]


@dataclass(eq=False, kw_only=True)
class WrongCredentials(Refused):
    """A login and a password that do not belong together, for whatever reason."""

    code = "wrong-credentials"
    sentence = "Login and password do not match. Check both, and the keyboard's language."
    http_status: ClassVar[int] = 401


@dataclass(eq=False, kw_only=True)
class NotSignedIn(Refused):
    """Nobody is known to ask, or the session has ended."""

    code = "not-signed-in"
    sentence = "Nobody is signed in, or the session has ended. Sign in and try again."
    http_status: ClassVar[int] = 401


@dataclass(eq=False, kw_only=True)
class ConfirmFirst(Refused):
    """An act that asks for a one-time code given lately."""

    code = "confirm-first"
    sentence = "This act asks for a one-time code given within the last five minutes. Give a code and try again."
    http_status: ClassVar[int] = 403


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a person has got to: the token of the session, and what comes next."""

    token: str
    next: Next


def sign_in(
    engine: Engine, login: str, password: str, caller: Caller, now: datetime, *, hasher: PasswordHasher = STANDARD
) -> Arrival:
    """Judge a login and its password; the session it opens leads to the code, or to enrolling an authenticator.

    Raises:
        TooManyAttempts: too many have failed for this login or from this address.
        WrongCredentials: they do not belong together.
    """
    name = folded(login)
    attempt = perform(engine, lambda session: attempts.begin(session, "password", name, caller.address, now))
    with Session(engine) as session:
        row = session.execute(
            select(PersonRow.id, PersonRow.password_hash, PersonRow.disabled_at).where(PersonRow.login == name)
        ).one_or_none()
    right = matches(password, row.password_hash if row else None, hasher)
    if row is None or not right or row.disabled_at is not None:
        raise WrongCredentials
    renewal = renewed(password, row.password_hash, hasher)

    def arrive(session: Session) -> Arrival:
        attempts.succeed(session, attempt)
        if renewal:
            session.execute(update(PersonRow).where(PersonRow.id == row.id).values(password_hash=renewal))
        return admitted(session, row.id, caller, now)

    return perform(engine, arrive)


def admitted(session: Session, person_id: int, caller: Caller, now: datetime) -> Arrival:
    """Open the session of a person whose first factor was right; a demo's people need no second."""
    who = person(session, person_id)
    if not who.enrolled and is_demo(session):
        return Arrival(open_session(session, who.id, caller, now, confirmed_at=now), "in")
    token = open_session(session, who.id, caller, now, stage="password")
    return Arrival(token, "code" if who.enrolled else "enrolment")


def half_way(session: Session, token: str, now: datetime) -> tuple[SignInSession, Person]:
    """The session between password and code, and whose it is.

    Raises:
        NotSignedIn: there is none, or it took too long.
    """
    found = standing_session(session, token, now, stage="password")
    if found is None:
        raise NotSignedIn
    return found, person(session, found.person_id)


def give_code(engine: Engine, keys: MultiFernet, token: str, code: str, caller: Caller, now: datetime) -> str:
    """Complete a session by a one-time code, of the authenticator or for recovery, and return its new token.

    Raises:
        NotSignedIn: no session waits for a code.
        TooManyAttempts: too many codes were wrong.
        WrongCode: this one is.
    """
    with Session(engine) as session:
        found, who = half_way(session, token, now)
        if not who.enrolled:
            raise NotSignedIn
    return _with_code(
        engine, keys, who, code, caller, now, lambda session: complete(session, found.id, now, confirmed=True)
    )


def confirm(
    engine: Engine, keys: MultiFernet, found: SignInSession, who: Person, code: str, caller: Caller, now: datetime
) -> str:
    """Take a one-time code within a session, for acts that ask for a recent one, and return the session's new token.

    Raises:
        TooManyAttempts: too many codes were wrong.
        WrongCode: this one is.
    """
    return _with_code(engine, keys, who, code, caller, now, lambda session: confirm_again(session, found.id, now))


def confirm_program(engine: Engine, keys: MultiFernet, who: Person, code: str, caller: Caller, now: datetime) -> None:
    """Take the one-time code that a request of a program carries.

    Raises:
        TooManyAttempts: too many codes were wrong.
        WrongCode: this one is.
    """
    _with_code(engine, keys, who, code, caller, now, lambda _: "")


def finish_enrolment(
    engine: Engine, keys: MultiFernet, found: SignInSession, who: Person, code: str, caller: Caller, now: datetime
) -> tuple[str, list[str]]:
    """Take the offered authenticator as the person's: the session's new token, and the recovery codes to be shown.

    Raises:
        TooManyAttempts: too many codes were wrong.
        WrongCode: this one is not of the offered secret.
    """
    attempt = perform(engine, lambda session: attempts.begin(session, "code", who.login, caller.address, now))

    def work(session: Session) -> tuple[str, list[str]]:
        codes = enrol(session, keys, found.id, code, now)
        changed(session, who, at_work(who, "web", now), "account.enrol-authenticator")
        attempts.succeed(session, attempt)
        if found.stage == "complete":
            return confirm_again(session, found.id, now), codes
        return complete(session, found.id, now, confirmed=True), codes

    return perform(engine, work)


def fresh(actor: Actor, now: datetime) -> bool:
    """Whether the person gave a one-time code within the last five minutes, the fifth included."""
    return actor.confirmed_at is not None and now - actor.confirmed_at <= FRESH


def demand_fresh(actor: Actor, now: datetime) -> None:
    """Let pass whoever gave a code lately.

    Raises:
        ConfirmFirst: the person has to give one.
    """
    if not fresh(actor, now):
        raise ConfirmFirst


def _with_code(
    engine: Engine, keys: MultiFernet, who: Person, code: str, caller: Caller, now: datetime,
    then: Callable[[Session], str],
) -> str:  # fmt: skip
    """Judge a code as an attempt of its own, and do ``then`` in the transaction that uses it up."""
    attempt = perform(engine, lambda session: attempts.begin(session, "code", who.login, caller.address, now))

    def work(session: Session) -> str:
        if not accepts(session, keys, who.id, code, now):
            raise WrongCode
        attempts.succeed(session, attempt)
        return then(session)

    return perform(engine, work)
