"""Cells of reports and listings as JSON: sums in tenge with two decimals, dates as ISO, names in three languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from reports.report import Cell, Name, Phrase


def json_cell(cell: Cell) -> Any:
    """A cell as a JSON value: integers stay (tiyn and counts), fractions become strings, codes their last word."""
    match cell:
        case Name():
            return {"kk": cell.kk, "ru": cell.ru, "en": cell.en}
        case Phrase():
            return cell.key.rsplit(".", 1)[-1]
        case Decimal():
            return str(cell)
        case date():
            return cell.isoformat()
        case _:
            return cell
