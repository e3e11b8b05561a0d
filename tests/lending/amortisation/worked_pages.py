"""The worked tables of `docs/algorithms`, read as the tests' figures. What a page shows is what is recomputed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parents[3] / "docs" / "algorithms"
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Worked:
    """A JSON block of a page and the table that follows it."""

    page: str
    given: dict[str, Any]
    rows: Rows


def tables(page: str) -> list[Rows]:
    """All tables of a page, as rows by heading."""
    text = (PAGES / f"{page}.md").read_text("utf-8")
    return [_rows(block) for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]


def worked(page: str) -> Iterator[Worked]:
    """The JSON blocks of a page, each with its table."""
    text = (PAGES / f"{page}.md").read_text("utf-8")
    for given, table in re.findall(r"```json\n(.*?)\n```\n\n((?:\|.*\n)+)", text):
        yield Worked(page, json.loads(given), _rows(table))


def _rows(table: str) -> Rows:
    head, _, *body = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
    return [dict(zip(head, cells, strict=True)) for cells in body]
