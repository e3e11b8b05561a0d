"""Attempts to sign in: slowed down when they fail, for a quarter of an hour at most, and never for who is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.identity.attempts import LONGEST_WAIT, TooManyAttempts, begin, succeed, wait_after
from api.identity.tables import SignInAttemptRow
from tests.api.identity.staff import NOW

STRANGER, HOME = "203.0.113.9", "10.0.0.7"


def refused(session: Session, now: datetime, address: str = STRANGER, login: str = "aigerim") -> int:
    """Try a wrong password; the seconds to wait when the try was not even judged, else 0."""
    try:
        begin(session, "password", login, address, now)
    except TooManyAttempts as error:
        return error.seconds
    return 0


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    """Free failures cost nothing; then 1, 2, 4 … seconds; never more than fifteen minutes."""
    assert [wait_after(n, 5).total_seconds() for n in (4, 5, 6, 7, 14)] == [0, 1, 2, 4, 512]
    assert wait_after(10_000, 5) == LONGEST_WAIT == timedelta(minutes=15)


def test_fifty_wrong_passwords_are_answered_with_rising_delays(session: Session) -> None:
    """Somebody who tries again as soon as they may waits longer every time, and then for the longest time."""
    now, waits = NOW, []
    for _ in range(50):
        if wait := refused(session, now):
            waits.append(wait)
            now += timedelta(seconds=wait)
    rising = waits[: waits.index(900)]
    assert rising == sorted(set(rising))
    assert max(waits) == 900


def test_the_right_password_works_after_the_wait(session: Session) -> None:
    """No lock stays: when the wait told is over, an attempt is judged, and success clears the account."""
    for _ in range(50):
        wait = refused(session, NOW)
    later = NOW + timedelta(seconds=wait)
    succeed(session, begin(session, "password", "aigerim", STRANGER, later))
    assert [refused(session, later) for _ in range(5)] == [0] * 5


def test_a_victim_is_kept_out_for_a_quarter_of_an_hour_at_most(session: Session) -> None:
    """However many have failed from wherever, an attempt fifteen minutes after the last failure is judged."""
    for number in range(300):
        refused(session, NOW + timedelta(seconds=number), address=f"203.0.113.{number % 250}")
    last = session.scalars(select(SignInAttemptRow.tried_at).order_by(SignInAttemptRow.id.desc()).limit(1)).one()
    assert refused(session, last + LONGEST_WAIT, address=HOME) == 0


def test_strangers_do_not_slow_down_who_is_known(session: Session) -> None:
    """From where the person gave a right code lately, only failures from there count."""
    succeed(session, begin(session, "code", "aigerim", HOME, NOW - timedelta(days=20)))
    for _ in range(20):
        refused(session, NOW)
    assert refused(session, NOW, address=STRANGER) > 0
    assert refused(session, NOW, address=HOME) == 0


def test_a_guesser_of_many_logins_is_slowed_down_by_address(session: Session) -> None:
    """One password tried with a hundred logins is as wrong as a hundred with one."""
    tries = [refused(session, NOW, login=f"person-{number}") for number in range(40)]
    assert tries[:30] == [0] * 30
    assert all(tries[30:])


def test_logins_are_not_kept_as_they_were_typed(session: Session) -> None:
    """A password typed into the wrong field stays nowhere."""
    refused(session, NOW, login="my-secret-password")
    row = session.scalars(select(SignInAttemptRow)).one()
    assert b"secret" not in row.account


def test_codes_and_passwords_are_counted_apart(session: Session) -> None:
    """A right password does not clear wrong codes."""
    for _ in range(5):
        begin(session, "code", "aigerim", STRANGER, NOW)
    succeed(session, begin(session, "password", "aigerim", STRANGER, NOW))
    with pytest.raises(TooManyAttempts):
        begin(session, "code", "aigerim", STRANGER, NOW)
