"""A report as a value: columns, rows, sub-totals and the words around them.

All four formats are made from one `Report`, and every total in it was added up here, by `tabulate`, from the
very rows that are printed: so figures agree between formats and with themselves. Cells are exact (whole
tiyn, decimal fractions, dates) and are checked against the kind of their column when a section is made.
Words are catalogue keys with values, put into a language only when rendered (`reports.words`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby, takewhile
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer

from ledger.errors import Broken
from lending.programmes.findings import plain
from reports.periods import ReportPeriod

Kind = Literal["money", "integer", "percent", "rate", "date", "month", "text", "identifier"]
Role = Literal["heading", "row", "subtotal", "total"]

#: Most decimals a percentage may have as a fraction: 0.060001 is 6.0001 %.
PERCENT_DECIMALS = 6
#: Those of a rate told to one decimal of a percent.
RATE_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name that the books keep in three languages."""

    kk: str
    ru: str
    en: str


def _written(values: Mapping[str, object]) -> dict[str, Any]:
    """Values of words as JSON."""
    return {name: plain(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the catalogue: a key and the values its placeholders take."""

    key: str
    values: Annotated[Mapping[str, object], PlainSerializer(_written)] = field(default_factory=dict)


def phrase(key: str, **values: object) -> Phrase:
    """The words ``key`` with ``values``, e.g. ``phrase("column.overdue", start=1, end=30)``."""
    return Phrase(key, values)


Text = str | Name | Phrase
Cell = int | Decimal | date | Text | None
Row = tuple[Cell, ...]

#: The exact types a cell may have: a bool is no count, a datetime is no date.
_CELL_TYPES: dict[Kind, tuple[type, ...]] = {
    "money": (int,),
    "integer": (int,),
    "percent": (Decimal,),
    "rate": (Decimal,),
    "date": (date,),
    "month": (date,),
    "text": (str, Name, Phrase),
    "identifier": (str,),
}


@dataclass(eq=False, kw_only=True)
class CellMismatch(Broken):
    """A family put into a section what its column cannot hold."""

    code = "report-cell-mismatch"
    sentence = "Expected {expected} in column {column} of a report; found {found}. Mend the family that builds it."
    column: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a section.

    Cells by ``kind``: money is whole tiyn; integer a count; percent a decimal fraction (``Decimal("0.06")``
    is 6 %) that is never rounded afterwards; rate the same with one decimal in percent, as effective rates are
    told; date a day; month any day of the month meant; identifier an IIN, BIN or contract number, which stays
    text everywhere. ``None`` is an empty cell in any kind.

    ``key`` names the column in JSON and its head in the catalogue (``column.<key>``) unless ``head`` gives
    other words. ``adds`` columns are summed in sub-totals and totals. Neighbours with the same ``band``
    stand under one common head. A column that is not ``printed`` is left to the files.
    """

    key: str
    kind: Kind
    adds: bool = False
    head: Text | None = None
    band: Text | None = None
    printed: bool = True

    @property
    def title(self) -> Text:
        """The words at the head of the column."""
        return self.head or phrase(f"column.{self.key}")

    def check(self, cell: Cell) -> None:
        """Refuse a ``cell`` of another kind; only empty cells fit everywhere.

        Raises:
            CellMismatch: the type is wrong, or a percentage or rate has more decimals than it may have.
        """
        if cell is None:
            return
        if type(cell) not in _CELL_TYPES[self.kind]:
            raise CellMismatch(column=self.key, expected=self.kind, found=repr(cell))
        decimals = RATE_DECIMALS if self.kind == "rate" else PERCENT_DECIMALS
        if isinstance(cell, Decimal) and round(cell, decimals) != cell:
            raise CellMismatch(column=self.key, expected=f"at most {decimals} decimals", found=repr(cell))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that belong together under ``title``, with their sub-totals; an untitled group is just rows."""

    rows: tuple[Row, ...]
    title: Text | None = None
    subtotals: Row | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section as it is read from top to bottom; a ``label`` stands in its leading empty cells."""

    role: Role
    cells: Row
    label: Text | None = None

    @property
    def label_width(self) -> int:
        """How many cells the label may take."""
        return 0 if self.label is None else sum(1 for _ in takewhile(lambda cell: cell is None, self.cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table: columns, groups of rows, a totals row. Made, checked and added up by `tabulate`.

    ``grouped_by`` is the column whose words head the groups.
    """

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    title: Text | None = None
    totals: Row | None = None
    grouped_by: Column | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all groups, in order, without sub-totals and totals."""
        return tuple(row for group in self.groups for row in group.rows)

    def lines(self) -> Iterator[Line]:
        """Everything below the head, in reading order: headings, rows, sub-totals, totals."""
        for group in self.groups:
            if group.title is not None:
                yield Line("heading", (None,) * len(self.columns), group.title)
            for row in group.rows:
                yield Line("row", row)
            if group.subtotals is not None:
                yield Line("subtotal", group.subtotals, phrase("total.group"))
        if self.totals is not None:
            yield Line("total", self.totals, phrase("total.all"))


def add_up(columns: Sequence[Column], rows: Sequence[Row]) -> Row:
    """A row of sums: each ``adds`` column added up exactly (empty cells count as nothing), the rest empty."""
    return tuple(
        sum(cell for row in rows if isinstance(cell := row[index], int)) if column.adds else None
        for index, column in enumerate(columns)
    )


def tabulate(
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    title: Text | None = None,
    group_by: str | None = None,
    sums: Callable[[Sequence[Column], Sequence[Row]], Row] = add_up,
) -> Section:
    """A section of ``rows`` with the sums of its ``adds`` columns.

    With ``group_by`` (a column's key) neighbouring rows that share that cell form a group with a heading and
    sub-totals, and the column itself is left out; sort the rows first. A section without ``adds`` columns
    has no totals row. ``sums`` may be given where a total is more than a sum, such as a share of two sums.

    Raises:
        CellMismatch: a row of another width, a cell of another kind, a column key used twice, a group without
            words, or sums in the first column, where the word "Total" stands.
    """
    rows = tuple(rows)
    _check_rows(columns, rows)
    gathered = _gather(columns, rows, group_by)
    grouped_by = next((column for column in columns if column.key == group_by), None)
    columns = tuple(column for column in columns if column.key != group_by)
    _check_layout(columns)
    adds = any(column.adds for column in columns)
    section = Section(
        columns=columns,
        groups=tuple(
            Group(rows=members, title=label, subtotals=sums(columns, members) if adds and label is not None else None)
            for label, members in gathered
        ),
        title=title,
        totals=sums(columns, [row for _, members in gathered for row in members]) if adds else None,
        grouped_by=grouped_by,
    )
    _check_rows(columns, [line.cells for line in section.lines() if line.role in ("subtotal", "total")])
    return section


def _gather(
    columns: Sequence[Column], rows: tuple[Row, ...], group_by: str | None
) -> list[tuple[Text | None, tuple[Row, ...]]]:
    """Neighbouring rows with the same words in the column ``group_by``, which is taken out of them."""
    if group_by is None:
        return [(None, rows)]
    at = [column.key for column in columns].index(group_by)
    gathered: list[tuple[Text | None, tuple[Row, ...]]] = []
    for label, members in groupby(rows, key=lambda row: row[at]):
        if not isinstance(label, str | Name | Phrase):
            raise CellMismatch(column=group_by, expected="words to group by", found=repr(label))
        gathered.append((label, tuple((*row[:at], *row[at + 1 :]) for row in members)))
    return gathered


def _check_layout(columns: Sequence[Column]) -> None:
    keys = [column.key for column in columns]
    for key in keys:
        if keys.count(key) > 1:
            raise CellMismatch(column=key, expected="a key of its own", found="the same key twice")
    if columns[0].adds:
        raise CellMismatch(column=keys[0], expected="words or numbers", found="sums in the first column")


def _check_rows(columns: Sequence[Column], rows: Iterable[Row]) -> None:
    for row in rows:
        if len(row) != len(columns):
            raise CellMismatch(column=columns[-1].key, expected=f"{len(columns)} cells", found=repr(row))
        for column, cell in zip(columns, row, strict=True):
            column.check(cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One line above the tables: what the report was asked for, or a figure it opens with."""

    label: Text
    value: Cell
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A place to sign: the ``role`` (``head``, ``chief-accountant``, ``executor``) and who holds it, if known."""

    role: Literal["head", "chief-accountant", "executor"]
    signatory: Text | None = None


#: Who signs what goes to an akimat or comes from one, in the order of the forms.
SIGNATURES = (Signature(role="executor"), Signature(role="chief-accountant"), Signature(role="head"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, ready to be rendered in any language and format.

    ``name`` is the family's stable name; ``prepared_on`` is printed above the signatures (nothing when
    unknown) and is the only date that is not the period's. ``subject`` is the id of the one thing the report is
    about, if it is about one, and tells the files of such reports apart. A contract and its annexes name the days they
    are about themselves: with ``tells_period`` false no line under the title does.
    """

    name: str
    title: Text
    period: ReportPeriod
    organisation: Text
    sections: tuple[Section, ...]
    region: Text | None = None
    parameters: tuple[Parameter, ...] = ()
    notes: tuple[Text, ...] = ()
    signatures: tuple[Signature, ...] = SIGNATURES
    prepared_on: date | None = None
    subject: str = ""
    tells_period: bool = True

    @property
    def particulars(self) -> tuple[Parameter, ...]:
        """What stands between the title and the tables: the region, if any, and the parameters."""
        region = () if self.region is None else (Parameter(label=phrase("document.region"), value=self.region),)
        return (*region, *self.parameters)
