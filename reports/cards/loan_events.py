"""What happened to one loan, newest first: what, how much, who did it through which channel, and where it came from.

Each line is one row of the books of lending: the contract, money paid out and received, new terms, losses, what was
undone. Who did it is told by the command the entry was made under or by the decision; a row of a register names its
file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. ``amount`` and its parts are tiyn, 0 where none moved.

    ``reversed_by`` is the row that undid it, ``reverses`` the one that it undoes. ``who`` and ``confirmed_by`` are
    signatures such as ``web:aigerim``; ``channel`` is empty where the row was made before people signed in.
    """

    on: date
    kind: str
    row_id: int
    amount: int
    principal: int
    interest: int
    penalty: int
    bank_reference: str
    who: str
    confirmed_by: str
    channel: str
    document: str
    reason: str
    register_id: int | None
    register_row: int | None
    reverses: int | None
    reversed_by: int | None
    recorded_at: datetime | None


EVENTS = text(
    """
    WITH happened AS (
        SELECT contract_date AS "on", 'contracted' AS kind, id, amount, 0 AS principal, 0 AS interest, 0 AS penalty,
            '' AS bank_reference, NULL::bigint AS event_id, NULL::bigint AS decision_id, register_id, register_row,
            NULL::bigint AS reverses, NULL::bigint AS reversed_by, 0 AS rank
        FROM loan WHERE id = :loan
        UNION ALL
        SELECT paid_on, 'paid-out', id, amount, amount, 0, 0, '', event_id, NULL, NULL, NULL, NULL, NULL, 1
        FROM disbursement WHERE loan_id = :loan
        UNION ALL
        SELECT paid_on, CASE WHEN reverses IS NOT NULL THEN 'reversal' WHEN amount > 0 THEN 'payment'
                WHEN amount = 0 THEN 'overpayment-used' ELSE 'refund' END,
            id, amount, principal, interest, penalty, bank_reference, event_id, NULL, register_id, register_row,
            reverses, (SELECT u.id FROM repayment u WHERE u.reverses = r.id), 2
        FROM repayment r WHERE loan_id = :loan
        UNION ALL
        SELECT written_off_on, CASE WHEN reverses IS NULL THEN 'written-off' ELSE 'write-off-undone' END, id,
            principal + interest + penalty, principal, interest, penalty, '', event_id, decision_id, NULL, NULL,
            reverses, (SELECT u.id FROM write_off u WHERE u.reverses = w.id), 4
        FROM write_off w WHERE loan_id = :loan
        UNION ALL
        SELECT received_on, CASE WHEN reverses IS NULL THEN 'recovered' ELSE 'recovery-undone' END, id, amount, 0, 0, 0,
            bank_reference, event_id, NULL, NULL, NULL, reverses,
            (SELECT u.id FROM loan_recovery u WHERE u.reverses = r.id), 5
        FROM loan_recovery r WHERE loan_id = :loan
        UNION ALL
        SELECT waived_on, 'penalty-waived', id, amount, 0, 0, amount, '', event_id, decision_id, NULL, NULL, NULL, NULL,
            3
        FROM penalty_waiver WHERE loan_id = :loan
        UNION ALL
        SELECT s.valid_from, s.reason, s.version, 0, 0, 0, 0, '', NULL,
            (SELECT d.id FROM loan_decision d WHERE d.loan_id = :loan AND d.kind = 'restructuring'
                AND s.reason = 'restructured' ORDER BY abs(extract(epoch FROM d.recorded_at - s.recorded_at)) LIMIT 1),
            NULL, NULL, NULL, NULL, 3
        FROM loan_schedule s WHERE s.loan_id = :loan AND s.reason IN ('restructured', 'demanded')
    )
    SELECT h.*, d.decided_by, d.confirmed_by, d.document, d.reason, made.actor, made.channel, made.recorded_at
    FROM happened h
    LEFT JOIN loan_decision d ON d.id = h.decision_id
    LEFT JOIN LATERAL (
        SELECT c.actor, c.channel, e.recorded_at FROM entry e LEFT JOIN command c ON c.id = e.command_id
        WHERE e.event_id = h.event_id ORDER BY e.id LIMIT 1
    ) AS made ON true
    WHERE h."on" <= :on ORDER BY h."on" DESC, h.rank DESC, h.id DESC
    """
)


def events(session: Session, loan_id: int, on: date) -> list[Event]:
    """What happened to a loan up to a day, that day included, the newest first."""
    return [_event(row) for row in session.execute(EVENTS, {"loan": loan_id, "on": on})]


def _event(row: Row[Any]) -> Event:
    return Event(
        on=row.on, kind=row.kind, row_id=row.id, amount=row.amount, principal=row.principal, interest=row.interest,
        penalty=row.penalty, bank_reference=row.bank_reference, who=row.decided_by or row.actor or "",
        confirmed_by=row.confirmed_by or "", channel=row.channel or "", document=row.document or "",
        reason=row.reason or "", register_id=row.register_id, register_row=row.register_row, reverses=row.reverses,
        reversed_by=row.reversed_by, recorded_at=row.recorded_at,
    )  # fmt: skip
