"""Every format is one call away. It comes with its name and type."""

import pytest

from reports.rendering import FORMATS, Format, UnknownFormat, content_type, file_name, render, report_format
from tests.reports.samples import report

SIGNATURES: dict[Format, bytes] = {"pdf": b"%PDF-", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "json": b"{"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_of_the_format_asked_for(name: Format) -> None:
    """The first bytes are those of the format."""
    assert render(report(), name, "kk").startswith(SIGNATURES[name])


def test_a_file_is_named_after_report_period_and_language() -> None:
    """The name is plain ASCII and sorts by report and period."""
    assert file_name(report(), "xlsx", "ru") == "issued-loans_2021-03_ru.xlsx"


def test_content_types_are_registered_ones() -> None:
    """Text says its encoding, the others their registered type."""
    assert content_type("csv") == "text/csv; charset=utf-8"
    assert content_type("pdf") == "application/pdf"


def test_a_format_is_one_of_four() -> None:
    """Case does not matter; another word is refused."""
    assert report_format("PDF") == "pdf"
    with pytest.raises(UnknownFormat, match="found docx"):
        report_format("docx")
