"""Reading of files: what is read, at which places, and what is refused."""

import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from lending.registers import refusals, sheets
from lending.registers.refusals import UnreadableFile
from lending.registers.sheets import read_file
from tests.lending.registers.workbooks import text_table, xlsx

FILES = Path(__file__).parent / "files"


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip archive of the parts, over those of a good workbook."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
        zipfile.ZipFile(io.BytesIO(xlsx([["a"]]))) as old,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return target.getvalue()


def test_cells_keep_their_places() -> None:
    """Blank rows and columns before the data are kept, so that places are those of the file."""
    sheet = read_file(xlsx([[], [None, None, "  x "], [None, 5, date(2019, 3, 15)]])).sheets[0]
    assert (sheet.rows[1][2], sheet.rows[2][1], sheet.rows[2][2]) == ("  x ", 5.0, date(2019, 3, 15))


def test_hash_is_of_the_bytes() -> None:
    """The file is known by the SHA-256 of what was uploaded."""
    content = xlsx([["a"]])
    assert read_file(content).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "kz1048", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_is_read_in_every_encoding(encoding: str, delimiter: str) -> None:
    """Kazakh text comes through each encoding and delimiter unchanged."""
    rows = [["Шарт нөмірі", "Қарыз алушы"], ["ҚЗ-1", 'Әлия Іңкәр; "Ұлы", Ғ\tү'], ["2", "Һ"]]
    file = read_file(text_table(rows, delimiter, encoding))
    assert (file.sheets[0].rows, file.delimiter) == (rows, delimiter)
    assert file.encoding is not None
    assert encoding.startswith(file.encoding)


def test_russian_windows_text_is_told_from_kazakh() -> None:
    """Text without Kazakh letters is named by the Russian page and read the same."""
    file = read_file(text_table([["Номер", "Сумма"], ["№1 «Ёлка»", "5"]], encoding="cp1251"))
    assert (file.encoding, file.sheets[0].rows[1][0]) == ("cp1251", "№1 «Ёлка»")


def test_stated_delimiter_keeps_row_numbers() -> None:
    """A first line "sep=" states the delimiter and counts as row 1."""
    sheet = read_file(b"sep=,\r\na,b;c\r\n").sheets[0]
    assert sheet.rows == [[], ["a", "b;c"]]


def test_titles_do_not_mislead_the_delimiter() -> None:
    """Decimal commas and a title above do not make the comma the delimiter."""
    text = "Реестр, за ноябрь\nномер;сумма;дата\n1;10,50;01.01.2019\n2;11,50;02.01.2019\n"
    assert read_file(text.encode()).delimiter == ";"


def test_old_workbook_is_read() -> None:
    """A binary .xls of 1C gives text, numbers, dates and merged headings."""
    file = read_file((FILES / "repayments.xls").read_bytes())
    assert (file.kind, file.sheets[0].rows[3][1], (2, 1, 2, 2) in file.sheets[0].merged) == (
        "xls",
        date(2019, 3, 15),
        True,
    )


def test_formulas_and_errors_are_told() -> None:
    """A formula that was never calculated and a cell showing an error are not blank cells."""
    workbook = openpyxl.Workbook()
    workbook.active.append(["a", "=1+1", "#DIV/0!"])
    workbook.active.append(["=SUM(1)"])
    target = io.BytesIO()
    workbook.save(target)
    markup = read_file(target.getvalue()).sheets[0].markup
    assert markup.unvalued == {(1, 2): "", (1, 3): "#DIV/0!", (2, 1): ""}
    assert markup.formulas == {(1, 2), (2, 1)}


def test_hidden_rows_and_sheets_are_told() -> None:
    """Hidden rows are known by number and hidden sheets by name."""
    workbook = openpyxl.Workbook()
    workbook.active.append(["a"])
    workbook.active.append(["b"])
    workbook.active.row_dimensions[2].hidden = True
    workbook.create_sheet("тайный").sheet_state = "hidden"
    target = io.BytesIO()
    workbook.save(target)
    file = read_file(target.getvalue())
    assert (file.sheets[0].markup.hidden_rows, file.hidden_sheets) == (frozenset({2}), ("тайный",))


def test_macintosh_dates_are_told() -> None:
    """Date cells of a workbook that counts from 1904 are right, and bare numbers are known to differ."""
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.active.append([date(2019, 3, 15)])
    target = io.BytesIO()
    workbook.save(target)
    sheet = read_file(target.getvalue()).sheets[0]
    assert (sheet.rows[0][0], sheet.dates_from_1904) == (date(2019, 3, 15), True)


def test_formatted_empty_cells_far_away_are_no_data() -> None:
    """A format down to the last row of Excel does not make the sheet too large."""
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "a"
    workbook.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    target = io.BytesIO()
    workbook.save(target)
    assert read_file(target.getvalue()).sheets[0].rows == [["a"]]


SWOLLEN = archive({"xl/media/zeros.bin": bytes(8 * refusals.MEGABYTE)})
FAR_CELL = b"<x:sheet xmlns:x='x'><x:row><x:c s='>' r = 'xfd1048576'><x:v>1</x:v></x:c></x:row></x:sheet>"
FAR = openpyxl.Workbook()
FAR.active["A250000"] = 1
FAR_ROWS = io.BytesIO()
FAR.save(FAR_ROWS)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "register-empty"),
        (b" \r\n", "register-empty"),
        (xlsx([]), "register-empty"),
        (b"PK\3\4 not an archive", "register-unreadable"),
        (xlsx([["a"]])[:-200], "register-unreadable"),
        (b"%PDF-1.7 a;b\n1;2\n", "register-file-type"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0", "register-file-type"),
        (b"a;b\n\x98;1\n", "register-encoding"),
        ((FILES / "password.xlsx").read_bytes(), "register-encrypted"),
        (archive({"xl/vbaProject.bin": b"macro"}), "register-macros"),
        (archive({"xl/externalLinks/externalLink1.xml": b"<x/>"}), "register-external-links"),
        (archive({"xl/worksheets/sheet1.xml": b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>"}), "register-unreadable"),
        (archive({"xl/worksheets/sheet1.xml": FAR_CELL}), "register-too-large"),
        (archive({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"}), "register-unreadable"),
        (SWOLLEN, "register-too-large"),
        (FAR_ROWS.getvalue(), "register-too-large"),
        (xlsx([[1] * 201]), "register-too-large"),
        (text_table([[1] * 201]), "register-too-large"),
        (b"a;b\n" * 200_001, "register-too-large"),
        (b"a" * (20 * refusals.MEGABYTE + 1), "register-too-large"),
    ],
    ids=range(20),
)
def test_file_is_refused_by_name(content: bytes, code: str) -> None:
    """Each kind of file that is not read has its own code and says what to do."""
    with pytest.raises(UnreadableFile) as caught:
        read_file(content)
    assert caught.value.code == code
    assert len(str(caught.value)) > 40


def test_false_sizes_in_an_archive_do_not_help() -> None:
    """An archive whose directory states a smaller size than it unpacks to is refused."""
    content = bytearray(SWOLLEN)
    size = (8 * refusals.MEGABYTE).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (100).to_bytes(4, "little")
    with pytest.raises(UnreadableFile):
        read_file(bytes(content))


def test_xlsx_without_a_workbook_is_another_type() -> None:
    """A zip archive of something else is not taken for a workbook."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as other:
        other.writestr("word/document.xml", "<x/>")
    with pytest.raises(refusals.WrongFileType):
        sheets.read_file(target.getvalue())
