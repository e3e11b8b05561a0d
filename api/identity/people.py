"""People of organisations: who they are, which roles they hold, and whether they may come in.

There are no people until somebody adds one: a fresh installation has none. Roles are those that ``matrix.toml``
allows to the kind of organisation; nobody grants one to themselves. Nothing is kept in memory, so what changes here
holds from the next request on. Passwords and codes are set by the people themselves, elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from api.access.actors import Actor, Channel
from api.access.matrix import matrix
from api.audit.records import record
from api.identity.tables import LOGIN, PersonRoleRow, PersonRow, SignInSessionRow
from ledger.errors import BadInput, Conflict, NotFound, Refused
from ledger.organisations import organisation
from ledger.tables import OrganisationRow

#: Kinds of organisations whose people see every programme.
OVERSEERS = frozenset({"budget"})


@dataclass(eq=False, kw_only=True)
class NotALogin(BadInput):
    """A login with letters it may not have."""

    code = "not-a-login"
    sentence = (
        "Expected a login of 2 to 100 small Latin letters, digits and . _ @ + -, beginning with a letter or a digit; "
        "found {found}."
    )
    found: str


@dataclass(eq=False, kw_only=True)
class LoginTaken(Conflict):
    """A second person with the same login."""

    code = "login-taken"
    sentence = "The login {login} belongs to somebody else. Choose another."
    login: str


@dataclass(eq=False, kw_only=True)
class UnknownRole(BadInput):
    """A role that the person's kind of organisation does not have."""

    code = "unknown-role"
    sentence = "Expected a role out of {known}; found {found}."
    found: str
    known: str


@dataclass(eq=False, kw_only=True)
class OwnRole(Refused):
    """A person changing their own roles or access."""

    code = "own-role"
    sentence = "Nobody changes their own roles or access. Ask another administrator."
    http_status: ClassVar[int] = 403


@dataclass(frozen=True, slots=True)
class Person:
    """A person. ``enrolled``: has an authenticator; ``settled``: has chosen a password."""

    id: int
    login: str
    name: str
    organisation_id: int
    organisation_code: str
    organisation_kind: str
    language: str
    roles: tuple[str, ...]
    settled: bool
    enrolled: bool
    disabled_at: datetime | None


def roles_for(kind: str) -> list[str]:
    """Roles that people of an organisation of this kind may have, in the order of the matrix."""
    return [role for role, kinds in matrix().roles.items() if kind in kinds]


def add_person(
    session: Session, *, login: str, name: str, organisation_id: int, language: str, now: datetime
) -> Person:
    """Add a person, who cannot sign in before an invitation was used; the login is kept in small letters.

    Raises:
        NotALogin: the login has other letters.
        LoginTaken: somebody has it.
    """
    login = folded(login)
    if not re.fullmatch(LOGIN, login):
        raise NotALogin(found=repr(login))
    values = {
        "login": login, "name": name.strip() or login, "organisation_id": organisation_id, "language": language,
        "created_at": now,
    }  # fmt: skip
    added = session.scalar(insert(PersonRow).values(values).on_conflict_do_nothing().returning(PersonRow.id))
    if added is None:
        raise LoginTaken(login=login)
    return person(session, added)


def folded(login: str) -> str:
    """A login as it is kept, however it was typed."""
    return login.strip().lower()


def person(session: Session, name: int | str) -> Person:
    """The person with this id or login.

    Raises:
        NotFound: there is none.
    """
    found = _people(session, PersonRow.id == name if isinstance(name, int) else PersonRow.login == folded(name))
    if not found:
        raise NotFound(what="person", name=str(name))
    return found[0]


def people(session: Session, organisation_id: int | None = None) -> list[Person]:
    """The people of an organisation, or everybody, by login."""
    return _people(session, true() if organisation_id is None else PersonRow.organisation_id == organisation_id)


def colleague(session: Session, person_id: int, organisation_id: int | None) -> Person:
    """A person of this organisation (None: of any).

    Raises:
        NotFound: there is none, or they work elsewhere, which is not told.
    """
    found = person(session, person_id)
    if organisation_id is not None and found.organisation_id != organisation_id:
        raise NotFound(what="person", name=str(person_id))
    return found


def set_roles(session: Session, who: Person, roles: Sequence[str], *, by: int | None, now: datetime) -> None:
    """Give a person exactly these roles; ``by`` is the granting person, or None at the terminal.

    Raises:
        OwnRole: a person meant themselves.
        UnknownRole: the kind of organisation has no such role.
    """
    if by == who.id:
        raise OwnRole
    known = roles_for(who.organisation_kind)
    for role in roles:
        if role not in known:
            raise UnknownRole(found=role, known=", ".join(known))
    session.execute(delete(PersonRoleRow).where(PersonRoleRow.person_id == who.id, PersonRoleRow.role.not_in(roles)))
    rows = [{"person_id": who.id, "role": role, "granted_by": by, "granted_at": now} for role in roles]
    if rows:
        session.execute(insert(PersonRoleRow).on_conflict_do_nothing(), rows)


def set_access(session: Session, who: Person, *, allowed: bool, by: int | None, now: datetime) -> None:
    """Let a person in again, or no longer: then their open sessions end as well.

    Raises:
        OwnRole: a person meant themselves.
    """
    if by == who.id:
        raise OwnRole
    session.execute(update(PersonRow).where(PersonRow.id == who.id).values(disabled_at=None if allowed else now))
    if not allowed:
        standing = (SignInSessionRow.person_id == who.id) & SignInSessionRow.ended_at.is_(None)
        session.execute(update(SignInSessionRow).where(standing).values(ended_at=now))


def at_work(who: Person, channel: Channel, confirmed_at: datetime | None = None) -> Actor:
    """A person at work through a channel, who gave a one-time code at ``confirmed_at``."""
    return Actor(
        user_id=who.id, login=who.login, name=who.name, organisation_id=who.organisation_id,
        organisation_kind=who.organisation_kind, roles=frozenset(who.roles), channel=channel,
        confirmed_at=confirmed_at, sees_all=who.organisation_kind in OVERSEERS,
    )  # fmt: skip


def changed(session: Session, before: Person, actor: Actor, act: str, request_id: str = "") -> None:
    """Record in the audit that ``actor`` did ``act`` to a person, and what is different about them since."""
    after = person(session, before.id)
    moved = [
        {"key": each.name, "before": getattr(before, each.name), "after": getattr(after, each.name)}
        for each in fields(Person)
        if getattr(before, each.name) != getattr(after, each.name)
    ]
    record(session, actor, act=act, about=f"person:{before.id}", measures=moved, request_id=request_id)


def own_words(session: Session, who: Person) -> list[str]:
    """What somebody guessing this person's password knows: login, name, names of the organisation."""
    home = organisation(session, who.organisation_id)
    return [who.login, who.name, home.code, home.name_kk, home.name_ru, home.name_en]


def roles_of() -> Any:
    """The roles of the person of the row, as a column: an array in the order of the alphabet."""
    ordered = aggregate_order_by(PersonRoleRow.role, PersonRoleRow.role)
    return (
        select(func.array_agg(ordered)).where(PersonRoleRow.person_id == PersonRow.id).correlate(PersonRow)
        .scalar_subquery()
    )  # fmt: skip


def _people(session: Session, which: ColumnElement[bool]) -> list[Person]:
    rows = session.execute(
        select(PersonRow, OrganisationRow.code, OrganisationRow.kind, roles_of())
        .join(OrganisationRow, OrganisationRow.id == PersonRow.organisation_id)
        .where(which)
        .order_by(PersonRow.login)
        .execution_options(populate_existing=True)
    )
    return [
        Person(
            id=row.id, login=row.login, name=row.name, organisation_id=row.organisation_id, organisation_code=code,
            organisation_kind=kind, language=row.language, roles=tuple(roles or ()),
            settled=row.password_hash is not None, enrolled=row.totp_secret is not None, disabled_at=row.disabled_at,
        )
        for row, code, kind, roles in rows
    ]  # fmt: skip
