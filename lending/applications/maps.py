"""Specialisation maps: which activities a district has chosen, for which year, by whose approval.

A project that matches the map in force on a day is served before one that does not (919-PA-12, 746-LN-22); in what
order is told in `lending.applications.queue`. Lines are added and never changed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lending.applications.tables import SpecialisationRow
from lending.microcredits.values import RegisterLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialisation:
    """One line: ``district`` a KATO code, ``oked`` the beginning of activity codes, both days inclusive."""

    organisation_id: int
    year: int
    district: str
    oked: str
    approver: str
    valid_from: date
    valid_until: date
    line: RegisterLine | None = field(default=None, compare=False)

    def matches(self, kato: str, oked: str, on: date) -> bool:
        """Whether a project of this activity in this place is on the line on a day."""
        here = kato.startswith(beginning(self.district))
        chosen = oked.replace(".", "").startswith(self.oked.replace(".", ""))
        return here and chosen and self.valid_from <= on <= self.valid_until


def beginning(code: str) -> str:
    """What the KATO codes inside a place begin with: two digits for a region, four for a district, six for an okrug."""
    return next((code[:size] for size in (2, 4, 6) if not code[size:].strip("0")), code)


_FIELDS = tuple(name for name in Specialisation.__slots__ if name != "line")


def specialisations(session: Session, on: date | None = None) -> list[Specialisation]:
    """All lines, or those in force on a day."""
    query = select(SpecialisationRow).order_by(SpecialisationRow.id)
    if on is not None:
        query = query.where(SpecialisationRow.valid_from <= on, SpecialisationRow.valid_until >= on)
    return [
        Specialisation(
            **{name: getattr(row, name) for name in _FIELDS}, line=RegisterLine(row.register_id, row.register_row)
        )
        for row in session.scalars(query)
    ]


def record(session: Session, lines: Sequence[Specialisation]) -> None:
    """Write lines of a map."""
    if lines:
        rows = []
        for each in lines:
            assert each.line is not None, "a map is told by a register"
            told = asdict(each)
            del told["line"]
            rows.append(told | {"register_id": each.line.register_id, "register_row": each.line.row})
        session.execute(insert(SpecialisationRow), rows)


def matching(lines: Collection[Specialisation], kato: str | None, oked: str | None, on: date) -> Specialisation | None:
    """The first line that a project matches on a day; none where its place or activity is not known."""
    if kato is None or oked is None:
        return None
    return next((each for each in lines if each.matches(kato, oked, on)), None)
