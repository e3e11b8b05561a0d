"""Files of spreadsheets read into raw rows, with every cell at its place as in the file.

XLSX and XLS are read by calamine, text tables by the csv module after their encoding and delimiter are found.
Nothing is interpreted and no text is changed: a cell is what the file says. Files that could do harm or
cannot be read whole are refused by name: macros, links to other files, passwords, archives that swell.
What the rows mean is decided in `columns` and `cells`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from lending.registers.archives import Markup, Workbook, inspect
from lending.registers.refusals import (
    MAX_BYTES,
    MEGABYTE,
    FileEmpty,
    FileEncrypted,
    FileHasMacros,
    FileTooLarge,
    UnknownEncoding,
    UnreadableFile,
    WrongFileType,
    check_size,
)
from lending.registers.workbook_cells import Range, Raw, SheetCells, read_cells, read_cells_apart

FileKind = Literal["xlsx", "xls", "csv"]

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_DELIMITERS = (";", "\t", ",")
_SNIFFED_ROWS = 50
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_ONLY_IN_KAZAKH = frozenset("ҚҺқһҰұӘӨҒҮөғәҢңү")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Raw cells of one sheet: ``rows[r - 1][c - 1]`` is the cell of row ``r``, column ``c`` in the file."""

    name: str
    rows: Sequence[Sequence[Raw]]
    #: Merged ranges as (first row, first column, last row, last column), both ends inclusive, from 1.
    merged: tuple[Range, ...] = ()
    markup: Markup = field(default_factory=Markup)
    #: Bare numbers meant as dates count from 1904 here, not from 1900.
    dates_from_1904: bool = False


@dataclass(frozen=True, slots=True)
class SpreadsheetFile:
    """A whole file: its visible sheets in order, and what was found out about its form."""

    kind: FileKind
    sha256: str
    sheets: tuple[Sheet, ...]
    hidden_sheets: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    has_drawings: bool = False


def read_file(content: bytes) -> SpreadsheetFile:
    """The sheets of a workbook or text table; the content decides which it is, not a name.

    Raises:
        UnreadableFile: one of its subclasses; nothing is read of a file that is refused.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(what="MB", limit=MAX_BYTES // MEGABYTE, found=-(-len(content) // MEGABYTE))
    if not content.strip():
        raise FileEmpty
    sha256 = hashlib.sha256(content).hexdigest()
    if content.startswith(b"PK"):
        inside = inspect(content)
        return _workbook("xlsx", sha256, read_cells(content), inside)
    if content.startswith(_OLE):
        return _read_xls(content, sha256)
    return _read_text(content, sha256)


def _read_xls(content: bytes, sha256: str) -> SpreadsheetFile:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise FileEncrypted
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise FileHasMacros
    inside = Workbook(markup={}, dates_from_1904=False, has_drawings=False)
    return _workbook("xls", sha256, read_cells_apart(content), inside)


def _workbook(kind: FileKind, sha256: str, read: Sequence[SheetCells], inside: Workbook) -> SpreadsheetFile:
    return _nonempty(
        SpreadsheetFile(
            kind=kind,
            sha256=sha256,
            sheets=tuple(_sheet(each, inside) for each in read if each.visible),
            hidden_sheets=tuple(each.name for each in read if not each.visible),
            has_drawings=inside.has_drawings,
        )
    )


def _sheet(read: SheetCells, inside: Workbook) -> Sheet:
    """The cells with what the archive says of them; rows of nothing but empty formulas are rows too."""
    markup = inside.markup.get(read.name, Markup())
    last_formula = max((row for row, _ in markup.unvalued), default=0)
    return Sheet(
        name=read.name,
        rows=[*read.rows, *([] for _ in range(len(read.rows), last_formula))],
        merged=read.merged,
        markup=markup,
        dates_from_1904=inside.dates_from_1904,
    )


def _nonempty(file: SpreadsheetFile) -> SpreadsheetFile:
    if not any(cell not in ("", None) for sheet in file.sheets for row in sheet.rows for cell in row):
        raise FileEmpty
    return file


def _read_text(content: bytes, sha256: str) -> SpreadsheetFile:
    text, encoding = decode(content)
    if _CONTROL.search(text) or content.startswith((b"%PDF", b"{\\rtf", b"<")):
        raise WrongFileType
    stated = re.match(r"sep=(.)\r?\n", text)
    delimiter = stated.group(1) if stated else find_delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile from error
    if stated:
        rows[0] = []
    check_size(len(rows), max(map(len, rows), default=0))
    return _nonempty(SpreadsheetFile("csv", sha256, (Sheet("CSV", rows),), encoding=encoding, delimiter=delimiter))


def decode(content: bytes) -> tuple[str, str]:
    """The text of ``content`` and the name of its encoding.

    A byte order mark decides; else text that is valid UTF-8 is UTF-8; else it is one of the two Windows
    pages. These differ only where Kazakh letters stand in one and letters of other languages in the
    other, so both are read by the Kazakh one.

    Raises:
        UnknownEncoding: bytes that are none of these.
        WrongFileType: bytes that are not text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    elif b"\0" in content[:400]:
        candidates = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        candidates = ["utf-8", "kz1048"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "kz1048" and _ONLY_IN_KAZAKH.isdisjoint(text):
            return text, "cp1251"
        return text, encoding
    raise WrongFileType if b"\0" in content else UnknownEncoding


def find_delimiter(text: str) -> str:
    """The delimiter that splits most of the first rows into the same number of columns, more than one."""

    def steadiness(delimiter: str) -> tuple[int, int]:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            widths = [len(row) for row in islice(rows, _SNIFFED_ROWS)]
        except csv.Error:
            return 0, 0
        split = [width for width in widths if width > 1]
        usual = max(set(split), key=split.count, default=0)
        return split.count(usual), usual

    return max(_DELIMITERS, key=steadiness)
