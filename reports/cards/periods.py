"""The months of a book: how each stands, who brought it there and when, and the seal over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.periods import State
from ledger.tables import PeriodChangeRow, PeriodRow, SealRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTold:
    """A month of a book (its first day) with its newest change and its newest seal.

    ``may_reopen`` and ``may_be_final`` tell what the order of months allows, not who may do it.
    """

    month: date
    state: State
    changed_at: datetime | None
    made_by: str
    second_by: str
    reason: str
    digest: str
    entries: int
    may_reopen: bool
    may_be_final: bool


def months_of(session: Session, book: int) -> list[MonthTold]:
    """The months of ``book`` that anything was booked into or done to, the newest first."""
    rows = session.scalars(select(PeriodRow).where(PeriodRow.book_id == book).order_by(PeriodRow.month)).all()
    changes = {
        row.month: row
        for row in session.scalars(
            select(PeriodChangeRow).where(PeriodChangeRow.book_id == book).order_by(PeriodChangeRow.id)
        )
    }
    seals = {
        row.month: row
        for row in session.scalars(select(SealRow).where(SealRow.book_id == book).order_by(SealRow.number))
    }
    locked = [row.month for row in rows if row.state == "locked"]
    busy = [row.month for row in rows if row.state in ("closing", "locked", "final")]
    return [
        _told(
            row, changes.get(row.month), seals.get(row.month),
            may_reopen=row.state == "locked" and row.month == busy[-1],
            may_be_final=row.state == "locked" and row.month == locked[0],
        )
        for row in reversed(rows)
    ]  # fmt: skip


def _told(
    row: PeriodRow, change: PeriodChangeRow | None, seal: SealRow | None, *, may_reopen: bool, may_be_final: bool
) -> MonthTold:
    return MonthTold(
        month=row.month, state=_state(row.state), changed_at=change.recorded_at if change else None,
        made_by=change.made_by if change else "", second_by=(change.second_by or "") if change else "",
        reason=change.reason if change else "", digest=seal.digest.hex() if seal else "",
        entries=seal.entries if seal else 0, may_reopen=may_reopen, may_be_final=may_be_final,
    )  # fmt: skip


def _state(text: str) -> State:
    known: dict[str, State] = {"open": "open", "closing": "closing", "locked": "locked", "final": "final"}
    return known[text]
