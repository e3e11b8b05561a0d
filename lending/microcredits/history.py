"""What has happened to loans so far, summed from the append-only rows.

Disbursements, repayments and demands are recorded in the order of their days, for each one is computed from those
before it; these are the questions that every further movement asks first. What a loan owes is told by
`lending.microcredits.positions`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from lending.microcredits.tables import DisbursementRow, LoanScheduleRow, RepaymentRow


def paid_out(session: Session, loan_ids: Collection[int]) -> dict[int, int]:
    """Tiyn paid out so far, by loan; loans never disbursed are absent."""
    rows = session.execute(
        select(DisbursementRow.loan_id, func.sum(DisbursementRow.amount))
        .where(DisbursementRow.loan_id.in_(loan_ids))
        .group_by(DisbursementRow.loan_id)
    )
    return {loan_id: int(total) for loan_id, total in rows}


def latest_movement(session: Session, loan_ids: Collection[int]) -> dict[int, date]:
    """Day of the latest disbursement, repayment or demand of each loan that has one.

    A payment undone on its day is none.
    """
    other = aliased(RepaymentRow)
    undone = select(other.id).where(
        or_(other.reverses == RepaymentRow.id, other.id == RepaymentRow.reverses), other.paid_on == RepaymentRow.paid_on
    )
    moved = union_all(
        select(DisbursementRow.loan_id, DisbursementRow.paid_on).where(DisbursementRow.loan_id.in_(loan_ids)),
        select(RepaymentRow.loan_id, RepaymentRow.paid_on).where(RepaymentRow.loan_id.in_(loan_ids), ~undone.exists()),
        select(LoanScheduleRow.loan_id, LoanScheduleRow.valid_from).where(
            LoanScheduleRow.loan_id.in_(loan_ids), LoanScheduleRow.reason == "demanded"
        ),
    ).subquery()
    rows = session.execute(select(moved.c.loan_id, func.max(moved.c.paid_on)).group_by(moved.c.loan_id))
    return dict(list(rows))
