"""The verdict on one uploaded register: typed rows, and everything wrong with the file found at once.

A row is given only if nothing is wrong with it; a problem always says where, what was found and, worded by
`words`, what was expected and how to mend it. Columns are judged before rows: where a column that must be
there is missing, rows are not judged for lacking it. What was changed to read the cells is counted and told.
Nothing is compared with what is already recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from moneyed import Money

from ledger.errors import NesieError
from ledger.money import tenge
from lending.registers import words
from lending.registers.archives import column_letter
from lending.registers.cells import Reading, Unreadable, amount
from lending.registers.columns import (
    Column,
    Header,
    Place,
    Register,
    RegisterKind,
    find_header,
    in_thousands,
)
from lending.registers.issued_loans import ISSUED_LOANS, IssuedLoan
from lending.registers.refusals import UnreadableFile
from lending.registers.repayments import REPAYMENTS, Repayment
from lending.registers.sheets import Sheet, SpreadsheetFile, read_file
from lending.registers.specialisation import SPECIALISATION, SpecialisationLine
from lending.registers.target_use import TARGET_USE, TargetUse
from lending.registers.training import TRAINING, TrainingLine
from lending.registers.vocabulary import Language, key, total_words
from lending.registers.workbook_cells import Raw

RegisterRow = IssuedLoan | Repayment | TargetUse | TrainingLine | SpecialisationLine
REGISTERS: Mapping[RegisterKind, Register[Any]] = {
    each.kind: each for each in (ISSUED_LOANS, REPAYMENTS, TARGET_USE, TRAINING, SPECIALISATION)
}

#: Days from 1 January 1900 to 1904 in the count of days of older Macintosh workbooks.
_DAYS_1904 = 1462


@dataclass(eq=False, kw_only=True)
class UnknownRegister(UnreadableFile):
    """No sheet has headings of the register, or of any."""

    code = "register-unknown"
    sentence = (
        "Expected the headings of a register ({registers}) in the first rows of a sheet; found none. "
        "Take the headings from the template."
    )
    registers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong, or one thing to look at; places are as in the file, None if they have none."""

    code: str
    sheet: str
    row: int | None = None
    column: int | None = None
    title: str = ""
    found: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    #: What the domain said: English among the values, until the edge words it in ``said_<language>``.
    refusal: NesieError | None = None

    @property
    def letter(self) -> str:
        """Letters of the column, or nothing."""
        return column_letter(self.column) if self.column else ""

    def expected(self, language: Language) -> str:
        """What should have stood there."""
        return words.expected(self.code, self.values, language)

    def mend(self, language: Language) -> str:
        """What the lender is to do."""
        return words.mend(self.code, self.values, language)


@dataclass(frozen=True, slots=True)
class ControlSum:
    """A totals row of the lender's and what the rows above it come to."""

    place: Place
    stated: Money
    counted: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The verdict; ``rows`` are those without problems, in the order of the file."""

    kind: RegisterKind
    filename: str
    sha256: str
    rows: tuple[RegisterRow, ...]
    #: Rows of the register in the file, good and bad, without headings and totals.
    row_count: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    #: How many cells were changed to be read, by code of the change.
    transformations: Mapping[str, int]
    ignored_columns: tuple[str, ...]
    ignored_sheets: tuple[str, ...]
    #: The last totals row.
    control_sum: ControlSum | None
    file: SpreadsheetFile
    headers: Mapping[str, Header]

    @property
    def accepted(self) -> bool:
        """Whether nothing forbids to commit the register; warnings do not."""
        return not self.problems


def read_register(content: bytes, filename: str, kind: RegisterKind | None = None) -> Review:
    """Review of the register in ``content``; the kind is told by the headings unless given.

    Raises:
        UnreadableFile: the file is refused as a whole: see `refusals`, or no sheet has headings.
    """
    file = read_file(content)
    register = REGISTERS[kind or _kind_of(file)]
    reading = _Reader(register)
    for sheet in file.sheets:
        reading.read(sheet)
    if not reading.headers:
        raise UnknownRegister(registers=kind or ", ".join(REGISTERS))
    return reading.verdict(filename, file)


def _kind_of(file: SpreadsheetFile) -> RegisterKind:
    """The register whose obligatory columns are there in the greatest part, then whose columns are most."""

    def likeness(register: Register[Any]) -> tuple[float, int]:
        headers = [header for sheet in file.sheets if (header := find_header(sheet, register.kind))]
        if not headers:
            return 0, 0
        required = sum(column.required for column in register.columns)
        return max((1 - len(header.missing(register)) / required, len(header.columns)) for header in headers)

    return max(REGISTERS.values(), key=likeness).kind


class _Reader:
    """Collects the rows, problems and counts of all sheets of one file."""

    def __init__(self, register: Register[Any]) -> None:
        self.register = register
        self.headers: dict[str, Header] = {}
        self.typed: list[Any] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.changes: Counter[str] = Counter()
        self.ignored_sheets: list[str] = []
        self.control_sum: ControlSum | None = None
        self.row_count = 0
        self.sheets: dict[str, Sheet] = {}

    def read(self, sheet: Sheet) -> None:
        """Take in one sheet; without headings it is only named as ignored."""
        header = find_header(sheet, self.register.kind)
        if header is None:
            if any(any(row) for row in sheet.rows):
                self.ignored_sheets.append(sheet.name)
            return
        self.sheets[sheet.name], self.headers[sheet.name] = sheet, header
        before = len(self.problems)
        self._judge_header(sheet, header)
        self._read_rows(sheet, header, sound=len(self.problems) == before)

    def verdict(self, filename: str, file: SpreadsheetFile) -> Review:
        """What was found, after the rows were compared with each other."""
        if not self.row_count:
            self.problems.append(Problem(code="no-rows", sheet=next(iter(self.headers))))
        for flaws, into in (
            (self.register.problems(self.typed), self.problems),
            (self.register.warnings(self.typed), self.warnings),
        ):
            for flaw in flaws:
                into.append(self._placed(flaw.place, flaw.field, flaw.code, flaw.values))
        bad = {(problem.sheet, problem.row) for problem in self.problems}
        order = list(self.sheets)
        for found in (self.problems, self.warnings):
            found.sort(key=lambda each: (order.index(each.sheet), each.row or 0, each.column or 0))
        return Review(
            kind=self.register.kind,
            filename=filename,
            sha256=file.sha256,
            rows=tuple(row for row in self.typed if tuple(row.place) not in bad),
            row_count=self.row_count,
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
            transformations=dict(self.changes),
            ignored_columns=tuple(dict.fromkeys(title for header in self.headers.values() for title in header.ignored)),
            ignored_sheets=tuple(
                name for name in (*self.ignored_sheets, *file.hidden_sheets) if name not in words.own_sheets()
            ),
            control_sum=self.control_sum,
            file=file,
            headers=self.headers,
        )

    def _judge_header(self, sheet: Sheet, header: Header) -> None:
        row = header.last_row
        for name in header.missing(self.register):
            values = {"kind": self.register.kind, "field": name}
            self.problems.append(Problem(code="column-missing", sheet=sheet.name, row=row, values=values))
        for name, column in header.repeated:
            self.problems.append(self._placed(Place(sheet.name, row), name, "column-repeated", {}, column=column))
        for each in self.register.columns:
            title = header.titles.get(header.columns.get(each.field, 0), "")
            if each.form == "money" and in_thousands(title):
                self.problems.append(self._placed(Place(sheet.name, row), each.field, "in-thousands", {}))

    def _read_rows(self, sheet: Sheet, header: Header, *, sound: bool) -> None:
        """Take in the rows; they are typed only under a header without problems."""
        columns = [
            (column, header.columns[column.field]) for column in self.register.columns if column.field in header.columns
        ]
        absent = {
            column.field: column.default for column in self.register.columns if column.field not in header.columns
        }
        totals = _Totals(self.register.summed, header, columns)
        last_total = max((n for n, row in enumerate(sheet.rows, 1) if totals.is_total(row)), default=len(sheet.rows))
        uncomputed = {row for row, _ in sheet.markup.unvalued}
        hidden = 0
        for number in range(header.last_row + 1, len(sheet.rows) + 1):
            row = sheet.rows[number - 1]
            place = Place(sheet.name, number)
            if number not in uncomputed and _blank(row, columns):
                continue
            if number == header.last_row + 1 and _numbering(row):
                continue
            if totals.is_total(row):
                totals.take(row, place)
                continue
            if number > last_total and _sparse(row, columns):
                self.warnings.append(Problem(code="footer-skipped", sheet=sheet.name, row=number))
                continue
            self.row_count += 1
            hidden += number in sheet.markup.hidden_rows
            values = self._read_row(sheet, place, row, columns)
            totals.add(values)
            if sound and len(values) == len(columns):
                self.typed.append(self.register.make(place=place, **absent, **values))
        if hidden:
            self.warnings.append(Problem(code="hidden-rows", sheet=sheet.name, found=str(hidden)))
        self._judge_totals(totals)

    def _read_row(
        self, sheet: Sheet, place: Place, row: Sequence[Raw], columns: Sequence[tuple[Column, int]]
    ) -> dict[str, Any]:
        """Values of the cells that could be read, by field; what could not is a problem."""
        values: dict[str, Any] = {}
        for column, number in columns:
            raw = row[number - 1] if number <= len(row) else None
            try:
                reading = _read_cell(sheet, place.row, column, number, raw)
            except Unreadable as error:
                self.problems.append(self._placed(place, column.field, error.code, error.values))
                continue
            values[column.field] = reading.value
            if reading.changes:
                self.changes.update(reading.changes)
            for doubt in reading.doubts:
                suggestion = {"value": str(reading.value)}
                self.warnings.append(self._placed(place, column.field, doubt, suggestion))
        return values

    def _judge_totals(self, totals: _Totals) -> None:
        for stated in totals.stated:
            self.control_sum = stated
            if stated.stated != stated.counted and not totals.unreadable:
                values = {"counted": f"{stated.counted.amount:.2f}"}
                self.problems.append(self._placed(stated.place, self.register.summed, "control-sum", values))

    def _placed(
        self, place: Place, name: str, code: str, values: Mapping[str, str], column: int | None = None
    ) -> Problem:
        """A problem of a field, with its column, heading and what stands in the cell."""
        header = self.headers[place.sheet]
        number = column or header.columns.get(name)
        row = self.sheets[place.sheet].rows[place.row - 1]
        raw = row[number - 1] if number and number <= len(row) else None
        shown = self.sheets[place.sheet].markup.unvalued.get((place.row, number or 0))
        return Problem(
            code=code,
            sheet=place.sheet,
            row=place.row,
            column=number,
            title=header.titles.get(number or 0, ""),
            found=shown or shown_cell(raw),
            values=values,
        )


def _read_cell(sheet: Sheet, row: int, column: Column, number: int, raw: Raw) -> Reading:
    if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
        if sheet.markup.unvalued:
            error = sheet.markup.unvalued.get((row, number))
            if error is not None:
                raise Unreadable("cell-error" if error else "formula-not-computed")
        if column.required:
            raise Unreadable("blank")
        return Reading(column.default)
    if sheet.dates_from_1904 and column.form == "date" and isinstance(raw, int | float):
        raw += _DAYS_1904
    return column.read(raw)


@dataclass(slots=True)
class _Totals:
    """Totals rows met on the way down a sheet, each compared with the rows since the last, or with all."""

    summed: str
    header: Header
    columns: Sequence[tuple[Column, int]]
    stated: list[ControlSum] = field(default_factory=list)
    unreadable: bool = False
    _all: Decimal = Decimal(0)
    _since: Decimal = Decimal(0)

    def add(self, values: Mapping[str, Any]) -> None:
        """Count the sum of a row of the register."""
        value = values.get(self.summed)
        if value is None:
            self.unreadable = True
        else:
            self._all += value.amount
            self._since += value.amount

    def is_total(self, row: Sequence[Raw]) -> bool:
        """Whether the row begins with a word of totals and is not filled as a row of the register is."""
        first = next((cell for cell in row if cell not in ("", None)), None)
        if not isinstance(first, str) or key(first).partition(" ")[0] not in total_words():
            return False
        return _sparse(row, self.columns)

    def take(self, row: Sequence[Raw], place: Place) -> None:
        """Keep what a totals row states."""
        column = self.header.columns.get(self.summed, 0)
        if 0 < column <= len(row) and row[column - 1] not in ("", None):
            self._keep(row[column - 1], place)

    def _keep(self, cell: Raw, place: Place) -> None:
        try:
            stated: Money = amount(cell).value
        except Unreadable:
            return
        counted = self._since if stated.amount == self._since else self._all
        self.stated.append(ControlSum(place, stated, tenge(counted)))
        self._since = Decimal(0)


def _blank(row: Sequence[Raw], columns: Sequence[tuple[Column, int]]) -> bool:
    """No cell of the register's own columns is filled; the lender's other columns may be."""
    return not any(
        row[number - 1] not in ("", None) and str(row[number - 1]).strip()
        for _, number in columns
        if number <= len(row)
    )


def _numbering(row: Sequence[Raw]) -> bool:
    """The row under the headings that numbers the columns 1, 2, 3 …"""
    filled = [shown_cell(cell).strip() for cell in row if cell not in ("", None)]
    return len(filled) > 1 and filled == [str(number) for number in range(1, len(filled) + 1)]


def _sparse(row: Sequence[Raw], columns: Sequence[tuple[Column, int]]) -> bool:
    """Less than half of what must be filled is, its first cell aside: a total or a signature, not a record."""
    filled = [number for number, cell in enumerate(row, 1) if cell not in ("", None)]
    required = {number for column, number in columns if column.required}
    return 2 * len(required.intersection(filled[1:])) < len(required)


def shown_cell(raw: Raw) -> str:
    """What stands in a cell, as a spreadsheet would show it."""
    if raw is None:
        return ""
    if isinstance(raw, date):
        return f"{raw:%d.%m.%Y}"
    if isinstance(raw, float):
        return f"{Decimal(repr(raw)).normalize():f}"
    return str(raw)
