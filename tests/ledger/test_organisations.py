"""Organisations: registered once, found by id and code, never changed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from ledger.entries import NotAReference
from ledger.errors import NotFound
from ledger.organisations import UnknownKind, organisation, organisations
from tests.ledger.samples import book


def test_found_by_id_and_by_code(session: Session) -> None:
    """An organisation is the same whichever way it is asked for."""
    one = book(session, "acc")
    assert organisation(session, one) == organisation(session, "acc")


def test_listed_by_kind(session: Session) -> None:
    """A list of one kind leaves the others out."""
    book(session, "acc")
    book(session, "mfo-1", "mfo")
    assert [each.code for each in organisations(session, kind="mfo")] == ["mfo-1"]
    assert [each.code for each in organisations(session)] == ["acc", "mfo-1"]


def test_missing_organisation_is_named(session: Session) -> None:
    """Asking for a code that is not there names it."""
    with pytest.raises(NotFound, match="nobody"):
        organisation(session, "nobody")


def test_kind_must_keep_a_book(session: Session) -> None:
    """A kind that the chart does not know is refused with those it knows."""
    with pytest.raises(UnknownKind, match="credit-partnership"):
        book(session, kind="pawnshop")


@pytest.mark.parametrize("code", ["", "a b", "acc:one", "acc\n", "(acc)", "АКК"])
def test_codes_are_plain(session: Session, code: str) -> None:
    """A code can stand in a file name, an address and an account of a journal."""
    with pytest.raises(NotAReference):
        book(session, code)
