"""Values of the cells of a workbook, as the reading library gives them.

A damaged workbook of the old binary kind can make the library ask for more memory than there is, and that
ends the whole process. Such workbooks are therefore read in a process of their own, which may fall, run out
of memory or be stopped for taking too long; nothing but the cells comes back from it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from lending.registers.refusals import MEGABYTE, FileEncrypted, UnreadableFile, check_size

Raw = str | int | float | bool | date | datetime | time | timedelta | None
Range = tuple[int, int, int, int]

#: How long an old workbook may take to read, in seconds, and how much memory the reading process may use.
SECONDS = 60
MEMORY = 2048 * MEGABYTE


@dataclass(frozen=True, slots=True)
class SheetCells:
    """Cells of one worksheet from its first row and column on, blank ones included as empty texts."""

    name: str
    visible: bool
    rows: Sequence[Sequence[Raw]]
    #: Merged ranges as (first row, first column, last row, last column), both ends inclusive, from 1.
    merged: tuple[Range, ...]


def read_cells(content: bytes) -> list[SheetCells]:
    """The worksheets of a workbook in order; hidden ones come without rows.

    Raises:
        FileEncrypted: behind a password.
        FileTooLarge: too many rows or columns.
        UnreadableFile: damaged.
    """
    sheets = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for metadata in workbook.sheets_metadata:
                if metadata.typ != SheetTypeEnum.WorkSheet:
                    continue
                if metadata.visible != SheetVisibleEnum.Visible:
                    sheets.append(SheetCells(metadata.name, visible=False, rows=(), merged=()))
                    continue
                source = workbook.get_sheet_by_name(metadata.name)
                check_size(source.total_height, source.total_width)
                merged = tuple(
                    (top + 1, left + 1, bottom + 1, right + 1)
                    for (top, left), (bottom, right) in source.merged_cell_ranges or ()
                )
                rows = source.to_python(skip_empty_area=False)
                sheets.append(SheetCells(metadata.name, visible=True, rows=rows, merged=merged))
    except PasswordError as error:
        raise FileEncrypted from error
    except CalamineError as error:
        raise UnreadableFile from error
    return sheets


def read_cells_apart(content: bytes) -> list[SheetCells]:
    """As `read_cells`, in a process of its own; one that falls or takes too long means a damaged file."""
    spawn = get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_read_and_send, args=(content, sender), daemon=True)
    process.start()
    sender.close()
    answer: list[SheetCells] | type[UnreadableFile] = UnreadableFile
    with suppress(EOFError):
        if receiver.poll(SECONDS):
            answer = receiver.recv()
    process.kill()
    process.join()
    receiver.close()
    if isinstance(answer, type):
        raise answer
    return answer


def _read_and_send(content: bytes, sender: Connection) -> None:
    with suppress(ImportError):  # the limit exists on POSIX systems only
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        sender.send(read_cells(content))
    except FileEncrypted:
        sender.send(FileEncrypted)
