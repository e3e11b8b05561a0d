"""What has happened to loans so far, summed from the append-only rows.

What happens to a loan is recorded in the order of days, for each thing is computed from those before it; these are the
questions that every further movement asks first. What a loan owes is told by
`lending.microcredits.positions`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lending.microcredits.tables import DisbursementRow


def paid_out(session: Session, loan_ids: Collection[int]) -> dict[int, int]:
    """Tiyn paid out so far, by loan; loans never disbursed are absent."""
    rows = session.execute(
        select(DisbursementRow.loan_id, func.sum(DisbursementRow.amount))
        .where(DisbursementRow.loan_id.in_(loan_ids))
        .group_by(DisbursementRow.loan_id)
    )
    return {loan_id: int(total) for loan_id, total in rows}


LATEST = text(
    """
    SELECT loan_id, max(day) AS day
    FROM (
        SELECT loan_id, paid_on AS day FROM disbursement
        UNION ALL
        SELECT loan_id, waived_on FROM penalty_waiver
        UNION ALL
        SELECT loan_id, valid_from FROM loan_schedule WHERE reason IN ('restructured', 'demanded')
        UNION ALL
        SELECT loan_id, paid_on FROM repayment AS own WHERE NOT EXISTS (
            SELECT FROM repayment o
            WHERE (o.reverses = own.id OR o.id = own.reverses) AND (:at_all OR o.paid_on = own.paid_on)
        )
        UNION ALL
        SELECT loan_id, written_off_on FROM write_off AS own WHERE NOT EXISTS (
            SELECT FROM write_off o
            WHERE (o.reverses = own.id OR o.id = own.reverses) AND (:at_all OR o.written_off_on = own.written_off_on)
        )
        UNION ALL
        SELECT loan_id, received_on FROM loan_recovery AS own WHERE NOT EXISTS (
            SELECT FROM loan_recovery o
            WHERE (o.reverses = own.id OR o.id = own.reverses) AND (:at_all OR o.received_on = own.received_on)
        )
    ) AS happened
    WHERE loan_id = ANY(:loans) GROUP BY loan_id
    """
)


def latest_movement(
    session: Session, loan_ids: Collection[int], *, undone: Literal["on its day", "at all"] = "on its day"
) -> dict[int, date]:
    """Day of the latest thing that happened to each loan that was paid out; what was undone on its day is nothing.

    Disbursements, repayments, write-offs, recoveries, waivers, restructurings and demands: each was computed from those
    before it. With ``undone`` "at all", what was undone on a later day is nothing either, nor is its undoing: so the
    day of the latest thing that still stands is told, which is the next that may be undone.
    """
    asked = {"loans": list(loan_ids), "at_all": undone == "at all"}
    return dict(list(session.execute(LATEST, asked)))
