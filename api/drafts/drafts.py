"""Keeping, finding and dropping drafts. Each is a transaction of its own, for typing is no act.

What stands in a draft is not judged: that is for the act when the form is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.drafts.tables import DraftRow
from ledger.unit_of_work import perform

#: Most characters that one draft may take; what is longer is not kept.
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, and when it was kept."""

    typed: Mapping[str, str]
    saved_at: datetime


def keep(engine: Engine, actor: Actor, form: str, typed: Mapping[str, str]) -> None:
    """Keep what ``actor`` has typed into ``form`` in place of what was kept before; an empty form is not kept."""
    filled = {name: value for name, value in typed.items() if value.strip()}
    if not filled or sum(map(len, filled.values())) > LONGEST:
        return
    row = insert(DraftRow).values(person_id=actor.user_id, form=form, typed=filled)
    again = row.on_conflict_do_update(
        index_elements=["person_id", "form"],
        set_={"typed": row.excluded.typed, "saved_at": func.clock_timestamp()},
    )
    perform(engine, lambda session: session.execute(again))


def kept(session: Session, actor: Actor, form: str) -> Draft | None:
    """What ``actor`` had typed into ``form``, if anything was kept; the session sees everything."""
    row = session.get(DraftRow, (actor.user_id, form))
    return None if row is None else Draft(row.typed, row.saved_at)


def drop(engine: Engine, actor: Actor, form: str) -> None:
    """Forget the draft of ``actor`` for ``form``."""
    gone = delete(DraftRow).where(DraftRow.person_id == actor.user_id, DraftRow.form == form)
    perform(engine, lambda session: session.execute(gone))
