"""Months of books: open, closing, locked, final.

Months close in order and never before they are over; a locked month is reopened by two people with a reason, a
final one never. The database enforces all of it (``guards.sql``); this module asks, tells and records who did it.
What has to be calculated before a month may lock is told by the packages above.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from ledger.posting import guard_errors
from ledger.tables import OrganisationRow, PeriodChangeRow, PeriodRow

State = Literal["open", "closing", "locked", "final"]

#: The days that can be reckoned with, both included: arithmetic on months and on days past due stays within a date's.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2299, 12, 31)


def calendar_day(written: str) -> date:
    """A day written like 2021-03-31, between `FIRST_DAY` and `LAST_DAY`; ``ValueError`` for anything else."""
    if (day := date.fromisoformat(written)) < FIRST_DAY or day > LAST_DAY:
        raise ValueError(f"{written} is out of range")
    return day


def first_day(day: date) -> date:
    """First day of the month of ``day``."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """First day of the month after the month of ``month``."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_day(month: date) -> date:
    """Last day of the month of ``month``."""
    return next_month(month) - timedelta(days=1)


def states(session: Session, month: date, books: Collection[int] | None = None) -> dict[int, State]:
    """State of ``month`` in every book open by then, or in the given ones; a month never touched is open."""
    query = (
        select(OrganisationRow.id, PeriodRow.state)
        .outerjoin(PeriodRow, (PeriodRow.book_id == OrganisationRow.id) & (PeriodRow.month == first_day(month)))
        .where(OrganisationRow.opened_on <= last_day(month))
    )
    if books is not None:
        query = query.where(OrganisationRow.id.in_(books))
    return {row.id: row.state or "open" for row in session.execute(query)}


def change_state(
    session: Session, month: date, books: Collection[int], to_state: State, *, made_by: str, reason: str = "",
    second_by: str | None = None,
) -> None:  # fmt: skip
    """Move ``month`` of each book to ``to_state`` and record who did it.

    Raises:
        PeriodOrder: the month may not become that in one of the books; nothing is changed.
    """
    if not books:
        return
    rows = [
        {"book_id": book, "month": first_day(month), "to_state": to_state, "made_by": made_by,
         "second_by": second_by, "reason": reason}
        for book in sorted(books)
    ]  # fmt: skip
    with guard_errors():
        session.execute(insert(PeriodChangeRow), rows)


def allow_closing_entries(session: Session) -> None:
    """Let this transaction book into months that are closing: the privilege of the close itself."""
    session.execute(text("SELECT set_config('nesie.closing', 'on', true)"))
