"""The intake of a specialisation map: lines that are not there yet are added.

A line is recorded already when the organisation has one of its year, district, activity and first day; it must then
have the same approver and last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from lending.applications.maps import Specialisation, record, specialisations
from lending.registers.intake import Intake, differs, line
from lending.registers.specialisation import SpecialisationLine

FIELDS = ("year", "district", "oked", "approver", "valid_from", "valid_until")


def specialisation_intake(session: Session, organisation_id: int, rows: Sequence[SpecialisationLine]) -> Intake:
    """Compare lines of a map with what is recorded."""
    known = {_key(each): each for each in specialisations(session) if each.organisation_id == organisation_id}
    fresh: list[tuple[SpecialisationLine, Specialisation]] = []
    objections = []
    for row in rows:
        told = Specialisation(organisation_id=organisation_id, **{name: getattr(row, name) for name in FIELDS})
        before = known.get(_key(told))
        if before is None:
            fresh.append((row, told))
        else:
            objections += [
                differs(row, name, getattr(before, name))
                for name in FIELDS
                if getattr(before, name) != getattr(told, name)
            ]
    return Intake(objections, len(fresh), len(rows) - len(fresh), partial(_write, session, fresh))


def _key(each: Specialisation) -> tuple[object, ...]:
    return each.year, each.district, each.oked, each.valid_from


def _write(
    session: Session, fresh: Sequence[tuple[SpecialisationLine, Specialisation]], register_id: int
) -> dict[str, list[str]]:
    record(session, [replace(told, line=line(register_id, row)) for row, told in fresh])
    return {}
