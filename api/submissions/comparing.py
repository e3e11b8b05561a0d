"""A report as it was filed beside the same report as it would be now: where they differ, figure by figure.

Rows are found again by what stands in them besides figures: the contract, the lender, the account. A row that is new
or gone differs from nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

#: Kinds of columns that are figures; the others say what a row is.
FIGURES = ("money", "integer", "percent", "rate")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is no longer what was filed; sums in tenge. An empty one was, or is, not there."""

    section: str
    row: str
    column: str
    kind: str
    filed: Decimal | None
    now: Decimal | None

    @property
    def change(self) -> Decimal:
        """By how much it has moved."""
        return (self.now or Decimal(0)) - (self.filed or Decimal(0))


def differences(filed: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Every figure of ``filed`` that differs in ``now``; both are reports as their JSON files have them."""
    found: list[Difference] = []
    for then, today in zip(filed["sections"], now["sections"], strict=True):
        title = then["title"] or filed["title"]
        before, after = dict(_rows(then)), dict(_rows(today))
        for row in [*before, *(row for row in after if row not in before)]:
            was, is_now = before.get(row, {}), after.get(row, {})
            for column in then["columns"]:
                if column["kind"] not in FIGURES:
                    continue
                one, other = _figure(was.get(column["key"])), _figure(is_now.get(column["key"]))
                if one != other:
                    found.append(Difference(title, row[0], column["title"], column["kind"], one, other))
    return found


def _rows(section: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], Mapping[str, Any]]]:
    """Rows and totals by their words; rows of the same words are numbered."""
    words = [column["key"] for column in section["columns"] if column["kind"] not in FIGURES]
    times: Counter[str] = Counter()
    for row in section["rows"]:
        name = " · ".join(str(row[key]) for key in words if row[key] not in (None, ""))
        times[name] += 1
        yield (name, times[name]), row
    if section["totals"] is not None:
        yield ("Σ", 1), section["totals"]


def _figure(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
