"""People for tests: employed, enrolled and signed in as quickly as possible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from argon2 import PasswordHasher
from cryptography.fernet import MultiFernet
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.identity.codes import code_at
from api.identity.factors import enrol, offer_secret
from api.identity.invitations import set_password
from api.identity.passwords import hash_of
from api.identity.people import Person, add_person, person, set_roles
from api.identity.sessions import Caller, open_session, standing_session
from ledger.errors import NotFound
from ledger.organisations import organisation, register_organisation
from ledger.unit_of_work import perform

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
NOW = datetime(2021, 3, 1, 9, tzinfo=UTC)
HOME = Caller("10.0.0.7", "Firefox")
PASSWORD = "жеті бұғы тауды кезді"


def employ(
    engine: Engine, login: str, *, roles: Sequence[str] = (), kind: str = "mfo", at: str = "mfo-1",
    hasher: PasswordHasher = QUICK,
) -> Person:  # fmt: skip
    """A person with `PASSWORD` at an organisation, which is registered when it is new."""

    def work(session: Session) -> Person:
        who = add_person(session, login=login, name=login.title(), organisation_id=_home(session, at, kind),
                         language="kk", now=NOW)  # fmt: skip
        set_roles(session, who, roles, by=None, now=NOW)
        set_password(session, who.id, hash_of(PASSWORD, hasher), NOW)
        return person(session, who.id)

    return perform(engine, work)


def enrolled(engine: Engine, keys: MultiFernet, who: Person) -> str:
    """The secret of a new authenticator of the person's, confirmed a minute before `NOW`."""
    before = NOW - timedelta(minutes=1)

    def work(session: Session) -> str:
        found = standing_session(session, open_session(session, who.id, HOME, before), before)
        assert found is not None
        secret = offer_secret(session, keys, found.id)
        enrol(session, keys, found.id, code_at(secret, before), before)
        return secret

    return perform(engine, work)


def _home(session: Session, code: str, kind: str) -> int:
    try:
        return organisation(session, code).id
    except NotFound:
        names = {"name_kk": "Береке", "name_ru": "Береке", "name_en": "Bereke"}
        return register_organisation(session, code=code, kind=kind, opened_on=date(2019, 1, 1), **names).id
