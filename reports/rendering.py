"""One door to the four formats.

`render` gives the bytes of a report, `file_name` and `content_type` what to call and serve them as. The heavy
libraries are imported when a format is asked for, so that the command line starts quickly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from ledger.errors import BadInput
from reports.report import Report
from reports.words import Lang

Format = Literal["pdf", "xlsx", "csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)

_CONTENT_TYPES: dict[Format, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@dataclass(eq=False, kw_only=True)
class UnknownFormat(BadInput):
    """A format that reports do not come in."""

    code = "unknown-format"
    sentence = "Expected pdf, xlsx, csv or json as format; found {found}. Choose one of the four."
    found: str


def report_format(text: str) -> Format:
    """The format named by ``text`` (case does not matter).

    Raises:
        UnknownFormat: another word.
    """
    for each in FORMATS:
        if text.strip().lower() == each:
            return each
    raise UnknownFormat(found=text)


def render(report: Report, format: Format, lang: Lang) -> bytes:  # noqa: A002  # the word of the command line
    """``report`` as a file: the same bytes for the same report, format and language.

    Raises:
        TooLongForSheet: more rows than a sheet may hold.
    """
    return _writer(format)(report, lang)


def prepare_writers(formats: Iterable[Format]) -> None:
    """Import what writing these formats needs, which takes a second, before there is a report to write."""
    for each in formats:
        _writer(each)


def file_name(report: Report, format: Format, lang: Lang) -> str:  # noqa: A002  # as above
    """A plain ASCII name, e.g. ``issued-loans_2021-03_kk.pdf`` or ``loan-statement_17_2021-03_kk.pdf``."""
    stem = "_".join(part for part in (report.name, report.subject, str(report.period), lang) if part)
    return f"{stem}.{format}"


def content_type(format: Format) -> str:  # noqa: A002  # as above
    """The media type to serve a ``format`` as."""
    return _CONTENT_TYPES[format]


def _writer(format: Format) -> Callable[[Report, Lang], bytes]:  # noqa: A002  # as above
    match format:
        case "pdf":
            from reports.documents import pdf

            return pdf
        case "xlsx":
            from reports.workbooks import xlsx

            return xlsx
        case "csv":
            from reports.exports import csv_file

            return csv_file
        case "json":
            from reports.exports import json_file

            return json_file
