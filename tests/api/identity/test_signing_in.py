"""Signing in: password, then code; nothing tells whether a login exists; tokens change at each step."""

from __future__ import annotations

import secrets
from datetime import timedelta
from time import perf_counter

import pytest
from argon2 import PasswordHasher, extract_parameters
from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.identity.codes import code_at
from api.identity.factors import WrongCode, enrol, offer_secret
from api.identity.passwords import STANDARD
from api.identity.people import Person, at_work, person, set_access
from api.identity.sessions import standing_session
from api.identity.signing_in import (
    NotSignedIn,
    WrongCredentials,
    confirm,
    demand_fresh,
    fresh,
    give_code,
    half_way,
    sign_in,
)
from api.identity.tables import PersonRow, SignInSessionRow
from api.identity.tokens import digest
from ledger.errors import NesieError
from ledger.unit_of_work import perform
from tests.api.identity.staff import HOME, NOW, PASSWORD, QUICK, employ, enrolled


def enter(engine: Engine, keys: MultiFernet, login: str, secret: str) -> str:
    """The token of a complete session."""
    arrival = sign_in(engine, login, PASSWORD, HOME, NOW, hasher=QUICK)
    return give_code(engine, keys, arrival.token, code_at(secret, NOW), HOME, NOW)


def test_a_password_alone_opens_nothing_but_the_page_for_the_code(
    committed_engine: Engine, keys: MultiFernet, aigerim: Person
) -> None:
    """Who has an authenticator is asked for its code, and a session half-way is nobody's."""
    enrolled(committed_engine, keys, aigerim)
    arrival = sign_in(committed_engine, " Aigerim", PASSWORD, HOME, NOW, hasher=QUICK)
    assert arrival.next == "code"
    with Session(committed_engine) as session:
        assert standing_session(session, arrival.token, NOW) is None


def test_who_has_no_authenticator_enrols_one_first(
    committed_engine: Engine, keys: MultiFernet, aigerim: Person
) -> None:
    """Outside a demo nobody gets in by password alone, nor by a code that nothing makes."""
    arrival = sign_in(committed_engine, "aigerim", PASSWORD, HOME, NOW, hasher=QUICK)
    assert arrival.next == "enrolment"
    with pytest.raises(NotSignedIn):
        give_code(committed_engine, keys, arrival.token, "", HOME, NOW)


def test_a_new_token_at_every_step_and_the_old_one_is_dead(
    committed_engine: Engine, keys: MultiFernet, aigerim: Person
) -> None:
    """A token planted or seen before a step is worth nothing after it."""
    secret = enrolled(committed_engine, keys, aigerim)
    half = sign_in(committed_engine, "aigerim", PASSWORD, HOME, NOW, hasher=QUICK).token
    whole = give_code(committed_engine, keys, half, code_at(secret, NOW), HOME, NOW)
    later = NOW + timedelta(minutes=10)
    with Session(committed_engine) as session:
        found = standing_session(session, whole, NOW)
        assert found is not None
        with pytest.raises(NotSignedIn):
            half_way(session, half, NOW)
    again = confirm(committed_engine, keys, found, aigerim, code_at(secret, later), HOME, later)
    with Session(committed_engine) as session:
        assert [standing_session(session, each, later) is None for each in (half, whole, again)] == [True, True, False]


def test_a_dump_of_the_database_contains_no_usable_token(
    committed_engine: Engine, keys: MultiFernet, aigerim: Person
) -> None:
    """What is kept of a token is its digest."""
    token = enter(committed_engine, keys, "aigerim", enrolled(committed_engine, keys, aigerim))
    with Session(committed_engine) as session:
        kept = session.scalars(select(SignInSessionRow.digest)).all()
        assert digest(token) in kept
        assert token.encode() not in kept
        assert len(token) >= 43  # 256 bits in base 64


def test_unknown_wrong_and_disabled_are_told_alike(committed_engine: Engine, aigerim: Person) -> None:
    """The refusal is one and the same, whatever the reason."""
    gone = employ(committed_engine, "gone")
    perform(committed_engine, lambda session: set_access(session, gone, allowed=False, by=None, now=NOW))
    told = set()
    for login, password in (("nobody", PASSWORD), ("aigerim", "wrong"), ("gone", PASSWORD)):
        with pytest.raises(WrongCredentials) as refusal:
            sign_in(committed_engine, login, password, HOME, NOW, hasher=QUICK)
        told.add((str(refusal.value), refusal.value.http_status))
    assert len(told) == 1


def test_a_hash_of_old_parameters_is_renewed_by_signing_in(committed_engine: Engine, aigerim: Person) -> None:
    """The next right password is kept with the parameters of today."""
    sign_in(committed_engine, "aigerim", PASSWORD, HOME, NOW)
    with Session(committed_engine) as session:
        kept = session.scalars(select(PersonRow.password_hash)).one()
    assert kept is not None
    assert extract_parameters(kept) == extract_parameters(STANDARD.hash(""))


def test_a_code_is_fresh_for_five_minutes(committed_engine: Engine, keys: MultiFernet, aigerim: Person) -> None:
    """What asks for a recent code is refused once it is older, and in a session that never gave one."""
    token = enter(committed_engine, keys, "aigerim", enrolled(committed_engine, keys, aigerim))
    with Session(committed_engine) as session:
        found = standing_session(session, token, NOW)
        assert found is not None
        actor = at_work(aigerim, "web", found.confirmed_at)
    assert fresh(actor, NOW + timedelta(minutes=5))
    with pytest.raises(NesieError, match="one-time code"):
        demand_fresh(actor, NOW + timedelta(minutes=5, seconds=1))
    assert not fresh(at_work(aigerim, "api"), NOW)


def test_a_wrong_code_completes_nothing(committed_engine: Engine, keys: MultiFernet, aigerim: Person) -> None:
    """The session waits for a better one."""
    secret = enrolled(committed_engine, keys, aigerim)
    half = sign_in(committed_engine, "aigerim", PASSWORD, HOME, NOW, hasher=QUICK).token
    with pytest.raises(WrongCode):
        give_code(committed_engine, keys, half, "123", HOME, NOW)
    assert give_code(committed_engine, keys, half, code_at(secret, NOW), HOME, NOW)


def test_enrolling_proves_the_password_owner(committed_engine: Engine, keys: MultiFernet, aigerim: Person) -> None:
    """An authenticator enrolled on the way in is asked for the next time."""
    half = sign_in(committed_engine, "aigerim", PASSWORD, HOME, NOW, hasher=QUICK).token

    def take(session: Session) -> None:
        found, _ = half_way(session, half, NOW)
        enrol(session, keys, found.id, code_at(offer_secret(session, keys, found.id), NOW), NOW)

    perform(committed_engine, take)
    with Session(committed_engine) as session:
        assert person(session, aigerim.id).enrolled
    assert sign_in(committed_engine, "aigerim", PASSWORD, HOME, NOW, hasher=QUICK).next == "code"


@pytest.mark.slow
def test_time_does_not_tell_whether_a_login_exists(committed_engine: Engine) -> None:
    """Times of wrong passwords for known and unknown logins have one distribution (Kolmogorov-Smirnov, n = 200)."""
    hasher = PasswordHasher(time_cost=2, memory_cost=4096, parallelism=1)
    employ(committed_engine, "aigerim", hasher=hasher)
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(420):
        known = bool(number % 2)
        now = NOW + timedelta(hours=2 * number)
        login = "aigerim" if known else secrets.token_hex(4)
        begun = perf_counter()
        with pytest.raises(WrongCredentials):
            sign_in(committed_engine, login, "wrong", HOME, now, hasher=hasher)
        times[known].append(perf_counter() - begun)
    assert farthest(times[True][10:], times[False][10:]) < 1.63 * (2 / 200) ** 0.5  # the 1 % point for n = m = 200


def farthest(one: list[float], other: list[float]) -> float:
    """The greatest distance between two empirical distribution functions."""
    points = sorted(one + other)
    return max(abs(sum(x <= p for x in one) / len(one) - sum(x <= p for x in other) / len(other)) for p in points)
