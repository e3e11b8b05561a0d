"""The lender's own workbook given back with what is wrong marked in it.

Three marks: a sheet that lists every problem with links to the cells, red cells with a comment, and two
columns at the right with a status and a message. Rows without problems are not touched. What the lender typed
stays as typed; formulas are replaced by the values they showed, so that the file can be uploaded again as it
is. Our marks are passed over by `review`, and taken off before new ones are put on. Text tables, old
workbooks, and workbooks with drawings or locked sheets come back as a clean workbook of the same rows.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from lending.registers.archives import column_letter
from lending.registers.refusals import MAX_COLUMNS
from lending.registers.review import Problem, Review
from lending.registers.sheets import Sheet
from lending.registers.vocabulary import LANGUAGES, Language, key
from lending.registers.words import own_headings, phrase
from lending.registers.workbook_cells import Raw

#: Signs our comments, so that they can be told from the lender's.
AUTHOR = "Nesie"
#: One shade off Excel's own red, so that cells the lender painted keep their colour.
_RED = "FFFFC7CF"
_LIST = ("code", "kind", "sheet", "row", "column", "title", "found", "expected", "mend")
_WIDTHS = (24, 16, 16, 8, 8, 28, 28, 48, 56)
#: Excel takes no more than 65 530 links in a sheet.
_LINKS = 65_000


def mark(content: bytes, review: Review, language: Language) -> bytes:
    """An XLSX of the file ``content`` that ``review`` judged, with its problems and warnings marked."""
    workbook = own_workbook(content, review)
    for sheet in workbook.worksheets:
        if [cell.value for cell in sheet[1]][: len(_LIST)] in _list_headings():
            workbook.remove(sheet)
    for sheet in review.file.sheets:
        if sheet.name in review.headers:
            _mark_sheet(workbook[sheet.name], sheet, review, language)
    _list_problems(workbook, review, language)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def own_workbook(content: bytes, review: Review) -> Any:
    """The lender's workbook, or a clean one of the same rows where theirs cannot be written back whole."""
    import openpyxl

    if review.file.kind == "xlsx" and not review.file.has_drawings:
        with suppress(Exception):  # openpyxl fails in many ways on what other programs write
            workbook = openpyxl.load_workbook(io.BytesIO(content))
            if not any(sheet.protection.sheet for sheet in workbook.worksheets):
                for sheet in review.file.sheets:
                    _fix_formulas(workbook[sheet.name], sheet)
                return workbook
    return _clean_workbook(review)


def _clean_workbook(review: Review) -> Any:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for sheet in review.file.sheets:
        if sheet.dates_from_1904:
            workbook.epoch = CALENDAR_MAC_1904
        target = workbook.create_sheet(sheet.name)
        for number, row in enumerate(sheet.rows, 1):
            for column, raw in enumerate(row, 1):
                if raw not in ("", None):
                    write_cell(target.cell(number, column), raw)
        for top, left, bottom, right in sheet.merged:
            target.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    return workbook


def _fix_formulas(target: Any, sheet: Sheet) -> None:
    """Values in the place of formulas that have them; openpyxl would write formulas without values."""
    for row, column in sheet.markup.formulas - sheet.markup.unvalued.keys():
        cells = sheet.rows[row - 1] if row <= len(sheet.rows) else ()
        if column <= len(cells):
            write_cell(target.cell(row, column), cells[column - 1])


def write_cell(cell: Any, raw: Raw) -> None:
    """A raw value as what it is; text is never taken for a formula."""
    if isinstance(raw, str):
        cell.value = "".join(sign for sign in raw if sign >= " " or sign in "\t\n")
        cell.data_type = "s"
        cell.quotePrefix = raw.startswith(("=", "+", "-", "@", "\t"))
        return
    cell.value = raw
    if isinstance(raw, date):
        cell.number_format = "dd.mm.yyyy hh:mm" if isinstance(raw, datetime) else "dd.mm.yyyy"


def _mark_sheet(target: Any, sheet: Sheet, review: Review, language: Language) -> None:
    _unmark(target)
    header = review.headers[sheet.name]
    lines: defaultdict[int, list[str]] = defaultdict(list)
    kinds: dict[int, str] = {}
    for kind, problems in (("problem", review.problems), ("warning", review.warnings)):
        for problem in problems:
            if problem.sheet == sheet.name and problem.row:
                lines[problem.row].append(_sentence(problem, language))
                kinds.setdefault(problem.row, phrase(kind, language))
                if problem.column and kind == "problem":
                    _redden(target.cell(problem.row, problem.column), _sentence(problem, language))
    status, message = _own_columns(target, sheet, review)
    if message > MAX_COLUMNS:
        return
    write_cell(target.cell(header.last_row, status), phrase("status", language))
    write_cell(target.cell(header.last_row, message), phrase("message", language))
    for row in lines.keys() - {header.last_row}:
        write_cell(target.cell(row, status), kinds[row])
        write_cell(target.cell(row, message), "\n".join(lines[row]))


def _own_columns(target: Any, sheet: Sheet, review: Review) -> tuple[int, int]:
    """Columns for status and message: those of an earlier marking, emptied, or the next ones at the right."""
    header = review.headers[sheet.name]
    ours = [column for column, name in header.titles.items() if key(name) in own_headings()]
    for column in ours:
        for row in range(header.last_row + 1, len(sheet.rows) + 1):
            target.cell(row, column).value = None
    free = max(map(len, sheet.rows)) + 1
    return (ours[0], ours[1]) if len(ours) == 2 else (free, free + 1)


def _unmark(target: Any) -> None:
    """Take off the red and the comments of an earlier marking."""
    from openpyxl.styles import PatternFill

    for row in target.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
            if cell.has_style and cell.fill.fgColor.rgb == _RED:
                cell.fill = PatternFill()


def _redden(cell: Any, sentence: str) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    if isinstance(cell, MergedCell):
        return
    cell.fill = PatternFill("solid", fgColor=_RED)
    if cell.comment is None:
        cell.comment = Comment(sentence, AUTHOR, height=120, width=320)
    elif cell.comment.author == AUTHOR:
        cell.comment = Comment(f"{cell.comment.text}\n{sentence}", AUTHOR, height=160, width=320)


def _sentence(problem: Problem, language: Language) -> str:
    return f"{problem.title}: {problem.expected(language)}. {problem.mend(language)}".removeprefix(": ")


def _list_problems(workbook: Any, review: Review, language: Language) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    target = workbook.create_sheet(phrase("errors", language))
    for column, (name, width) in enumerate(zip(_LIST, _WIDTHS, strict=True), 1):
        write_cell(target.cell(1, column), phrase(name, language))
        target.cell(1, column).font = Font(bold=True)
        target.column_dimensions[column_letter(column)].width = width
    target.freeze_panes = "A2"
    listed = [("problem", each) for each in review.problems] + [("warning", each) for each in review.warnings]
    for row, (kind, problem) in enumerate(listed, 2):
        for column, value in enumerate(_line(problem, kind, language), 1):
            write_cell(target.cell(row, column), value)
        if problem.row and row <= _LINKS:
            cell = target.cell(row, _LIST.index("row") + 1)
            quoted = problem.sheet.replace("'", "''")
            location = f"'{quoted}'!{problem.letter or 'A'}{problem.row}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location)
            cell.style = "Hyperlink"


def _list_headings() -> list[list[str]]:
    return [[phrase(name, language) for name in _LIST] for language in LANGUAGES]


def _line(problem: Problem, kind: str, language: Language) -> Sequence[Raw]:
    return (
        problem.code,
        phrase(kind, language),
        problem.sheet,
        problem.row,
        problem.letter,
        problem.title,
        problem.found,
        problem.expected(language),
        problem.mend(language),
    )
