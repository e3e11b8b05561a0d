"""What is refused of a register's file as a whole, and the limits of size.

Each refusal has a code of its own and says how to mend the file. Problems inside a readable file are not
here: they are collected, all at once, by `review`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.errors import BadInput

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_UNZIPPED = 400 * MEGABYTE
MAX_RATIO = 100
MAX_ROWS = 200_000
MAX_COLUMNS = 200


class UnreadableFile(BadInput):
    """Root of what can be wrong with a register's file as a whole."""

    code = "register-unreadable"
    sentence = "The file is damaged. Open it in Excel, save it anew as .xlsx and upload that."


class FileEmpty(UnreadableFile):
    """No bytes, or not one filled cell."""

    code = "register-empty"
    sentence = "Expected a register; the file is empty. Choose the file with the rows."


class WrongFileType(UnreadableFile):
    """Neither a workbook nor a text table."""

    code = "register-file-type"
    sentence = "Expected .xlsx, .xls or .csv; the content is something else. Save the register as .xlsx."


class FileEncrypted(UnreadableFile):
    """A workbook behind a password."""

    code = "register-encrypted"
    sentence = "The workbook is protected by a password. Remove it (File, Info, Protect Workbook) and save."


class FileHasMacros(UnreadableFile):
    """A workbook with macros."""

    code = "register-macros"
    sentence = "The workbook contains macros, which are not accepted. Save it as .xlsx without macros."


class FileHasExternalLinks(UnreadableFile):
    """A workbook whose cells come from other files."""

    code = "register-external-links"
    sentence = "The workbook takes values from other files. Break the links (Data, Edit Links) and save."


class UnknownEncoding(UnreadableFile):
    """Text in no encoding that lenders' systems write."""

    code = "register-encoding"
    sentence = "The text is in none of UTF-8, UTF-16, Windows-1251, KZ-1048. Save it as CSV UTF-8 or as .xlsx."


@dataclass(eq=False, kw_only=True)
class FileTooLarge(UnreadableFile):
    """More than is read of ``what``: bytes, unpacked bytes, packing ratio, rows or columns."""

    code = "register-too-large"
    sentence = "Expected at most {limit} {what}; found {found}. Split the register into several files."

    what: Literal["MB", "MB unpacked", "times packed", "rows", "columns"]
    limit: int
    found: int


def check_size(rows: int, columns: int) -> None:
    """Refuse a sheet of more rows or columns than are read.

    Raises:
        FileTooLarge: naming the first limit passed.
    """
    if rows > MAX_ROWS:
        raise FileTooLarge(what="rows", limit=MAX_ROWS, found=rows)
    if columns > MAX_COLUMNS:
        raise FileTooLarge(what="columns", limit=MAX_COLUMNS, found=columns)
