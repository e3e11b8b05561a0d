"""Tokens of programs: kept as digests, with no more than their person's roles, for no longer than a year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.identity.api_tokens import NotADuration, bearer, create_token, revoke_token, tokens_of
from api.identity.people import Person, UnknownRole, set_access
from api.identity.tables import ApiTokenRow
from tests.api.identity.staff import NOW


def make(session: Session, who: Person, days: int = 30) -> str:
    """A token with the one role that `aigerim` has."""
    return create_token(session, who, name="ledger export", scopes=["lender-officer"], days=days, now=NOW)


def test_a_token_names_its_person_until_it_expires(committed_engine: Engine, aigerim: Person) -> None:
    """On the thirtieth day it is over; the database holds no usable token."""
    with Session(committed_engine) as session:
        token = make(session, aigerim)
        found = bearer(session, token, NOW + timedelta(days=29))
        assert found is not None
        assert (found[0].scopes, found[1]) == (("lender-officer",), aigerim)
        assert bearer(session, token, NOW + timedelta(days=30)) is None
        kept = session.scalars(select(ApiTokenRow.digest)).one()
        assert token.startswith("nesie_")
        assert token.encode() not in kept


def test_a_token_ends_with_its_person_and_by_revoking(committed_engine: Engine, aigerim: Person) -> None:
    """Only its person revokes it; whoever is not let in has no programs either."""
    with Session(committed_engine) as session:
        token, other = make(session, aigerim), make(session, aigerim)
        number = tokens_of(session, aigerim.id, NOW)[0].id
        revoke_token(session, number, aigerim.id + 1, NOW)
        assert bearer(session, other, NOW)
        revoke_token(session, number, aigerim.id, NOW)
        assert bearer(session, other, NOW) is None
        assert len(tokens_of(session, aigerim.id, NOW)) == 1
        set_access(session, aigerim, allowed=False, by=None, now=NOW)
        assert bearer(session, token, NOW) is None


def test_a_token_has_no_role_that_its_person_has_not(committed_engine: Engine, aigerim: Person) -> None:
    """Nor is there one without any."""
    with Session(committed_engine) as session:
        for scopes in (["lender-approver"], []):
            with pytest.raises(UnknownRole):
                create_token(session, aigerim, name="", scopes=scopes, days=30, now=NOW)
        for days in (0, 366):
            with pytest.raises(NotADuration):
                make(session, aigerim, days)
