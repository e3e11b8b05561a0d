"""One person is one person however the name is written, to the program and to the database, whatever its locale."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lending.people import folded

NAMES = (
    "Сәрсенова А.", "СӘРСЕНОВА А.", " сәрсенова\u00a0\t а. ", "ҚОҢЫРОВ Ұ. Ғ. ІҺӨҮ", "Ёлкин", "web:PETROV", " ",
)  # fmt: skip
TWICE = """
    INSERT INTO demand_withdrawal (demand_id, withdrawn_on, decided_by, confirmed_by, reason, document)
    VALUES (1, '2021-03-01', :one, :other, 'r', 'd')
"""


def test_the_database_folds_names_as_the_program_does(session: Session) -> None:
    """Cyrillic and Kazakh letters among them, and blanks that do not break."""
    query = text("SELECT folded_name(:name)")
    assert [session.scalar(query, {"name": each}) for each in NAMES] == [folded(each) for each in NAMES]


@pytest.mark.parametrize(("one", "other"), [("Сәрсенова А.", "СӘРСЕНОВА  а."), ("Petrov", "petrov "), ("Petrov", " ")])
def test_the_database_refuses_one_person_twice(fresh_database: str, one: str, other: str) -> None:
    """The constraint sees through capitals, blanks, and nobody at all."""
    owner = create_engine(fresh_database)
    with owner.connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        with pytest.raises(IntegrityError, match="two_people"):
            connection.execute(text(TWICE), {"one": one, "other": other})
    owner.dispose()
