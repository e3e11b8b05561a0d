"""The second factor: codes good once, also in parallel; recovery codes; secrets the database alone does not tell."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from api.database import DEMO_MARK
from api.identity.codes import code_at
from api.identity.factors import (
    WrongCode,
    accepts,
    enrol,
    forget_factor,
    offer_secret,
    recovery_codes_left,
    renew_recovery_codes,
)
from api.identity.people import Person, person
from api.identity.sessions import open_session, standing_session
from api.identity.tables import PersonRow
from ledger.unit_of_work import make_engine, perform
from tests.api.identity.staff import HOME, NOW, enrolled


def test_a_code_is_good_once_within_its_window(committed_engine: Engine, keys: MultiFernet, aigerim: Person) -> None:
    """The same code a second later is refused; the next step's is taken."""
    secret = enrolled(committed_engine, keys, aigerim)
    with Session(committed_engine) as session:
        code = code_at(secret, NOW)
        assert accepts(session, keys, aigerim.id, code, NOW)
        assert not accepts(session, keys, aigerim.id, code, NOW + timedelta(seconds=1))
        later = NOW + timedelta(seconds=30)
        assert accepts(session, keys, aigerim.id, code_at(secret, later), later)


@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_of_twenty_parallel_requests_with_one_code_one_succeeds(
    committed_engine: Engine, keys: MultiFernet, aigerim: Person, kind: str
) -> None:
    """Nobody gets in by sending a seen code at the same moment."""
    code = code_at(enrolled(committed_engine, keys, aigerim), NOW)
    if kind == "recovery":
        code = perform(committed_engine, lambda session: renew_recovery_codes(session, aigerim.id, NOW))[0]

    def give(_: int) -> bool:
        return perform(committed_engine, lambda session: accepts(session, keys, aigerim.id, code, NOW))

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(give, range(20))) == 1


def test_a_recovery_code_is_good_once(committed_engine: Engine, keys: MultiFernet, aigerim: Person) -> None:
    """It stands in for the authenticator, is used up by that, and new ones void the old."""
    enrolled(committed_engine, keys, aigerim)
    with Session(committed_engine) as session:
        first, second, *_ = renew_recovery_codes(session, aigerim.id, NOW)
        assert accepts(session, keys, aigerim.id, first.upper(), NOW)
        assert not accepts(session, keys, aigerim.id, first, NOW)
        assert recovery_codes_left(session, aigerim.id) == 9
        renew_recovery_codes(session, aigerim.id, NOW)
        assert not accepts(session, keys, aigerim.id, second, NOW)


def test_enrolment_is_proved_by_a_code(committed_engine: Engine, keys: MultiFernet, aigerim: Person) -> None:
    """A page loaded twice offers the same secret; a wrong code enrols nothing; a right one enrols and is used up."""
    with Session(committed_engine) as session:
        found = standing_session(session, open_session(session, aigerim.id, HOME, NOW), NOW)
        assert found is not None
        secret = offer_secret(session, keys, found.id)
        assert offer_secret(session, keys, found.id) == secret
        with pytest.raises(WrongCode):
            enrol(session, keys, found.id, "000000", NOW)
        assert not person(session, aigerim.id).enrolled
        code = code_at(secret, NOW)
        assert len(enrol(session, keys, found.id, code, NOW)) == 10
        assert person(session, aigerim.id).enrolled
        assert not accepts(session, keys, aigerim.id, code, NOW)


def test_the_database_alone_does_not_tell_the_secret(
    committed_engine: Engine, keys: MultiFernet, aigerim: Person
) -> None:
    """What a copy of the database holds of an authenticator is encrypted."""
    secret = enrolled(committed_engine, keys, aigerim)
    with Session(committed_engine) as session:
        kept = session.scalars(select(PersonRow.totp_secret)).one()
    assert kept is not None
    assert secret.encode() not in kept
    assert keys.decrypt(kept) == secret.encode()


def test_without_an_authenticator_no_code_is_right(
    committed_engine: Engine, keys: MultiFernet, aigerim: Person
) -> None:
    """Neither an empty code nor any other, once a factor is forgotten."""
    enrolled(committed_engine, keys, aigerim)
    with Session(committed_engine) as session:
        forget_factor(session, aigerim.id)
        assert not accepts(session, keys, aigerim.id, "", NOW)


def test_only_the_owner_can_make_a_database_a_demo(
    fresh_database: str, committed_engine: Engine, keys: MultiFernet, aigerim: Person
) -> None:
    """In a demo people without an authenticator pass; those who have one give a code; the application cannot mark."""
    mark = text(f"COMMENT ON SCHEMA public IS '{DEMO_MARK}'")
    with committed_engine.connect() as connection, pytest.raises(Exception, match="must be owner"):
        connection.execute(mark)
    owner = make_engine(fresh_database, role=None, pool_size=1)
    with owner.begin() as connection:
        connection.execute(mark)
    owner.dispose()
    with Session(committed_engine) as session:
        assert accepts(session, keys, aigerim.id, "", NOW)
    enrolled(committed_engine, keys, aigerim)
    with Session(committed_engine) as session:
        assert not accepts(session, keys, aigerim.id, "", NOW)
