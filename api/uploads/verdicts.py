"""What a rehearsal found out about a file, small enough to keep and to show: counts, fixes, the first bad rows.

All problems are in the marked workbook; here they are grouped by what mends them, because twelve rows that lost the
same zero are one thing to do. Words are not kept but found again in the language of whoever looks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from api.imports import ImportOutcome
from ledger.money import to_tiyn
from lending.registers.columns import RegisterKind
from lending.registers.mending import ZEROS, zeros_restored
from lending.registers.review import REGISTERS, Problem, Review, shown_cell

#: Rows with problems that are shown; all are in the marked workbook.
ROWS_SHOWN = 50
#: Groups that are shown.
GROUPS_SHOWN = 30
#: A row of the register that is recorded already and says something else now.
CHANGED = "recorded-otherwise"


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(_Kept):
    """A problem or a warning: where it stands, what stood there, and what its words are filled with."""

    code: str
    place: str
    title: str
    found: str
    values: dict[str, str]


class Group(_Kept):
    """Findings of one kind in one column; ``first`` is the first of ``count``."""

    count: int
    first: Finding
    mendable: bool


class FailingRow(_Kept):
    """A row as it was, by heading, and what is wrong with it."""

    sheet: str
    row: int
    cells: list[tuple[str, str]]
    findings: list[Finding]


class Verdict(_Kept):
    """Sums are in tiyn, days those of good rows; ``added`` and ``unchanged`` are known where nothing is wrong.

    ``repeated`` is the register as which the very same file was accepted before.
    """

    kind: RegisterKind
    first_on: date | None
    last_on: date | None
    rows: int
    bad_rows: int
    problems: int
    warnings: int
    changed: int
    added: int | None
    unchanged: int | None
    amount: int
    stated: int | None
    counted: int | None
    zeros: int
    groups: list[Group]
    warned: list[Group]
    failing: list[FailingRow]
    transformations: dict[str, int]
    ignored_columns: list[str]
    ignored_sheets: list[str]
    repeated: int | None
    repeated_at: datetime | None

    @property
    def good_rows(self) -> int:
        """Rows nothing is wrong with."""
        return self.rows - self.bad_rows

    @property
    def acceptable(self) -> bool:
        """Whether the file may be accepted as it is."""
        return not self.problems and self.repeated is None


def verdict(outcome: ImportOutcome) -> Verdict:
    """The verdict of a rehearsal."""
    review, problems, receipt = outcome.review, outcome.problems, outcome.receipt
    bad = {(each.sheet, each.row) for each in problems if _in_rows(review, each)}
    days = [getattr(row, REGISTERS[review.kind].dated) for row in review.rows]
    control, repeated = review.control_sum, receipt is not None and receipt.repeated
    return Verdict(
        kind=review.kind, first_on=min(days, default=None), last_on=max(days, default=None),
        rows=review.row_count, bad_rows=len(bad), problems=len(problems), warnings=len(review.warnings),
        changed=len({each.row for each in problems if each.code == CHANGED}),
        added=receipt.added if receipt else None, unchanged=receipt.unchanged if receipt else None,
        amount=_amount(review), stated=to_tiyn(control.stated) if control else None,
        counted=to_tiyn(control.counted) if control else None, zeros=len(zeros_restored(review)),
        groups=_groups(problems), warned=_groups(review.warnings), failing=_failing(review, problems),
        transformations=dict(review.transformations), ignored_columns=list(review.ignored_columns),
        ignored_sheets=list(review.ignored_sheets),
        repeated=receipt.register_id if receipt and repeated else None,
        repeated_at=receipt.accepted_at if receipt and repeated else None,
    )  # fmt: skip


def _amount(review: Review) -> int:
    summed = REGISTERS[review.kind].summed
    return sum(to_tiyn(getattr(row, summed)) for row in review.rows) if summed else 0


def _in_rows(review: Review, problem: Problem) -> bool:
    """Whether a problem is one of a row of the register, and not of its headings, its total or the whole."""
    return problem.row is not None and problem.row > review.headers[problem.sheet].last_row \
        and problem.code != "control-sum"  # fmt: skip


def _groups(problems: Iterable[Problem]) -> list[Group]:
    """The most frequent first."""
    first: dict[tuple[str, str], Problem] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for each in problems:
        first.setdefault((each.code, each.title), each)
        counts[each.code, each.title] += 1
    return [
        Group(count=count, first=_finding(first[key]), mendable=key[0] == ZEROS)
        for key, count in counts.most_common(GROUPS_SHOWN)
    ]


def _failing(review: Review, problems: Sequence[Problem]) -> list[FailingRow]:
    rows: defaultdict[tuple[str, int], list[Problem]] = defaultdict(list)
    for each in problems:
        if each.row is not None and _in_rows(review, each):
            rows[each.sheet, each.row].append(each)
    return [
        FailingRow(sheet=sheet, row=row, cells=_cells(review, sheet, row), findings=[*map(_finding, found)])
        for (sheet, row), found in list(rows.items())[:ROWS_SHOWN]
    ]


def _cells(review: Review, sheet: str, row: int) -> list[tuple[str, str]]:
    """What stands in the columns of the register in a row, by heading, in the order of the file."""
    header = review.headers[sheet]
    cells = next(each for each in review.file.sheets if each.name == sheet).rows[row - 1]
    return [
        (header.titles[column], shown_cell(cells[column - 1]))
        for column in sorted(header.columns.values())
        if column <= len(cells)
    ]


def _finding(problem: Problem) -> Finding:
    place = f"{problem.letter}{problem.row or ''}"
    values: Mapping[str, str] = {name: str(value) for name, value in problem.values.items()}
    return Finding(
        code=problem.code, place=f"{problem.sheet} {place}".strip(), title=problem.title, found=problem.found,
        values=dict(values),
    )  # fmt: skip
