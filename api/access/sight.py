"""Whose eyes a transaction has: what row-level security lets it see.

`look` opens a read-only transaction under an actor's sight; a command finds its objects there first and then calls
`see_everything`, because one act of the chain posts into the books of two organisations. The policies themselves
are ``sight.sql``. An engine says what its connections see before anybody says more: `ledger.unit_of_work.make_engine`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api.access.actors import Actor


def see_as(session: Session, actor: Actor) -> None:
    """Give the transaction of ``session`` the sight of ``actor``, until it ends or somebody says otherwise.

    What the organisation's money reaches is worked out now; facilities opened later in the transaction are not seen.
    """
    if actor.sees_all or actor.organisation_id is None:
        see_everything(session)
    else:
        session.execute(text("SELECT see_as_organisation(:me)"), {"me": actor.organisation_id})


def see_everything(session: Session) -> None:
    """Give the transaction of ``session`` the sight of the system."""
    session.execute(text("SELECT set_config('nesie.sight', 'everything', true)"))


@contextmanager
def look(engine: Engine, actor: Actor) -> Iterator[Session]:
    """A session that only reads, with the sight of ``actor``; nothing of it is committed."""
    with Session(engine, expire_on_commit=False) as session:
        session.connection(execution_options={"postgresql_readonly": True})
        see_as(session, actor)
        yield session
        session.rollback()
