"""Invitations open the way to a password once; replacing a forgotten one does not go round the second factor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.identity.invitations import VALID, SpentInvitation, accept, change_password, invite, invited
from api.identity.passwords import WeakPassword
from api.identity.people import Person, set_access
from api.identity.sessions import open_session, sessions_of
from api.identity.signing_in import WrongCredentials, sign_in
from ledger.unit_of_work import perform
from tests.api.identity.staff import HOME, NOW, PASSWORD, QUICK, enrolled

NEW = "тоғыз тоқты тоғайда"


def test_an_invitation_is_good_once(committed_engine: Engine, aigerim: Person) -> None:
    """The first use leads to enrolling an authenticator, the second is refused with 401."""
    token = perform(committed_engine, lambda session: invite(session, aigerim.id, NOW))
    assert accept(committed_engine, token, NEW, HOME, NOW, hasher=QUICK).next == "enrolment"
    with pytest.raises(SpentInvitation) as refusal:
        accept(committed_engine, token, NEW, HOME, NOW, hasher=QUICK)
    assert refusal.value.http_status == 401
    assert sign_in(committed_engine, "aigerim", NEW, HOME, NOW, hasher=QUICK).token


def test_a_reset_still_asks_for_the_code(committed_engine: Engine, keys: MultiFernet, aigerim: Person) -> None:
    """A new password does not replace the authenticator, and ends what was open under the old one."""
    enrolled(committed_engine, keys, aigerim)
    token = perform(committed_engine, lambda session: invite(session, aigerim.id, NOW))
    assert accept(committed_engine, token, NEW, HOME, NOW, hasher=QUICK).next == "code"
    with Session(committed_engine) as session:
        assert sessions_of(session, aigerim.id, NOW) == []


def test_invitations_end(committed_engine: Engine, aigerim: Person) -> None:
    """After a week, by a newer one, and with the person's access."""
    with Session(committed_engine) as session:
        first = invite(session, aigerim.id, NOW)
        assert invited(session, first, NOW + VALID - timedelta(seconds=1)) == aigerim
        second = invite(session, aigerim.id, NOW)
        set_access(session, aigerim, allowed=True, by=None, now=NOW)
        for token, moment in ((first, NOW), (second, NOW + VALID), ("nothing", NOW)):
            with pytest.raises(SpentInvitation):
                invited(session, token, moment)
        set_access(session, aigerim, allowed=False, by=None, now=NOW)
        with pytest.raises(SpentInvitation):
            invited(session, second, NOW)


def test_a_refused_password_leaves_the_invitation_good(committed_engine: Engine, aigerim: Person) -> None:
    """The names of the person and of their organisation make no password; the next choice is taken."""
    token = perform(committed_engine, lambda session: invite(session, aigerim.id, NOW))
    with pytest.raises(WeakPassword):
        accept(committed_engine, token, "Aigerim Bereke 1985", HOME, NOW, hasher=QUICK)
    assert accept(committed_engine, token, NEW, HOME, NOW, hasher=QUICK).token


def test_a_password_is_changed_by_who_knows_it(committed_engine: Engine, aigerim: Person) -> None:
    """The old one has to be right; other browsers are signed out."""
    with Session(committed_engine) as session:
        open_session(session, aigerim.id, HOME, NOW)
        open_session(session, aigerim.id, HOME, NOW)
        session.commit()
        here = sessions_of(session, aigerim.id, NOW)[0].id
    with pytest.raises(WrongCredentials):
        change_password(committed_engine, aigerim, here, "wrong", NEW, HOME, NOW, hasher=QUICK)
    change_password(committed_engine, aigerim, here, PASSWORD, NEW, HOME, NOW, hasher=QUICK)
    with Session(committed_engine) as session:
        assert [each.id for each in sessions_of(session, aigerim.id, NOW)] == [here]
    assert sign_in(committed_engine, "aigerim", NEW, HOME, NOW, hasher=QUICK).token
