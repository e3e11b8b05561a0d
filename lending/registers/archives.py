"""The inside of an XLSX archive: whether it is safe to read, and what the reading library does not tell.

An archive is read through once before anything is parsed, so that one that swells, states false sizes,
carries macros or points at other files is refused first. From the XML of each sheet come hidden rows,
formulas, and cells that show an error or were never calculated. Values of cells are not read here.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from lending.registers.refusals import (
    MAX_RATIO,
    MAX_UNZIPPED,
    MEGABYTE,
    FileHasExternalLinks,
    FileHasMacros,
    FileTooLarge,
    UnreadableFile,
    WrongFileType,
    check_size,
)

Place = tuple[int, int]
_Start = Callable[[str, dict[str, str]], None]

#: Archives smaller than this cannot do harm, however well they compress.
_RATIO_FREE = MEGABYTE


#: Cells certainly within the limits of rows and columns (GR is column 200); the others are measured.
_NEAR = re.compile(r"(?:[A-Z]|[A-F][A-Z]|G[A-R])[0-9]{1,5}").fullmatch
_ADDRESS = re.compile(r"([A-Za-z]+)([0-9]+)").fullmatch
_TRUE = ("1", "true")


@dataclass(frozen=True, slots=True)
class Markup:
    """What the XML of one sheet says besides values; places are (row, column) from 1."""

    hidden_rows: frozenset[int] = frozenset()
    formulas: frozenset[Place] = frozenset()
    #: Formula cells without a value (shown as "") and cells showing an error, with what they show.
    unvalued: dict[Place, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the archive says of the whole workbook; ``markup`` by the name of the sheet."""

    markup: dict[str, Markup]
    #: Bare numbers meant as dates count from 1904, not from 1900.
    dates_from_1904: bool
    has_drawings: bool


def inspect(content: bytes) -> Workbook:
    """The markup of a safe XLSX archive.

    Raises:
        UnreadableFile: one of its subclasses.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive)
            parts = {name.lower(): name for name in archive.namelist()}
            _check_parts(archive, parts)
            workbook = archive.read("xl/workbook.xml")
            return Workbook(
                markup={name: _scan(archive.read(parts[part])) for name, part in _sheets(archive, workbook)},
                dates_from_1904=any(each.get("date1904") in _TRUE for each in _elements(workbook, "workbookPr")),
                has_drawings=any(name.startswith("xl/drawings/drawing") for name in parts),
            )
    except (zipfile.BadZipFile, zlib.error, ExpatError, LookupError, EOFError, ValueError, RuntimeError) as error:
        raise UnreadableFile from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to too much, reading it through: the sizes it states may be false."""
    packed = sum(info.compress_size for info in archive.infolist())
    unpacked = 0
    if len({name.lower() for name in archive.namelist()}) < len(archive.namelist()):
        raise UnreadableFile
    for info in archive.infolist():
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile
        with archive.open(info) as member:
            while chunk := member.read(MEGABYTE):
                unpacked += len(chunk)
                if unpacked > MAX_UNZIPPED:
                    limit = MAX_UNZIPPED // MEGABYTE
                    raise FileTooLarge(what="MB unpacked", limit=limit, found=unpacked // MEGABYTE + 1)
                if unpacked > _RATIO_FREE and unpacked > MAX_RATIO * packed:
                    found = -(-unpacked // max(packed, 1))
                    raise FileTooLarge(what="times packed", limit=MAX_RATIO, found=found)


def _check_parts(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> None:
    if "xl/workbook.xml" not in parts:
        raise WrongFileType
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(name.endswith("vbaproject.bin") for name in parts):
        raise FileHasMacros
    if any(name.startswith("xl/externallinks/") for name in parts):
        raise FileHasExternalLinks


def _sheets(archive: zipfile.ZipFile, workbook: bytes) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the path of its XML in small letters."""
    relations = _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    targets = {each["Id"]: each["Target"] for each in relations}
    for sheet in _elements(workbook, "sheet"):
        target = targets[next(value for name, value in sheet.items() if name.endswith(":id"))]
        path = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
        yield sheet["name"], path.lower()


def _elements(xml: bytes, name: str) -> list[dict[str, str]]:
    """Attributes of every element called ``name``, whatever its prefix."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)

    _parse(xml, start)
    return found


def _parse(xml: bytes, start: _Start, text: Callable[[str], None] | None = None) -> None:
    """Walk through XML; a document type, with which entities could swell it, is refused."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.Parse(xml, True)


def _refuse(*_: object) -> None:
    raise UnreadableFile


def _scan(xml: bytes) -> Markup:
    scan = _SheetScan()
    _parse(xml, scan.start, scan.text)
    scan.close_cell()
    return Markup(frozenset(scan.hidden_rows), frozenset(scan.formulas), scan.unvalued)


class _SheetScan:
    """Takes in a sheet's XML element by element: a cell is judged when the next one begins."""

    def __init__(self) -> None:
        self.hidden_rows: set[int] = set()
        self.formulas: set[Place] = set()
        self.unvalued: dict[Place, str] = {}
        self._address = self._shown = ""
        self._formula = self._error = self._in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition(":")[2]
        self._in_value = name == "v"
        if name == "c":
            self.close_cell()
            self._address, self._shown = attributes.get("r", ""), ""
            self._formula, self._error = False, attributes.get("t") == "e"
        elif name == "f":
            self._formula = True
        elif name in {"v", "is"}:
            if self._address and not _NEAR(self._address):
                check_size(*_place(self._address))
        elif name == "row" and attributes.get("hidden") in _TRUE:
            self.hidden_rows.add(int(attributes["r"]))

    def text(self, text: str) -> None:
        """Text between elements; what a formula or an error shows is kept."""
        if self._in_value and (self._formula or self._error):
            self._shown += text

    def close_cell(self) -> None:
        """The cell that was begun last is complete."""
        if self._formula:
            self.formulas.add(_place(self._address))
        if self._error or (self._formula and not self._shown.strip()):
            self.unvalued[_place(self._address)] = self._shown.strip()


def _place(address: str) -> Place:
    match = _ADDRESS(address)
    if match is None:
        raise UnreadableFile
    return int(match[2]), column_number(match[1].upper())


def column_letter(column: int) -> str:
    """Spreadsheet letters of a column counted from 1: 1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number from 1 of a column's letters: A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
