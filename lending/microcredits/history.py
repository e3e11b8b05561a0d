"""What has happened to loans so far, summed from the append-only rows.

What happens to a loan is recorded in the order of days, for each thing is computed from those before it; these are the
questions that every further movement asks first. What a loan owes is told by
`lending.microcredits.positions`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from lending.microcredits.tables import (
    DisbursementRow,
    LoanRecoveryRow,
    LoanScheduleRow,
    PenaltyWaiverRow,
    RepaymentRow,
    WriteOffRow,
)

Undoable = RepaymentRow | WriteOffRow | LoanRecoveryRow


def paid_out(session: Session, loan_ids: Collection[int]) -> dict[int, int]:
    """Tiyn paid out so far, by loan; loans never disbursed are absent."""
    rows = session.execute(
        select(DisbursementRow.loan_id, func.sum(DisbursementRow.amount))
        .where(DisbursementRow.loan_id.in_(loan_ids))
        .group_by(DisbursementRow.loan_id)
    )
    return {loan_id: int(total) for loan_id, total in rows}


def latest_movement(
    session: Session, loan_ids: Collection[int], *, undone: Literal["on its day", "at all"] = "on its day"
) -> dict[int, date]:
    """Day of the latest thing that happened to each loan that was paid out; what was undone on its day is nothing.

    Disbursements, repayments, write-offs, recoveries, waivers, restructurings and demands: each was computed from those
    before it. With ``undone`` "at all", what was undone on a later day is nothing either, nor is its undoing: so the
    day of the latest thing that still stands is told, which is the next that may be undone.
    """
    schedule, waiver, paid = LoanScheduleRow, PenaltyWaiverRow, DisbursementRow
    changed = select(schedule.loan_id, schedule.valid_from).where(
        schedule.loan_id.in_(loan_ids), schedule.reason.in_(("restructured", "demanded"))
    )
    happened = union_all(
        select(paid.loan_id, paid.paid_on.label("day")).where(paid.loan_id.in_(loan_ids)),
        select(waiver.loan_id, waiver.waived_on).where(waiver.loan_id.in_(loan_ids)),
        changed,
        *(
            _standing(table, day, loan_ids, undone)
            for table, day in (
                (RepaymentRow, "paid_on"), (WriteOffRow, "written_off_on"), (LoanRecoveryRow, "received_on")
            )
        ),
    ).subquery()  # fmt: skip
    rows = session.execute(select(happened.c.loan_id, func.max(happened.c.day)).group_by(happened.c.loan_id))
    return dict(list(rows))


def _standing(table: type[Undoable], day: str, loan_ids: Collection[int], undone: str) -> Select[tuple[int, date]]:
    """Loans and days of the rows of a table that were not undone, on their day or at all."""
    other = aliased(table)
    paired = select(other.id).where(or_(other.reverses == table.id, other.id == table.reverses))
    if undone == "on its day":
        paired = paired.where(getattr(other, day) == getattr(table, day))
    return select(table.loan_id, getattr(table, day)).where(table.loan_id.in_(loan_ids), ~paired.exists())
