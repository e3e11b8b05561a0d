"""Cells of reports and listings as JSON: sums in tenge with two decimals, dates as ISO, names in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from reports.report import Cell, Kind, Name, Phrase


class NamesTold(BaseModel):
    """A name in three languages."""

    kk: str
    ru: str
    en: str


#: What stands in the cells of a column, by its kind.
CELLS: Mapping[Kind, Any] = {
    "money": int | None, "integer": int | None, "percent": str | None, "rate": str | None, "date": date | None,
    "month": date | None, "identifier": str | None, "text": NamesTold | str | bool | None,
}  # fmt: skip


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
