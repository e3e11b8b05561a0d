"""A report as CSV for spreadsheets and as JSON for programs.

CSV is what Excel opens by a double click under the regional settings of its readers: UTF-8 with a byte order
mark; in kk and ru semicolons, decimal commas and dates like 31.03.2021, in en commas, decimal points and ISO
dates. Numbers are not grouped. Text that a spreadsheet would take for a formula is disarmed by an apostrophe.
Excel drops the leading zeros of identifiers in any CSV: who needs them there takes XLSX.

JSON keeps everything exact: amounts are strings of tenge with two decimals, percentages strings of the
fraction, dates ISO, months ``2021-03``; rows are objects by column key, the same in every language.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO

from reports.report import Cell, Column, Kind, Report, Row, Section
from reports.words import Lang, percent_text, value_text

#: A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DELIMITER: dict[Lang, str] = {"kk": ";", "ru": ";", "en": ","}
_DECIMAL_POINT: dict[Lang, str] = {"kk": ",", "ru": ",", "en": "."}


def csv_file(report: Report, lang: Lang) -> bytes:
    """``report`` as CSV: each section's head and lines; several sections stand under titles, a blank line between."""
    content = StringIO(newline="")
    write = csv.writer(content, delimiter=_DELIMITER[lang], lineterminator="\r\n")
    for place, section in enumerate(report.sections):
        if place:
            write.writerow([])
        if len(report.sections) > 1:
            write.writerow([disarmed(value_text(section.title or report.title, lang))])
        write.writerows(_csv_lines(section, lang))
    return content.getvalue().encode("utf-8-sig")


def disarmed(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula: an apostrophe goes before a dangerous beginning."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA_STARTS) else text


def json_file(report: Report, lang: Lang) -> bytes:
    """``report`` as JSON in UTF-8; titles are in ``lang``, keys and figures are the same in every language."""
    document = {
        "report": report.name,
        "title": value_text(report.title, lang),
        "language": lang,
        "period": {
            "name": str(report.period),
            "kind": report.period.kind,
            "start": report.period.start.isoformat(),
            "end": report.period.end.isoformat(),
        },
        "organisation": value_text(report.organisation, lang),
        "region": None if report.region is None else value_text(report.region, lang),
        "parameters": [
            {"label": value_text(each.label, lang), "value": _json_cell(each.kind, each.value, lang)}
            for each in report.parameters
        ],
        "sections": [_json_section(section, lang) for section in report.sections],
        "notes": [value_text(note, lang) for note in report.notes],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _csv_lines(section: Section, lang: Lang) -> Iterator[list[str]]:
    columns = section.columns
    yield [disarmed(_whole_head(column, lang)) for column in columns]
    for line in section.lines():
        cells = [_csv_cell(column.kind, cell, lang) for column, cell in zip(columns, line.cells, strict=True)]
        if line.label is not None:
            cells[0] = disarmed(value_text(line.label, lang))
        yield cells


def _whole_head(column: Column, lang: Lang) -> str:
    """The head in one line: with its band, if it has one, before a colon."""
    title = value_text(column.title, lang)
    return title if column.band is None else f"{value_text(column.band, lang)}: {title}"


def _csv_cell(kind: Kind, cell: Cell, lang: Lang) -> str:
    match kind, cell:
        case _, None:
            return ""
        case "money", int():
            return _tenge(cell).replace(".", _DECIMAL_POINT[lang])
        case "integer", int():
            return str(cell)
        case "percent" | "rate", Decimal():
            return percent_text(cell, lang, decimals=1 if kind == "rate" else 2).replace("\u00a0", "")
        case "date", date():
            return cell.isoformat() if lang == "en" else f"{cell:%d.%m.%Y}"
        case "month", date():
            return f"{cell:%Y-%m}"
        case _:
            return disarmed(value_text(cell, lang))


def _json_section(section: Section, lang: Lang) -> dict[str, object]:
    def by_key(row: Row) -> dict[str, object]:
        return {
            column.key: _json_cell(column.kind, cell, lang) for column, cell in zip(section.columns, row, strict=True)
        }

    return {
        "title": None if section.title is None else value_text(section.title, lang),
        "columns": [
            {"key": column.key, "kind": column.kind, "title": _whole_head(column, lang)} for column in section.columns
        ],
        "rows": [by_key(row) for row in section.rows],
        "groups": [
            {
                "title": value_text(group.title, lang),
                "rows": len(group.rows),
                "totals": None if group.subtotals is None else by_key(group.subtotals),
            }
            for group in section.groups
            if group.title is not None
        ],
        "totals": None if section.totals is None else by_key(section.totals),
    }


def _json_cell(kind: Kind, cell: Cell, lang: Lang) -> object:
    match kind, cell:
        case _, None:
            return None
        case "money", int():
            return _tenge(cell)
        case "integer", int():
            return cell
        case "percent" | "rate", Decimal():
            return f"{cell:f}"
        case "date", date():
            return cell.isoformat()
        case "month", date():
            return f"{cell:%Y-%m}"
        case _:
            return value_text(cell, lang)


def _tenge(tiyn: int) -> str:
    """``-5`` → ``-0.05``."""
    return f"{Decimal(tiyn).scaleb(-2):.2f}"
