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
from dataclasses import dataclass, field
from html import unescape

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

#: Archives smaller than this cannot do harm, however well they compress.
_RATIO_FREE = MEGABYTE


_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*?>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*\"([^\"]*)\"")
_DATE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=\"(?:1|true)\"")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*?\br=\"(\d+)\"")
_FORMULA = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]+)(\d+)\"[^>]*><(?:\w+:)?f\b")
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]+)(\d+)\"[^>]*><(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_ERROR_VALUE = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]+)(\d+)\"[^>]*>.{0,2000}?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
_FAR_ROW = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"[A-Z]+(\d{6,})\"[^>]*(?<!/)>")
_FAR_COLUMN = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{3,}|[G-Z][A-Z])\d+\"[^>]*(?<!/)>")


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
            names = set(archive.namelist())
            _check_archive(archive)
            _check_parts(archive, names)
            return Workbook(
                markup={
                    name: _markup(archive.read(part)) for name, part in _sheets(archive) if part in names
                },
                dates_from_1904=bool(_DATE_1904.search(archive.read("xl/workbook.xml"))),
                has_drawings=any(name.startswith("xl/drawings/drawing") for name in names),
            )
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to too much, reading it through: the sizes it states may be false."""
    packed = sum(info.compress_size for info in archive.infolist())
    unpacked = 0
    for info in archive.infolist():
        with archive.open(info) as member:
            while chunk := member.read(MEGABYTE):
                unpacked += len(chunk)
                if unpacked > MAX_UNZIPPED:
                    limit = MAX_UNZIPPED // MEGABYTE
                    raise FileTooLarge(what="MB unpacked", limit=limit, found=unpacked // MEGABYTE + 1)
                if unpacked > _RATIO_FREE and unpacked > MAX_RATIO * packed:
                    found = -(-unpacked // max(packed, 1))
                    raise FileTooLarge(what="times packed", limit=MAX_RATIO, found=found)
                if b"<!DOCTYPE" in chunk and info.filename.endswith((".xml", ".rels")):
                    raise UnreadableFile


def _check_parts(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.xml" not in names:
        raise WrongFileType
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileHasMacros
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise FileHasExternalLinks


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Each sheet's name and the path of its XML."""
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in _RELATION.findall(relations):
        attributes = dict(_ATTRIBUTE.findall(tag))
        path = attributes.get("Target", "")
        targets[attributes.get("Id")] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    sheets = [dict(_ATTRIBUTE.findall(tag)) for tag in _SHEET.findall(workbook)]
    return [(unescape(sheet["name"]), targets.get(sheet.get("r:id"), "")) for sheet in sheets]


def _markup(xml: bytes) -> Markup:
    check_size(
        max(map(int, _FAR_ROW.findall(xml)), default=0),
        max((column_number(letters.decode()) for letters in _FAR_COLUMN.findall(xml)), default=0),
    )
    unvalued = dict.fromkeys(map(_place, _UNCOMPUTED.findall(xml)), "")
    for letters, row, shown in _ERROR_VALUE.findall(xml):
        unvalued[_place((letters, row))] = unescape(shown.decode("utf-8", "replace"))
    return Markup(
        hidden_rows=frozenset(map(int, _HIDDEN_ROW.findall(xml))),
        formulas=frozenset(map(_place, _FORMULA.findall(xml))),
        unvalued=unvalued,
    )


def _place(found: tuple[bytes, bytes]) -> Place:
    letters, row = found
    return int(row), column_number(letters.decode())


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
