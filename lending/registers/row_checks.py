"""Checks of typed rows that several registers share: sums, the order of dates, repetition within a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from typing import Protocol, TypeVar

from moneyed import Money

from lending.registers.columns import Flaw, Place, PlacedRow, RegisterKind

Row = TypeVar("Row", bound=PlacedRow)


class _Sum(PlacedRow, Protocol):
    @property
    def amount(self) -> Money: ...


class _OfContract(PlacedRow, Protocol):
    @property
    def contract_number(self) -> str: ...
    @property
    def contract_date(self) -> date | None: ...


OfContract = TypeVar("OfContract", bound=_OfContract)


def not_positive(row: _Sum) -> Iterator[Flaw]:
    """A sum of nought or less."""
    if row.amount.amount <= 0:
        yield Flaw(row.place, "amount", "amount-not-positive")


def out_of_order(row: PlacedRow, kind: RegisterKind, earlier: str, later: str) -> Iterator[Flaw]:
    """The date ``later`` before the date ``earlier``; either may be absent, and they may fall on one day."""
    first, last = getattr(row, earlier), getattr(row, later)
    if first and last and last < first:
        yield Flaw(row.place, later, "date-too-early", {"kind": kind, "field": earlier, "day": f"{first:%d.%m.%Y}"})


def repeats(rows: Sequence[Row], sameness: Callable[[Row], Hashable]) -> Iterator[tuple[Row, str]]:
    """Each row that is the same as an earlier one, and where the first such stands."""
    first_places: dict[Hashable, Place] = {}
    for row in rows:
        first = first_places.setdefault(sameness(row), row.place)
        if first is not row.place:
            yield row, str(first)


def undated_contracts(rows: Sequence[OfContract]) -> Iterator[Flaw]:
    """Rows without a contract date whose number stands elsewhere in the file with two dates."""
    dates: defaultdict[str, set[date]] = defaultdict(set)
    for row in rows:
        if row.contract_date:
            dates[row.contract_number].add(row.contract_date)
    for row in rows:
        if row.contract_date is None and len(dates[row.contract_number]) > 1:
            yield Flaw(row.place, "contract_date", "contract-date-needed")
