"""The unit of work: engines, transactions, bounded retry and idempotent commands.

A transaction is opened and committed here and nowhere else. The edge (a request, a command, a chunk of a job)
calls `perform` with a function of a session; domain code only ever receives the session. Serialisation failures
and deadlocks are retried a bounded number of times, always as a whole. `execute` adds the memory of commands:
the same key and the same request give the first result again, the same key with another request is refused.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.errors import Conflict
from ledger.tables import CommandRow

T = TypeVar("T")

#: The role the application works as; it owns nothing and cannot bypass row-level security.
APPLICATION_ROLE = "nesie_app"
RETRIED_STATES = frozenset({"40001", "40P01"})

Sight = Literal["everything", ""]
EVERYTHING: Final = "everything"
NOTHING: Final = ""


@dataclass(eq=False, kw_only=True)
class KeyReused(Conflict):
    """An idempotency key came back with a different request."""

    code = "key-reused"
    sentence = (
        "The idempotency key {key} was used before for another request ({kind}). Send the first request again "
        "unchanged, or use a new key."
    )
    key: str
    kind: str


def make_engine(
    url: str, *, role: str | None = APPLICATION_ROLE, sight: Sight = EVERYTHING, pool_size: int = 5
) -> Engine:
    """An engine whose every connection works as ``role`` (``None``: as whoever the URL logs in).

    ``sight`` is what a transaction sees of rows under row-level security unless it says otherwise: everything, for
    commands, jobs and tests, or nothing, for a server whose requests each say who looks.
    Isolation is READ COMMITTED: commands that check a limit take the row lock first, see
    ``docs/decisions/0002-locking.md``.
    """
    address = make_url(url).set(drivername="postgresql+psycopg2")
    engine = create_engine(address, isolation_level="READ COMMITTED", pool_size=pool_size, max_overflow=pool_size)

    @event.listens_for(engine, "connect")
    def assume_role(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET client_min_messages = warning")
            cursor.execute("SET jit = off")  # statements here take milliseconds, compiling one takes hundreds
            if role is not None:
                cursor.execute(f'SET ROLE "{role}"')
            cursor.execute("SELECT set_config('nesie.sight', %s, false)", (sight,))
        connection.commit()

    return engine


def sqlstate(error: DBAPIError) -> str:
    """The five-character SQLSTATE of a database error, or an empty string."""
    return getattr(error.orig, "pgcode", None) or ""


def perform(
    engine: Engine,
    work: Callable[[Session], T],
    *,
    attempts: int = 5,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """Run ``work`` in one transaction and commit it; retry the whole of it where that is safe and may help.

    That is on 40001 and 40P01, and when the connection is lost before the commit is sent: a pooled connection may
    have died unnoticed. Lost during the commit, nobody knows whether it happened; that error is passed on, and a
    `Command` sent again finds out. ``work`` may run several times and must have no effect outside its session.
    ``attempts`` bounds the tries; between them the process waits a random time that doubles, starting at 10 ms.
    """
    for attempt in range(1, attempts + 1):
        committing = False
        try:
            with Session(engine, expire_on_commit=False) as session:
                result = work(session)
                committing = True
                session.commit()
                return result
        except DBAPIError as error:
            lost = error.connection_invalidated and not committing
            if attempt == attempts or not (lost or sqlstate(error) in RETRIED_STATES):
                raise
            pause(random.uniform(0.5, 1.5) * 0.01 * 2 ** (attempt - 1))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class Command:
    """A request that must take effect once.

    ``key`` is chosen by whoever asks, ``request`` is everything the effect depends on (JSON values), ``actor``
    is who asked and ``channel`` how (``cli``, ``register``, ``api``, ``web``, ``scheduler``).
    """

    key: str
    kind: str
    request: Mapping[str, Any]
    actor: str
    channel: str

    def digest(self) -> bytes:
        """SHA-256 of the kind and the canonical JSON of the request."""
        canonical = json.dumps(self.request, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        return hashlib.sha256(f"{self.kind}\n{canonical}".encode()).digest()


def execute(engine: Engine, command: Command, work: Callable[[Session], dict[str, Any]]) -> dict[str, Any]:
    """Carry out ``command`` once, whatever happens, and return its result (JSON values).

    A second call with the same key waits for the first and returns its saved result.

    Raises:
        KeyReused: the key was used for another request.
    """
    return perform(engine, lambda session: carry_out(session, command, work))


def carry_out(session: Session, command: Command, work: Callable[[Session], dict[str, Any]]) -> dict[str, Any]:
    """`execute` inside a transaction that the caller owns.

    The result is returned as it was saved, so that the first answer and a repeated one are the same JSON values.
    """
    values = {
        "key": command.key, "kind": command.kind, "request_digest": command.digest(),
        "actor": command.actor, "channel": command.channel,
    }  # fmt: skip
    fresh = insert(CommandRow).values(values).on_conflict_do_nothing().returning(CommandRow.id)
    command_id = session.execute(fresh).scalar()
    if command_id is None:
        return _saved_result(session, command)
    before = session.info.get("command_id")
    session.info["command_id"] = command_id
    try:
        result = work(session)
    finally:
        session.info["command_id"] = before
    answer = update(CommandRow).where(CommandRow.id == command_id).values(result=result).returning(CommandRow.result)
    return session.execute(answer).scalar_one() or {}


def _saved_result(session: Session, command: Command) -> dict[str, Any]:
    row = session.query(CommandRow).filter_by(key=command.key).one()
    if row.request_digest != command.digest():
        raise KeyReused(key=command.key, kind=row.kind)
    return row.result or {}
