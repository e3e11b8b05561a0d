"""The PDF says what the report says, in every language. It is read back as text, and its bytes never change."""

import re
import subprocess
from pathlib import Path

import pytest

from reports.documents import (
    AssetRefused,
    PackagedAssets,
    balanced_lines,
    fitting_layout,
    page,
    pdf,
    printed_section,
)
from reports.paper import LONGEST_REGISTER
from reports.report import Column, tabulate
from reports.words import LANGUAGES, Lang
from tests.reports.samples import KAZAKH_LETTERS, issued, issued_row, report, trial_balance


def read_pages(content: bytes, folder: Path) -> list[str]:
    """The text of each page of a PDF as a reader copies it, white space made single."""
    file = folder / "report.pdf"
    file.write_bytes(content)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True).stdout.decode()
    return [" ".join(page.split()) for page in text.split("\f")]


def read_back(content: bytes, folder: Path) -> str:
    """The text of all pages."""
    return " ".join(read_pages(content, folder))


def test_kazakh_letters_survive(tmp_path: Path) -> None:
    """All nine letters in both cases can be copied out of the document."""
    assert KAZAKH_LETTERS in read_back(pdf(report(), "kk"), tmp_path)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("kk", ["Есепті кезең: 2021 жылғы наурыз", "Барлығы 72 962 962,26", "Бас бухгалтер", "6,00%"]),
        ("ru", ["Отчетный период: март 2021 года", "Всего 72 962 962,26", "Главный бухгалтер", "6,00 %"]),
        ("en", ["Reporting period: March 2021", "Total 72,962,962.26", "Chief accountant", "6.00%"]),
    ],
)
def test_a_document_speaks_one_language(lang: Lang, words: list[str], tmp_path: Path) -> None:
    """Title, totals, percentages and signatures are in the language asked for."""
    text = read_back(pdf(report(), lang), tmp_path)
    assert [each for each in words if each not in text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_report_gives_the_same_bytes(lang: Lang) -> None:
    """A filed report prints again byte for byte."""
    assert pdf(report(issued(), trial_balance()), lang) == pdf(report(issued(), trial_balance()), lang)


def test_every_page_repeats_the_heads_and_is_numbered(tmp_path: Path) -> None:
    """A table over four pages has its heads four times, and each page says which of how many it is."""
    text = read_back(pdf(report(issued(60)), "ru"), tmp_path).replace(" / ", "/")
    assert text.count("Целевое") == 4
    assert [f"{number}/4" in text for number in (1, 2, 3, 4)] == [True] * 4


def test_words_from_users_are_never_markup() -> None:
    """A borrower called <b> is printed so."""
    columns = [Column(key="borrower", kind="text", head="<i>")]
    html = page(report(tabulate(columns, [("<b>Айша</b>",)])), "kk")
    assert "&lt;b&gt;Айша&lt;/b&gt;" in html
    assert "&lt;i&gt;" in html


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/", "package:../words.py", "package:nothing.css", "data:text/css,", ""],
)
def test_documents_fetch_nothing_from_outside(url: str) -> None:
    """Only files of the package's templates are served, by their plain names."""
    with pytest.raises(AssetRefused):
        PackagedAssets().fetch(url)


def test_documents_have_their_own_style_sheet() -> None:
    """The one asset there is comes as a style sheet."""
    response = PackagedAssets().fetch("package:report.css")
    assert (response.content_type, b"@page" in response.read()) == ("text/css", True)


def test_a_narrow_table_stands_upright_and_a_wide_one_lies() -> None:
    """Few characters across stay portrait in large type; many turn the page, then shrink the type."""
    assert fitting_layout([[10] * 4]).orientation == "portrait"
    assert fitting_layout([[12] * 12]).orientation == "landscape"
    sizes = [
        fitting_layout([[characters] * columns]).points[0] for characters, columns in ((12, 12), (12, 16), (16, 24))
    ]
    assert 9 >= sizes[0] > sizes[1] > sizes[2]


def test_each_table_has_its_own_type() -> None:
    """A wide table turns the page, and leaves the type of its neighbour as large as it fits."""
    layout = fitting_layout([[10] * 4, [12] * 16])
    assert (layout.orientation, layout.points[0]) == ("landscape", 9)
    assert layout.points[1] < 9


def test_a_long_title_is_broken_into_lines_of_like_length() -> None:
    """No single word is left over in the last line."""
    assert balanced_lines("aaaa bbbb cccc dddd eeee ffff", 26) == ["aaaa bbbb cccc", "dddd eeee ffff"]
    assert balanced_lines("aaaa", 26) == ["aaaa"]


def test_a_total_never_opens_a_page(tmp_path: Path) -> None:
    """However many rows there are, each page below its heads begins with a heading or a row."""
    for rows in range(9, 14):
        pages = read_pages(pdf(report(issued(rows)), "en"), tmp_path)
        assert not any(re.search(r"jobs months (Subtotal|Total)", each) for each in pages)


def test_bands_stand_over_their_columns() -> None:
    """Two rows of heads: columns of their own are two rows tall, bands as wide as their columns."""
    upper, lower = printed_section(trial_balance(), "en").heads
    assert [(head.words, head.across, head.down) for head in upper] == [
        ("Account", 1, 2),
        ("Name", 1, 2),
        ("Opening balance", 2, 1),
        ("Turnover", 2, 1),
    ]
    assert [head.words for head in lower] == ["Debit", "Credit", "Debit", "Credit"]


def test_an_empty_report_says_so(tmp_path: Path) -> None:
    """A month without loans prints a sentence, not an empty table."""
    empty = tabulate([Column(key="borrower", kind="text", head="Заемщик")], [])
    assert "За этот период данных нет." in read_back(pdf(report(empty), "ru"), tmp_path)


@pytest.mark.parametrize(
    ("lang", "words"), [("kk", "Тізілімде 121 жол бар"), ("ru", "строк: 121"), ("en", "has 121 rows")]
)
def test_a_long_register_prints_its_sums(lang: Lang, words: str, tmp_path: Path) -> None:
    """On paper the rows give way to the sums of their groups, and the reader is told where the rows are."""
    text = read_back(pdf(report(issued(LONGEST_REGISTER + 1)), lang), tmp_path)
    assert words in text
    assert "МК-2021/0007" not in text


def test_rows_keep_their_figures() -> None:
    """A printed row shows every cell of the row, and leaves empty what is empty."""
    line = printed_section(issued(3), "ru").lines[3]
    assert [words for _, words in line.cells][-2:] == ["", str(issued_row(3)[-1])]
