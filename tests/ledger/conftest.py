"""Fixtures of the ledger's tests: the owner of the database, who may break what the application cannot.

Everything else comes from the suite's own fixtures.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from ledger.unit_of_work import make_engine


@pytest.fixture
def owner(database_url: str) -> Iterator[Session]:
    """A session as the superuser that owns the schema; everything in it is rolled back."""
    engine = make_engine(database_url, role=None, pool_size=1)
    with Session(engine) as session:
        yield session
        session.rollback()
    engine.dispose()
