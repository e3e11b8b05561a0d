"""Changes after a close: entries that undo those of a locked month, and entries put into a month opened again.

No rows is the usual answer. What was filed about the month is not changed by them; how it would look now is told by
the filed report's own page.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from ledger.tables import EntryRow, OrganisationRow, PeriodChangeRow, PostingRow
from reports.listings.listing import Filter, Listing
from reports.report import Column


def _month(of: Any) -> Any:
    return cast(func.date_trunc("month", of), Date)


def _statement(on: date) -> Select[Any]:
    original = aliased(EntryRow)
    concerned = func.coalesce(original.effective_on, EntryRow.effective_on)

    def before(state: str) -> Any:
        """Whether the month concerned had become ``state`` before the entry was recorded."""
        return exists().where(
            PeriodChangeRow.book_id == EntryRow.book_id, PeriodChangeRow.month == _month(concerned),
            PeriodChangeRow.to_state == state, PeriodChangeRow.recorded_at < EntryRow.recorded_at,
        )  # fmt: skip

    amount = (
        select(func.sum(PostingRow.amount))
        .where(PostingRow.entry_id == EntryRow.id, PostingRow.amount > 0)
        .scalar_subquery()
    )
    recorded_on = cast(func.timezone("Asia/Almaty", EntryRow.recorded_at), Date)
    undoes = and_(original.id.is_not(None), _month(original.effective_on) < _month(EntryRow.effective_on))
    return (
        select(
            EntryRow.id, recorded_on.label("recorded_on"), cast(EntryRow.id, String).label("entry"), EntryRow.kind,
            EntryRow.effective_on, _month(concerned).label("month_concerned"),
            cast(original.id, String).label("corrects"), amount.label("amount"), EntryRow.source,
            OrganisationRow.code.label("book"),
        )
        .outerjoin(original, original.id == EntryRow.reverses)
        .join(OrganisationRow, OrganisationRow.id == EntryRow.book_id)
        .where(or_(and_(undoes, before("locked")), before("open")), recorded_on <= on)
    )  # fmt: skip


LATE_CHANGES = Listing(
    name="late-changes",
    columns=(
        Column(key="recorded-on", kind="date"),
        Column(key="entry", kind="identifier"),
        Column(key="kind", kind="text"),
        Column(key="effective-on", kind="date"),
        Column(key="month-concerned", kind="month"),
        Column(key="corrects", kind="identifier"),
        Column(key="amount", kind="money", adds=True),
        Column(key="source", kind="identifier"),
        Column(key="book", kind="identifier"),
    ),
    statement=_statement,
    sorts=("-recorded-on", "month-concerned"),
    filters=(
        Filter(name="month-from", column="month-concerned", by="from"),
        Filter(name="month-to", column="month-concerned", by="to"),
        Filter(name="recorded-from", column="recorded-on", by="from"),
    ),
    opens="/entries/{id}",
    links={"corrects": "/entries/{corrects}"},
    worded={"kind": "entry-kind"},
    things=("source",),
)
