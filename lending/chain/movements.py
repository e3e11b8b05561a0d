"""Movements of lots: the one way they are written, and how an event that moved money is undone.

A movement is written after its event is posted, and says what the event did to a lot, so that the movements of a
lot always add up to the lot's balance in the ledger. Nothing is ever changed: undoing an event mirrors it in the
ledger and mirrors every movement of it, unless the money has moved on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from ledger.locks import lock
from ledger.posting import reverse
from lending.chain.pools import pool_of
from lending.chain.refusals import MoneyMovedOn, MoreThanLent, amount


@dataclass(frozen=True, slots=True)
class Movement:
    """Tiyn that moved into a lot (positive) or out of it (negative), by which event, from or to whom."""

    lot_id: int
    moved_on: date
    kind: str
    amount: int
    event_id: int
    loan_id: int | None = None
    other_facility_id: int | None = None
    other_lot_id: int | None = None


RECORD = text(
    """
    INSERT INTO lot_movement (lot_id, moved_on, kind, amount, event_id, loan_id, other_facility_id, other_lot_id)
    SELECT * FROM unnest(
        CAST(:lot_id AS bigint[]), CAST(:moved_on AS date[]), CAST(:kind AS text[]), CAST(:amount AS bigint[]),
        CAST(:event_id AS bigint[]), CAST(:loan_id AS bigint[]), CAST(:other_facility_id AS bigint[]),
        CAST(:other_lot_id AS bigint[]))
    """
)


def record(session: Session, movements: Sequence[Movement]) -> None:
    """Write movements, one or a hundred thousand, by one statement."""
    if movements:
        names = Movement.__slots__
        session.execute(RECORD, {name: [getattr(movement, name) for movement in movements] for name in names})


def lent(loan_id: int, on: date, lots: Mapping[int, int], event_id: int) -> Iterator[Movement]:
    """Movements of a disbursement: ``lots`` (tiyn by lot, as `lending.chain.lots.take` gave them) go to a loan."""
    return (Movement(lot_id, on, "lent", -tiyn, event_id, loan_id=loan_id) for lot_id, tiyn in lots.items())


def returned(loan_id: int, on: date, lots: Mapping[int, int], event_id: int) -> Iterator[Movement]:
    """Movements of principal repaid: ``lots`` as `lending.chain.lots.put_back` gave them."""
    return (Movement(lot_id, on, "returned", tiyn, event_id, loan_id=loan_id) for lot_id, tiyn in lots.items())


#: Principal of loans not yet returned, by the turn it was lent in, in the order it was first drawn.
OUTSTANDING = text(
    """
    SELECT m.loan_id, l.turn - CASE m.kind WHEN 'returned' THEN 1 ELSE 0 END AS turn, -sum(m.amount)::bigint AS tiyn
    FROM lot_movement m JOIN lot l ON l.id = m.lot_id WHERE m.loan_id = ANY(:loans)
    GROUP BY 1, 2 ORDER BY 1, min(m.id)
    """
)


def outstanding_by_turn(session: Session, loan_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Principal of loans not yet returned: tiyn by the turn it was lent in, in the order it was first drawn."""
    found: dict[int, dict[int, int]] = {loan_id: {} for loan_id in loan_ids}
    for row in session.execute(OUTSTANDING, {"loans": list(loan_ids)}):
        found[row.loan_id][row.turn] = row.tiyn
    return found


OF_EVENT = text(
    """
    SELECT l.facility_id, m.lot_id, m.kind, m.amount, m.loan_id, m.other_facility_id, m.other_lot_id
    FROM lot_movement m JOIN lot l ON l.id = m.lot_id WHERE m.event_id = :event ORDER BY m.id
    """
)


def undo(session: Session, event_id: int, on: date) -> int:
    """Mirror an event and its lot movements on ``on``, and return the id of the mirroring event.

    Raises:
        MoneyMovedOn: money the event brought into a lot is no longer there. MoreThanLent: principal of an undone
            disbursement has come back. NotFound, NotReversible, PeriodLocked: as the ledger says.
    """
    rows = session.execute(OF_EVENT, {"event": event_id}).all()
    lock(session, "facility", {row.facility_id for row in rows})
    with session.begin_nested():
        mirror = reverse(session, event_id, on)
        for (facility_id, lot_id), brought in _net(rows).items():
            free = pool_of(session, facility_id, [on]).free(lot_id, on)
            if brought > free:
                raise MoneyMovedOn(event=event_id, on=str(on), lot=lot_id, wanted=amount(brought), free=amount(free))
        record(
            session,
            [
                Movement(r.lot_id, on, r.kind, -r.amount, mirror, r.loan_id, r.other_facility_id, r.other_lot_id)
                for r in rows
            ],
        )
        _check_loans(session, rows)
    return mirror


def _check_loans(session: Session, rows: Sequence[Row[Any]]) -> None:
    """No loan has returned more of a turn than was lent to it."""
    lent_to = {row.loan_id: -row.amount for row in rows if row.loan_id is not None}
    for loan_id, turns in outstanding_by_turn(session, lent_to).items():
        if min(turns.values()) < 0:
            left = lent_to[loan_id] + min(turns.values())
            raise MoreThanLent(loan=loan_id, outstanding=amount(max(0, left)), returned=amount(lent_to[loan_id]))


def _net(rows: Sequence[Row[Any]]) -> dict[tuple[int, int], int]:
    """Tiyn an event brought into each lot, by (facility, lot)."""
    net: dict[tuple[int, int], int] = {}
    for row in rows:
        key = row.facility_id, row.lot_id
        net[key] = net.get(key, 0) + row.amount
    return net
