"""The register of a specialisation map: one row an activity that a district has chosen for a year.

A row that passes has a year that can be meant and an end not before its beginning. Which projects the map gives
priority is decided by the queue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from lending.registers import cells
from lending.registers.columns import Column, Flaw, Place, Register
from lending.registers.row_checks import out_of_order, repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialisationLine:
    """One activity of one district; both days inclusive."""

    place: Place = field(compare=False)
    year: int
    district: str
    oked: str
    approver: str
    valid_from: date
    valid_until: date


def _problems(rows: Sequence[SpecialisationLine]) -> Iterator[Flaw]:
    for row in rows:
        if not 2000 <= row.year <= 2100:
            yield Flaw(row.place, "year", "not-a-year")
        yield from out_of_order(row, SPECIALISATION.kind, "valid_from", "valid_until")
    for row, earlier in repeats(rows, lambda row: (row.year, row.district, row.oked, row.valid_from)):
        yield Flaw(row.place, "oked", "duplicate-row", {"earlier": earlier})


def _warnings(_: Sequence[SpecialisationLine]) -> Iterator[Flaw]:
    yield from ()


SPECIALISATION: Register[SpecialisationLine] = Register(
    kind="specialisation",
    make=SpecialisationLine,
    problems=_problems,
    warnings=_warnings,
    dated="valid_from",
    columns=(
        Column("year", cells.whole, "whole"),
        Column("district", cells.kato),
        Column("oked", cells.oked),
        Column("approver", cells.text),
        Column("valid_from", cells.day, "date"),
        Column("valid_until", cells.day, "date"),
    ),
    summed="",
)
