"""People of organisations: none to begin with, roles by kind of organisation, nothing granted to oneself."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.identity.people import (
    LoginTaken,
    NotALogin,
    OwnRole,
    Person,
    UnknownRole,
    add_person,
    colleague,
    people,
    person,
    roles_for,
    set_access,
    set_roles,
)
from api.identity.tables import PersonRoleRow, PersonRow
from ledger.errors import NotFound
from tests.api.identity.staff import NOW, employ


def test_a_fresh_installation_has_no_people(session: Session) -> None:
    """There are no default accounts."""
    assert people(session) == []


def test_a_person_without_an_invitation_has_no_password(committed_engine: Engine, aigerim: Person) -> None:
    """Adding somebody opens no door."""
    with Session(committed_engine) as session:
        added = add_person(session, login=" Bolat@Bereke.KZ", name="Болат", organisation_id=aigerim.organisation_id,
                           language="kk", now=NOW)  # fmt: skip
    assert (added.login, added.settled, added.enrolled, added.roles) == ("bolat@bereke.kz", False, False, ())


@pytest.mark.parametrize("login", ["", "a", "әйгерім", "a b", "web:root", "-x", "x" * 101])
def test_logins_are_plain(session: Session, login: str) -> None:
    """A login can stand in the signature of a row."""
    with pytest.raises(NotALogin):
        add_person(session, login=login, name="", organisation_id=1, language="kk", now=NOW)


def test_a_login_belongs_to_one_person(committed_engine: Engine, aigerim: Person) -> None:
    """Large letters do not make it another one."""
    with Session(committed_engine) as session, pytest.raises(LoginTaken):
        add_person(session, login="AIGERIM", name="", organisation_id=aigerim.organisation_id, language="kk", now=NOW)


def test_roles_are_those_of_the_kind_of_organisation(committed_engine: Engine, aigerim: Person) -> None:
    """A lender's officer cannot be made an operator's, and the ones given are exactly the ones held."""
    assert roles_for("guarantor")[:2] == ["guarantor-officer", "guarantor-approver"]
    with Session(committed_engine) as session:
        with pytest.raises(UnknownRole, match="lender-approver"):
            set_roles(session, aigerim, ["operator-officer"], by=None, now=NOW)
        set_roles(session, aigerim, ["lender-approver", "auditor"], by=None, now=NOW)
        assert person(session, "aigerim").roles == ("auditor", "lender-approver")


def test_nobody_grants_a_role_to_themselves(committed_engine: Engine, aigerim: Person) -> None:
    """Neither by the service, nor past it: the database refuses the row."""
    with Session(committed_engine) as session:
        with pytest.raises(OwnRole):
            set_roles(session, aigerim, ["lender-approver"], by=aigerim.id, now=NOW)
        with pytest.raises(OwnRole):
            set_access(session, aigerim, allowed=False, by=aigerim.id, now=NOW)
        row = {"person_id": aigerim.id, "role": "auditor", "granted_by": aigerim.id, "granted_at": NOW}
        with pytest.raises(IntegrityError, match="granted_by_another"):
            session.execute(insert(PersonRoleRow), row)


def test_colleagues_are_of_ones_own_organisation(committed_engine: Engine, aigerim: Person) -> None:
    """Somebody of another organisation is as good as nobody."""
    elsewhere = employ(committed_engine, "dana", at="acc", kind="operator")
    with Session(committed_engine) as session:
        assert colleague(session, elsewhere.id, None) == elsewhere
        with pytest.raises(NotFound):
            colleague(session, elsewhere.id, aigerim.organisation_id)
        assert [each.login for each in people(session, aigerim.organisation_id)] == ["aigerim"]


def test_people_are_never_removed(committed_engine: Engine, aigerim: Person) -> None:
    """Rows are signed with logins, so a login stays and is not changed either."""
    with committed_engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(delete(PersonRow))
    with committed_engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(update(PersonRow).values(login="other"))
    with Session(committed_engine) as session:
        assert session.scalars(select(PersonRow.login)).all() == ["aigerim"]
