"""Columns of a register: how each is defined, and where it is found in a lender's sheet.

A `Register` lists its columns and checks; a `Header` says which row of a sheet carries the headings and
which column holds which field. Headings may have titles above, stand in two or three rows with merged cells,
and be written in any of the languages. What the cells mean is in `cells`, what is said of them in `review`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from lending.registers.cells import Reader
from lending.registers.sheets import Sheet
from lending.registers.vocabulary import fields_by_heading, heading_keys, key, thousand_words
from lending.registers.words import own_headings

RegisterKind = Literal["issued-loans", "repayments", "target-use", "training", "specialisation"]
Form = Literal["text", "money", "date", "whole", "percent", "choice"]

#: Headings are looked for in this many first rows, and may take up to so many rows.
SEARCHED_ROWS = 40
HEADING_ROWS = 3
#: Fewer known headings than this are no header: the sheet is something else.
FEWEST_HEADINGS = 3


class Place(NamedTuple):
    """Where a row stands in the lender's file: sheet and row number as the spreadsheet shows it."""

    sheet: str
    row: int

    def __str__(self) -> str:
        return f"{self.sheet}!{self.row}"


class PlacedRow(Protocol):
    """A typed row that knows where it came from."""

    @property
    def place(self) -> Place:
        """Sheet and row number."""


Row = TypeVar("Row", bound=PlacedRow)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field in the row, how a cell is read, and whether it must be there and filled."""

    field: str
    read: Reader
    form: Form = "text"
    required: bool = True
    #: Value of a blank cell in a column that need not be filled.
    default: Any = None
    #: Name of the list of words, in `vocabulary`, for columns of the form ``choice``.
    choices: str | None = None


class Flaw(NamedTuple):
    """Something wrong with a field of a typed row, before it is given a place in the file."""

    place: Place
    field: str
    code: str
    values: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Register(Generic[Row]):
    """A kind of register: columns in the order of its template, row type, and checks of typed rows."""

    kind: RegisterKind
    columns: tuple[Column, ...]
    make: Callable[..., Row]
    #: Flaws that forbid a row, and flaws that only ask for a look; each check
    #: sees all rows that could be read.
    problems: Callable[[Sequence[Row]], Iterable[Flaw]]
    warnings: Callable[[Sequence[Row]], Iterable[Flaw]]
    #: Field that dates a row, never empty: a register is one of the days from its first to its last.
    dated: str
    #: Field added up for comparison with the totals row; empty where nothing is.
    summed: str = "amount"


@dataclass(frozen=True, slots=True)
class Header:
    """Headings of one sheet: column numbers count from 1, as rows do."""

    last_row: int
    columns: Mapping[str, int]
    titles: Mapping[int, str]
    #: Headings that name no field of the register and none of ours.
    ignored: tuple[str, ...] = ()
    #: Fields found in a second column as well, with that column.
    repeated: tuple[tuple[str, int], ...] = field(default=())

    def missing(self, register: Register[Any]) -> list[str]:
        """Fields that the register must have and the sheet has not, in the template's order."""
        return [column.field for column in register.columns if column.required and column.field not in self.columns]


def find_header(sheet: Sheet, kind: RegisterKind) -> Header | None:
    """The headings of a sheet: the rows that name the most fields, the fewest and first of such.

    None where no row names at least `FEWEST_HEADINGS` fields.
    """
    best: Header | None = None
    first_rows = _filled_from_merged(sheet)
    for height in range(1, HEADING_ROWS + 1):
        for last in range(height, len(first_rows) + 1):
            rows = first_rows[last - height : last]
            if best is not None and max(map(len, rows)) <= len(best.columns):
                continue  # with a field in every column it would name no more
            header = _header(rows, last, kind)
            if best is None or len(header.columns) > len(best.columns):
                best = header
    return best if best and len(best.columns) >= FEWEST_HEADINGS else None


def in_thousands(title: str) -> bool:
    """Whether a heading says that its amounts are in thousands or millions."""
    return not thousand_words().isdisjoint(key(title).split())


def _filled_from_merged(sheet: Sheet) -> list[list[str]]:
    """Texts of the first rows; a merged heading is repeated in every column it spans, but not down."""
    rows = [[_text(cell) for cell in row] for row in sheet.rows[:SEARCHED_ROWS]]
    for top, left, _, right in sheet.merged:
        if top <= len(rows):
            row = rows[top - 1]
            row.extend([""] * (right - len(row)))
            row[left - 1 : right] = [row[left - 1]] * (right - left + 1)
    return rows


def _text(cell: object) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _header(rows: Sequence[Sequence[str]], last_row: int, kind: RegisterKind) -> Header:
    columns: dict[str, int] = {}
    titles: dict[int, str] = {}
    ignored: list[str] = []
    repeated: list[tuple[str, int]] = []
    for column in range(1, max(map(len, rows)) + 1):
        parts = [row[column - 1] for row in rows if column <= len(row) and row[column - 1]]
        if not parts:
            continue
        titles[column] = " ".join(parts)
        found = _field(tuple(parts), kind)
        if found is None:
            ignored.append(titles[column])
        elif found in columns:
            repeated.append((found, column))
        elif found:
            columns[found] = column
    return Header(last_row, columns, titles, tuple(ignored), tuple(repeated))


@lru_cache(maxsize=10_000)
def _field(parts: tuple[str, ...], kind: RegisterKind) -> str | None:
    """Field named by the headings of a column from top to bottom; "" for a column of ours; None: unknown.

    The longest reading first: all the rows together, then without the top ones. Remembered: lenders send the same
    headings month by month, and they are held against every register there is.
    """
    known = fields_by_heading(kind)
    for start in range(len(parts)):
        for heading in heading_keys(" ".join(parts[start:])):
            if heading in own_headings():
                return ""
            if heading in known:
                return known[heading]
    return None
