"""The test database fixtures keep their word: isolation between tests, and the role the application has.

Everything else in the suite stands on these fixtures, so they are tested like any other code.
"""

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session


def test_application_owns_nothing(session: Session) -> None:
    """Tests run in a role that is no superuser and owns no table."""
    owned = session.scalar(text("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"))
    superuser = session.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    assert (owned, superuser) == (0, False)


def test_databases_are_private(committed_engine: Engine, session: Session) -> None:
    """A test that commits works in another database than the tests that roll back."""
    with committed_engine.connect() as connection:
        private = connection.scalar(text("SELECT current_database()"))
    assert private != session.scalar(text("SELECT current_database()"))
