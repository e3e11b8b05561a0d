"""Drawdowns: money of the lender's goes down a facility and becomes a fresh lot of the borrower's.

The lender's money comes out of its own lots of the parent facility, oldest first among those that may still be
lent, or out of the treasury where the lender is the budget. What is drawn never exceeds the agreement, and every
drawdown has a schedule version. Money that returned to a link above the lenders is not lent again: its lots'
windows are shut by their facility's policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from moneyed import Money
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.locks import lock
from ledger.money import to_tiyn
from ledger.posting import post
from lending import bookings
from lending.amortisation import Opening
from lending.chain.debts import debts, last_movements
from lending.chain.facilities import Facility, facility
from lending.chain.interest import interest
from lending.chain.lots import lend_from
from lending.chain.movements import Movement, record, undo
from lending.chain.pools import Lot, lot_value, pool_of
from lending.chain.refusals import NotPositive, OutOfOrder, OverAgreement, RepaidSince
from lending.chain.refusals import amount as figures
from lending.chain.schedules import Standing, plan_drawdown, restore
from lending.chain.tables import LotMovementRow, LotRow

DRAWN = text(
    """
    SELECT coalesce(sum(m.amount), 0)::bigint FROM lot_movement m JOIN lot l ON l.id = m.lot_id
    WHERE m.kind = 'received' AND l.facility_id = :facility
    """
)


def drawn(session: Session, facility_id: int) -> int:
    """Tiyn drawn under a facility so far, undone drawdowns left out."""
    tiyn: int = session.scalar(DRAWN, {"facility": facility_id})
    return tiyn


def draw(session: Session, facility_id: int, amount: Money, on: date) -> Lot:
    """Draw ``amount`` of a facility on a day and return the fresh lot it makes.

    Raises:
        OverAgreement: more than the agreed sum in all. NotEnoughMoney: the lender's lots hold too little that may
            be lent on the day. OutOfOrder: before the facility's last movement, or not before its maturity.
    """
    drawing, tiyn = facility(session, facility_id), to_tiyn(amount)
    lock(session, "facility", {facility_id, drawing.parent_id or facility_id})
    before = drawn(session, facility_id)
    _check(session, drawing, tiyn, on, before)
    sources = _sources(session, drawing, tiyn, on)
    lot = _fresh_lot(session, drawing, on)
    at = standing(session, drawing, on, drawn=before + tiyn, change=tiyn)
    [event_id] = post(session, [bookings.drawdown(drawing.parties, on, sources, lot.id)])
    record(session, _movements(drawing, lot, sources, event_id))
    plan_drawdown(session, drawing, at, event_id)
    return lot


def undo_draw(session: Session, lot_id: int, on: date) -> int:
    """Undo the drawdown that made a fresh lot, while its money is still there; returns the mirroring event.

    Raises:
        MoneyMovedOn: some of it has been used. RepaidSince: some of the principal is repaid. OutOfOrder: the
            facility's schedule has changed since. NotReversible: undone already. NotFound.
    """
    lot = session.get(LotRow, lot_id)
    if lot is None or lot.kind != "fresh":
        raise NotFound(what="drawdown with lot", name=str(lot_id))
    drawing = facility(session, lot.facility_id)
    lock(session, "facility", {drawing.id, drawing.parent_id or drawing.id})
    rows = select(LotMovementRow.event_id).where(LotMovementRow.lot_id == lot_id, LotMovementRow.kind == "received")
    event_id = session.scalars(rows.order_by(LotMovementRow.id).limit(1)).one()
    before = drawn(session, drawing.id)
    mirror = undo(session, event_id, on)
    owed = debts(session, [drawing.id])[drawing.id].principal
    if owed < 0:
        part = before - drawn(session, drawing.id)
        raise RepaidSince(number=drawing.number, drawn=figures(part), owed=figures(owed + part))
    restore(session, drawing, on, f"drawdown:{event_id}")
    return mirror


def standing(session: Session, of: Facility, on: date, *, drawn: int, change: int) -> Standing:
    """Where a facility will stand once its principal has changed by ``change`` on a day, not booked yet."""
    earned = interest(session, [of], on).get(of.id)
    opening = Opening(earned.period_started_on, earned.open) if earned else Opening(on)
    return Standing(on, drawn, debts(session, [of.id])[of.id].principal + change, opening)


def in_order(session: Session, of: Sequence[Facility], on: date) -> None:
    """Refuse a day before the last movement of a facility, or before it was signed.

    Raises:
        OutOfOrder: the interest since then is already counted.
    """
    moved = last_movements(session, [each.id for each in of])
    for each in of:
        last = moved.get(each.id, each.signed_on)
        if on < last:
            raise OutOfOrder(number=each.number, last=str(last), on=str(on))


def _check(session: Session, drawing: Facility, tiyn: int, on: date, before: int) -> None:
    if tiyn <= 0:
        raise NotPositive(found=figures(tiyn))
    if before + tiyn > drawing.amount:
        raise OverAgreement(
            number=drawing.number, agreed=figures(drawing.amount), drawn=figures(before), wanted=figures(tiyn),
            left=figures(drawing.amount - before),
        )  # fmt: skip
    in_order(session, [drawing], on)


def _sources(session: Session, drawing: Facility, tiyn: int, on: date) -> dict[int, int]:
    """The lender's lots the money comes from; the treasury has none and is told by 0."""
    if drawing.parent_id is None:
        return {0: tiyn}
    return lend_from(pool_of(session, drawing.parent_id, [on]), facility(session, drawing.parent_id), tiyn, on)


def _movements(drawing: Facility, lot: Lot, sources: dict[int, int], event_id: int) -> list[Movement]:
    """Into the fresh lot, and out of each of the lender's lots; the treasury has none."""
    on, up = lot.arrived_on, drawing.parent_id
    received = [
        Movement(lot.id, on, "received", part, event_id, None, up, source or None) for source, part in sources.items()
    ]
    lent = [
        Movement(source, on, "lent", -part, event_id, None, drawing.id, lot.id)
        for source, part in sources.items()
        if source
    ]
    return received + lent


def _fresh_lot(session: Session, drawing: Facility, on: date) -> Lot:
    row = LotRow(
        facility_id=drawing.id, kind="fresh", turn=1, financial_year=on.year, arrived_on=on,
        usable_until=drawing.fresh_until(on),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return lot_value(row)
