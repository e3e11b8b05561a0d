"""The intake of trainings: what a chamber tells anew of a person is added to what it told before.

A row that says nothing new changes nothing; one that fills in what was blank is recorded; one that says otherwise
than before is refused, field by field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from lending.applications.participants import Training, obstacles, record, trainings
from lending.registers.intake import Intake, differs, line, refusals
from lending.registers.training import TrainingLine

#: Facts that a later row may fill in, but not change.
GROWING = (
    "district", "trained_on", "certificate_kind", "certificate_number", "certificate_on", "opened_on", "launched_on",
)  # fmt: skip


def training_intake(session: Session, chamber_id: int, rows: Sequence[TrainingLine]) -> Intake:
    """Compare trainings with what is recorded."""
    known = trainings(session, {str(row.iin) for row in rows})
    fresh: list[tuple[TrainingLine, Training]] = []
    objections = []
    for row in rows:
        told = _training(chamber_id, row)
        before = known.get(told.key)
        if before is None:
            fresh.append((row, told))
            continue
        merged = replace(
            told, **{name: getattr(before, name) for name in GROWING if getattr(told, name) is None}
        )  # fmt: skip
        objections += [
            differs(row, name, getattr(before, name))
            for name in GROWING
            if getattr(before, name) not in (None, getattr(merged, name))
        ]
        if merged != before:
            fresh.append((row, merged))
    against = obstacles(session, [told for _, told in fresh])
    objections += refusals([row for row, _ in fresh], against, {})
    return Intake(objections, len(fresh), len(rows) - len(fresh), partial(_write, session, fresh))


def _training(chamber_id: int, row: TrainingLine) -> Training:
    return Training(
        organisation_id=chamber_id, iin=str(row.iin), name=row.name, admitted_on=row.admitted_on,
        large_family=row.large_family, **{name: getattr(row, name) for name in GROWING},
    )  # fmt: skip


def _write(
    session: Session, fresh: Sequence[tuple[TrainingLine, Training]], register_id: int
) -> dict[str, list[str]]:  # fmt: skip
    record(session, [replace(told, line=line(register_id, row)) for row, told in fresh])
    return {}
