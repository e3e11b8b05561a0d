"""What can be mended in a lender's file without asking: numbers that lost their leading zeros.

A number cell drops the zeros of an IIN or BIN; where the control digit confirms what they were, the whole number is
written back as text. Nothing else in the workbook changes, and what is mended is uploaded as a file of its own.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from lending.registers.marking import own_workbook, write_cell
from lending.registers.review import Review

#: The warning that tells of such a number; its value is the number as it should stand.
ZEROS = "zeros-restored"

Cell = tuple[str, int, int]


def zeros_restored(review: Review) -> Mapping[Cell, str]:
    """The numbers to be written back, by sheet, row and column."""
    return {
        (each.sheet, each.row, each.column): each.values["value"]
        for each in review.warnings
        if each.code == ZEROS and each.row and each.column
    }


def mend_zeros(content: bytes, review: Review) -> bytes:
    """An XLSX of the file ``content`` that ``review`` judged, with lost zeros back in their cells."""
    workbook = own_workbook(content, review)
    for (sheet, row, column), number in zeros_restored(review).items():
        write_cell(workbook[sheet].cell(row, column), number)
        workbook[sheet].cell(row, column).number_format = "@"
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()
