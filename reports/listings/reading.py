"""Reading a listing: a page by key, its totals and facets, or all of a view for a file.

Pages follow one another by the sort value and id of the last row, never by counting rows off, so a page costs the
same however far down it is and nothing is shown twice while rows are added. Totals and facets are worked out together,
in one passage through the rows in sight; facets are given up when they take long.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import (
    CTE,
    Boolean,
    CompoundSelect,
    Date,
    DateTime,
    Select,
    String,
    Subquery,
    and_,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy import cast as as_type
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from ledger.periods import calendar_day
from reports.listings.listing import SIZES, BadView, FacetValue, Filter, Listing, Page, View, label
from reports.periods import calendar_period
from reports.report import Cell, Column, Name, Report, phrase, tabulate

#: Milliseconds that counting the facets of a page may take.
FACET_TIME = 3000
#: Values of a facet that are offered, the most frequent first.
FACET_VALUES = 30
#: Most rows of a view that go into one file.
FILE_ROWS = 100_000


#: Gives the outcome of work under a key for the sight of a session, having done it now or before.
Recall = Callable[[Session, Hashable, Callable[[], "Sums"]], "Sums"]


def _now(_session: Session, _key: Hashable, work: Callable[[], Sums]) -> Sums:
    return work()


def page(session: Session, listing: Listing, view: View, *, counted: bool = True, recall: Recall = _now) -> Page:
    """The page of ``listing`` that ``view`` asks for; totals and facets only when ``counted``.

    Sums are asked for by ``recall``, which may remember them.

    Raises:
        BadView: an unknown filter, order, size or cursor.
    """
    if view.size not in SIZES:
        raise BadView(listing=listing.name, field="size", expected=_listed(SIZES), found=str(view.size))
    source = listing.statement(view.on).subquery("listed")
    sums = Sums(found=(0, {}), everything=(0, {}), facets=None)
    if counted:
        sums = recall(session, (listing.name, repr(view)), lambda: _sums(session, listing, view, source))
    if sums.ids is None:
        narrowed = _narrowing(listing, view, source)
    else:
        source = (listing.few or listing.statement)(view.on).subquery("listed")
        narrowed = source.c.id.in_(sums.ids)
    rows = session.execute(_ordered(listing, view, source, narrowed).limit(view.size + 1)).all()
    shown = rows[: view.size]
    return Page(
        listing=listing, view=view, ids=tuple(row.id for row in shown),
        rows=_cells(session, listing, view.on, shown),
        following=_cursor(listing, view, shown[-1]) if len(rows) > view.size else None,
        found_count=sums.found[0], found=sums.found[1],
        everything_count=sums.everything[0], everything=sums.everything[1], facets=sums.facets,
    )  # fmt: skip


def report(session: Session, listing: Listing, view: View) -> Report:
    """All rows of ``view`` as a report, to be rendered in any format: the same cells as on its pages."""
    source = listing.statement(view.on).subquery("listed")
    statement = _ordered(listing, replace(view, after=""), source, _narrowing(listing, view, source))
    rows = _cells(session, listing, view.on, session.execute(statement.limit(FILE_ROWS)).all())
    return Report(
        name=listing.name, title=phrase(f"listing.{listing.name}"), organisation="", signatures=(),
        period=calendar_period("month", view.on.year, view.on.month), sections=(tabulate(listing.columns, rows),),
        prepared_on=view.on,
    )  # fmt: skip


def _cells(session: Session, listing: Listing, on: date, rows: Sequence[Any]) -> tuple[tuple[Cell, ...], ...]:
    worked_out = listing.works_out(session, [row.id for row in rows], on) if listing.works_out and rows else {}
    return tuple(
        tuple(_cell(listing, column, row, worked_out.get(row.id, {})) for column in listing.columns) for row in rows
    )


def _cell(listing: Listing, column: Column, row: Any, worked_out: Mapping[str, Cell]) -> Cell:
    if column.key in worked_out:
        return worked_out[column.key]
    value = getattr(row, label(column.key), None)
    if isinstance(value, Decimal) and column.kind in ("money", "integer"):
        return int(value)
    if isinstance(value, dict):
        return Name(**value)
    if column.key in listing.worded and value is not None:
        return phrase(f"{listing.worded[column.key]}.{value}")
    return cast("Cell", value)


def _narrowing(listing: Listing, view: View, source: Subquery) -> ColumnElement[bool]:
    """The condition of a view's filters and search."""
    return and_(_filtered(listing, view, source), _searched(listing, view, source))


def _filtered(listing: Listing, view: View, source: Subquery | CTE, *, but: str = "") -> ColumnElement[bool]:
    """The condition of a view's filters; ``but`` names one that is left out, for its own facet."""
    known = {each.name: each for each in listing.filters}
    conditions: list[ColumnElement[bool]] = []
    for name, values in view.chosen.items():
        if name not in known:
            raise BadView(listing=listing.name, field="filter", expected=_listed(known), found=name)
        if name != but and values:
            conditions.append(_condition(listing, known[name], source, values))
    return and_(true(), *conditions)


def _searched(listing: Listing, view: View, source: Subquery) -> ColumnElement[bool]:
    """The condition of a view's search: every word in some column."""
    columns = [as_type(source.c[label(key)], String) for key in listing.search]
    words = view.search.split()
    return and_(true(), *(or_(*(each.icontains(word, autoescape=True) for each in columns)) for word in words))


def _condition(listing: Listing, by: Filter, source: Subquery | CTE, values: Sequence[str]) -> ColumnElement[bool]:
    column = source.c[label(by.column)]
    match by.by:
        case "one-of":
            return as_type(column, String).in_(values)
        case "holds":
            return or_(*(as_type(column, String).icontains(value, autoescape=True) for value in values))
        case "is":
            return as_type(column, Boolean).is_(values[0] not in ("no", "false", "0"))
        case "from" | "to":
            bound = _bound(listing, by, column, values[0])
            return column >= bound if by.by == "from" else column <= bound


def _bound(listing: Listing, by: Filter, column: ColumnElement[Any], given: str) -> date | int:
    is_date = isinstance(column.type, Date)
    reader: Callable[[str], date | int] = (
        calendar_day if is_date else datetime.fromisoformat if isinstance(column.type, DateTime) else int
    )
    try:
        return reader(given)
    except ValueError:
        expected = "a date like 2021-03-31" if reader is not int else "a whole number"
        raise BadView(listing=listing.name, field=by.name, expected=expected, found=given) from None


def _sort(listing: Listing, view: View) -> tuple[str, bool]:
    """The column to sort by, and whether from the greatest."""
    asked = view.sort or listing.sorts[0]
    key = asked.removeprefix("-")
    if key not in {each.removeprefix("-") for each in listing.sorts}:
        known = _listed(each.removeprefix("-") for each in listing.sorts)
        raise BadView(listing=listing.name, field="sort", expected=known, found=asked)
    return key, asked.startswith("-")


def _ordered(
    listing: Listing, view: View, source: Subquery | CTE, narrowed: ColumnElement[bool], *columns: ColumnElement[Any]
) -> Select[Any]:
    key, falling = _sort(listing, view)
    column = source.c[label(key)]
    statement = select(*(columns or _told(listing, source, key))).where(narrowed)
    if view.after:
        value, last_id = _read_cursor(listing, view, column)
        beyond = column < value if falling else column > value
        further = source.c.id < last_id if falling else source.c.id > last_id
        statement = statement.where(or_(beyond, and_(column == value, further)))
    if falling:
        return statement.order_by(column.desc(), source.c.id.desc())
    return statement.order_by(column, source.c.id)


def _told(listing: Listing, source: Subquery | CTE, key: str) -> list[ColumnElement[Any]]:
    """The columns that a page tells; what is only narrowed by is not worked out."""
    names = dict.fromkeys(["id", label(key), *(label(column.key) for column in listing.columns)])
    return [source.c[name] for name in names if name in source.c]


def _cursor(listing: Listing, view: View, row: Any) -> str:
    value = getattr(row, label(_sort(listing, view)[0]))
    written = [value.isoformat() if isinstance(value, date) else value, row.id]
    return base64.urlsafe_b64encode(json.dumps(written, default=str).encode()).decode().rstrip("=")


def _read_cursor(listing: Listing, view: View, column: ColumnElement[Any]) -> tuple[Any, int]:
    try:
        value, last_id = json.loads(base64.urlsafe_b64decode(view.after + "=" * (-len(view.after) % 4)))
        return (calendar_day(value) if isinstance(column.type, Date) else value), int(last_id)
    except (ValueError, TypeError):
        expected = "the cursor of a page before"
        raise BadView(listing=listing.name, field="after", expected=expected, found=view.after) from None


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows counted and columns added up, of the view and of all; and unless it took too long the values of facets, and
    the ids of the page and of the row after it.
    """

    found: tuple[int, dict[str, int]]
    everything: tuple[int, dict[str, int]]
    facets: dict[str, tuple[FacetValue, ...]] | None
    ids: tuple[int, ...] | None = None


def _sums(session: Session, listing: Listing, view: View, source: Subquery) -> Sums:
    """All sums, facets and ids of a page in one statement, which goes through the rows in sight once."""
    adding = [column.key for column in listing.columns if column.adds and label(column.key) in source.c]
    narrowing = {each.column for each in listing.filters if each.facet or view.chosen.get(each.name)}
    asked = {"id", *adding, _sort(listing, view)[0], *narrowing}
    needed = sorted({label(key) for key in asked})
    matches = _searched(listing, view, source).label("matches")
    listed = select(*(source.c[name] for name in needed), matches).cte("needed")
    narrowed = and_(listed.c.matches, _filtered(listing, view, listed))
    totals = [_total(FOUND, listed, adding, narrowed)]
    if listing.in_all:
        totals.append(_total(ALL, listed, adding, true()))
    offered = [each for each in listing.filters if each.facet]
    facets = [_facet(place, listing, view, listed, by, len(adding)) for place, by in enumerate(offered)]
    shown = _ordered(listing, view, listed, narrowed, listed.c.id).limit(view.size + 1).subquery("shown")
    ids = select(literal(SHOWN), null(), shown.c.id, *_zeros(len(adding)))
    rows = _in_time(session, union_all(*totals, *facets, ids))
    told = session.execute(union_all(*totals)).all() if rows is None else rows
    sums = {row[0]: (int(row[2]), dict(zip(adding, map(int, row[3:]), strict=True))) for row in told if row[0] < 0}
    found, everything = sums[FOUND], sums.get(ALL, sums[FOUND])
    if rows is None:
        return Sums(found=found, everything=everything, facets=None)
    values = {by.name: _values(view, by, rows, place) for place, by in enumerate(offered)}
    page_ids = tuple(row[2] for row in rows if row[0] == SHOWN)
    return Sums(found=found, everything=everything, facets=values, ids=page_ids)


#: What a line of the sums is of, facets being numbered from 0.
FOUND, ALL, SHOWN = -1, -2, -3


def _total(part: int, listed: CTE, adding: Sequence[str], narrowed: ColumnElement[bool]) -> Select[Any]:
    sums = [func.coalesce(func.sum(listed.c[label(key)]), 0) for key in adding]
    nothing = as_type(null(), String)
    return select(literal(part), nothing, func.count(), *sums).select_from(listed).where(narrowed)


def _facet(part: int, listing: Listing, view: View, listed: CTE, by: Filter, sums: int) -> Select[Any]:
    """The most frequent values of a facet within the rest of the view, on lines as long as those of totals."""
    value, count = as_type(listed.c[label(by.column)], String).label("value"), func.count().label("rows")
    most = (
        select(value, count)
        .where(listed.c.matches, _filtered(listing, view, listed, but=by.name), value.is_not(None))
        .group_by(value)
        .order_by(count.desc(), value)
        .limit(FACET_VALUES)
        .subquery(f"facet_{part}")
    )
    return select(literal(part), most.c.value, most.c.rows, *_zeros(sums))


def _zeros(count: int) -> list[ColumnElement[int]]:
    return [literal(0) for _ in range(count)]


def _values(view: View, by: Filter, rows: Sequence[Any], part: int) -> tuple[FacetValue, ...]:
    chosen = view.chosen.get(by.name, ())
    found = sorted(((row[1], int(row[2])) for row in rows if row[0] == part), key=lambda each: (-each[1], each[0]))
    return tuple(FacetValue(value, count, value in chosen) for value, count in found)


def _in_time(session: Session, statement: CompoundSelect[Any]) -> Sequence[Any] | None:
    """The rows of a statement, or None when it takes longer than facets may."""
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL statement_timeout = {FACET_TIME}"))
            rows = session.execute(statement).all()
            session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", "") != "57014":
            raise
        return None
    return rows


def _listed(names: Any) -> str:
    return ", ".join(str(name) for name in names)
