"""A listing: one definition of a collection for the page, the file and the API.

It names columns (those of reports, so cells print alike everywhere), what it can be filtered and sorted by, and a
statement that selects a row an object with an ``id``. Reading it is `reports.listings.reading`; row-level security
decides which rows there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, func
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from ledger.errors import BadInput
from ledger.tables import OrganisationRow
from reports.report import Cell, Column

#: How a filter compares: equal to one of the values given, holding a text, from or up to a bound (both included),
#: or true.
Comparison = Literal["one-of", "holds", "from", "to", "is"]
#: Sizes of a page that may be asked for.
SIZES = (50, 100, 500)


@dataclass(eq=False, kw_only=True)
class BadView(BadInput):
    """A view of a listing that asks for what it does not have."""

    code = "bad-view"
    sentence = "The list {listing} expected {expected} in {field}; found {found}. Choose one of those."
    listing: str
    field: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One thing a listing may be narrowed by: ``name`` in the address, compared with ``column``.

    A ``facet`` offers the values there are with how many rows each would leave; where they are codes of
    ``organisations``, people are shown the names.
    """

    name: str
    column: str
    by: Comparison = "one-of"
    facet: bool = False
    organisations: bool = False


#: Cells that are worked out for the rows of one page, by id and column: what no statement can sort or sum.
WorkedOut = Callable[[Session, Sequence[int], date], Mapping[int, Mapping[str, Cell]]]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A collection. ``statement(on)`` selects a column for each of ``columns`` that is not worked out, and ``id``;
    a label is the column's key with underscores (`label`). ``few`` selects the same in a way that is quicker for rows
    known by their ids.

    ``sorts`` are columns without empty cells; the first is the order when none is asked for, a leading ``-`` meaning
    from the greatest. ``search`` are columns in which a search looks for a text. ``opens`` is the address a row opens,
    with ``{id}`` and columns in braces; ``links`` the same for single columns. A column in ``worded`` holds codes and
    is told by the words ``<prefix>.<code>``; one whose statement selects `names_of` is told in the reader's language.
    Columns in ``things`` hold references like ``loan:36``, which pages show by the names people know.
    Heads are ``column.<key>``, the title ``listing.<name>``. A listing too long to be added up as a whole is not
    totalled ``in_all``, only as far as a view narrows it.
    """

    name: str
    columns: tuple[Column, ...]
    statement: Callable[[date], Select[Any]]
    few: Callable[[date], Select[Any]] | None = None
    sorts: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    works_out: WorkedOut | None = None
    opens: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    worded: Mapping[str, str] = field(default_factory=dict)
    things: tuple[str, ...] = ()
    in_all: bool = True


def label(key: str) -> str:
    """The label of the column ``key`` in a statement: ``contract_number`` for ``contract-number``."""
    return key.replace("-", "_")


def names_of(organisation: type[OrganisationRow]) -> ColumnElement[Any]:
    """The three names of an organisation (or of an alias of its table) as one column."""
    return func.json_build_object("kk", organisation.name_kk, "ru", organisation.name_ru, "en", organisation.name_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What somebody looks at: filters by name, a search, an order, a page. All of it stands in the address.

    ``after`` is the cursor of the page before; ``size`` rows are shown.
    """

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    search: str = ""
    sort: str = ""
    after: str = ""
    size: int = SIZES[0]
    on: date


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and the rows it would leave; ``chosen`` when it narrows the view already."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of a view. ``found`` and ``everything`` are totals of the view and of the whole listing, cells by column.

    ``ids`` go with ``rows``; ``following`` is the cursor of the next page, None on the last. ``facets`` are None where
    counting took too long.
    """

    listing: Listing
    view: View
    ids: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    following: str | None
    found_count: int
    found: Mapping[str, int]
    everything_count: int
    everything: Mapping[str, int]
    facets: Mapping[str, tuple[FacetValue, ...]] | None
