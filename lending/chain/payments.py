"""Payments up the chain: interest from own money, principal from the payer's lots and, for lack of those, own money.

Principal leaves the payer's lots in a fixed order, returned before fresh and oldest first, and enters the payee's
returned lot of its own parent facility, or the treasury. A payment counts towards what falls due next; an early
repayment takes the last instalments away. Interest is accrued to the day of payment in the same event.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from moneyed import Money
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.locks import lock
from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post
from lending import bookings
from lending.chain.debts import Debt, debts
from lending.chain.drawdown import drawn, in_order, standing
from lending.chain.facilities import Facility, facilities, facility
from lending.chain.interest import interest
from lending.chain.lots import returned_lots
from lending.chain.movements import Movement, record, undo
from lending.chain.pools import pool_of
from lending.chain.refusals import MoreThanOwed, NotPositive, amount
from lending.chain.schedules import in_force, plan_early_repayment, restore, versions
from lending.chain.tables import FacilityPaymentRow

#: Principal back at a link above the lenders has been lent once, so it is of the second turn.
WHOLESALE_TURN = 2
NOTHING = from_tiyn(0)


@dataclass(frozen=True, slots=True)
class Due:
    """Tiyn that have fallen due under a facility and are not paid; both at least 0."""

    principal: int = 0
    interest: int = 0


def dues(session: Session, on: date, facility_ids: Collection[int] | None = None) -> dict[int, Due]:
    """What is due at the close of a day, due dates of the day included, by facility: the given ones, or all.

    Interest falls due on due dates, for the days before them.
    """
    asked = facilities(session, facility_ids)
    schedules = versions(session, list(asked))
    owed = debts(session, list(asked), on)
    earned = interest(session, list(asked.values()), on)
    found = {}
    for facility_id in asked:
        version = in_force(schedules.get(facility_id, []), on)
        if version is None or facility_id not in earned:
            found[facility_id] = Due()
            continue
        debt = owed[facility_id]
        repaid = version.total - debt.principal
        paid = debt.interest_accrued - debt.interest
        found[facility_id] = Due(
            principal=max(0, version.due_by(on) - repaid), interest=max(0, earned[facility_id].at_due - paid)
        )
    return found


def due(session: Session, facility_id: int, on: date) -> Due:
    """What is due under one facility at the close of a day, due dates of the day included."""
    return dues(session, on, [facility_id])[facility_id]


def pay(
    session: Session, facility_id: int, on: date, *, interest: Money = NOTHING, principal: Money = NOTHING
) -> int:  # fmt: skip
    """Pay interest and principal to the lender; the id of the payment. Principal counts towards what is due next.

    Raises:
        MoreThanOwed: more interest than accrued to the day, or more principal than owed. OutOfOrder: before the
            facility's last movement. NotPositive.
    """
    paying = facility(session, facility_id)
    _lock(session, paying)
    return _pay(session, paying, on, to_tiyn(interest), to_tiyn(principal)).id


def repay_early(session: Session, facility_id: int, on: date, principal: Money) -> int:
    """Repay principal before it is due, at the borrower's wish (RM-BD-05): the last instalments become less.

    Raises:
        As `pay`.
    """
    paying, tiyn = facility(session, facility_id), to_tiyn(principal)
    _lock(session, paying)
    at = standing(session, paying, on, drawn=drawn(session, paying.id), change=-tiyn)
    payment = _pay(session, paying, on, 0, tiyn)
    plan_early_repayment(session, paying, at, tiyn, _early(payment.event_id))
    return payment.id


def settle_due(session: Session, on: date, facility_ids: Collection[int] | None = None) -> dict[int, Due]:
    """Pay what is due under the given facilities, or all, from the lowest link up: what was paid, by facility.

    Facilities are taken in the order children before parents, so that money coming up the chain is there to be paid
    on the same day.
    """
    asked = facilities(session, facility_ids)
    lock(session, "facility", {id_ for each in asked.values() for id_ in (each.id, each.parent_id or each.id)})
    owed = {facility_id: each for facility_id, each in dues(session, on, facility_ids).items() if each != Due()}
    for facility_id in sorted(owed, reverse=True):  # a child is always younger than its parent
        _pay(session, asked[facility_id], on, owed[facility_id].interest, owed[facility_id].principal)
    return owed


def undo_payment(session: Session, payment_id: int, on: date) -> int:
    """Undo a payment, early or not, while its money is where it went; the id of the opposite payment.

    Raises:
        MoneyMovedOn: the payee has used it. OutOfOrder: it was early and the schedule has changed since.
        NotReversible: undone already. NotFound.
    """
    row = session.get(FacilityPaymentRow, payment_id)
    if row is None:
        raise NotFound(what="facility payment", name=str(payment_id))
    paying = facility(session, row.facility_id)
    _lock(session, paying)
    mirror = undo(session, row.event_id, on)
    restore(session, paying, on, _early(row.event_id))
    return _add_row(session, paying, on, -row.interest, -row.principal, -row.accrued, -row.own_money, mirror).id


def _early(event_id: int) -> str:
    return f"early-repayment:{event_id}"


def _lock(session: Session, paying: Facility) -> None:
    lock(session, "facility", {paying.id, paying.parent_id or paying.id})


def _pay(session: Session, paying: Facility, on: date, interest_paid: int, principal: int) -> FacilityPaymentRow:
    """Check, post and record a payment; the facility and its parent are locked."""
    in_order(session, paying, on)
    debt = debts(session, [paying.id])[paying.id]
    earned = interest(session, [paying], on).get(paying.id)
    accrued = (earned.total if earned else 0) - debt.interest_accrued
    _check(paying, on, debt, interest_paid, principal, accrued)
    pool = pool_of(session, paying.id, [on])
    from_lots = pool.take(pool.repayable(), principal, on)
    own_money = principal - sum(from_lots.values())
    into = _payees_lot(session, paying, on) if principal else None
    into_lots = {} if into is None else {into: principal}
    payment = bookings.FacilityPayment(interest_paid, accrued, from_lots, own_money, into_lots)
    [event_id] = post(session, [bookings.facility_payment(paying.parties, on, payment)])
    record(session, _movements(paying, on, from_lots, own_money, into, event_id))
    return _add_row(session, paying, on, interest_paid, principal, accrued, own_money, event_id)


def _check(paying: Facility, on: date, debt: Debt, interest_paid: int, principal: int, accrued: int) -> None:
    if min(interest_paid, principal) < 0 or interest_paid + principal == 0:
        raise NotPositive(found=amount(min(interest_paid, principal)))
    for what, owed, paid in (
        ("interest", debt.interest + accrued, interest_paid),
        ("principal", debt.principal, principal),
    ):
        if paid > owed:
            raise MoreThanOwed(
                number=paying.number, what=what, on=str(on), owed=amount(owed), paid=amount(paid)
            )  # fmt: skip


def _payees_lot(session: Session, paying: Facility, on: date) -> int | None:
    """The lot of the payee that principal enters: of its own parent facility, or none when it is the treasury."""
    if paying.parent_id is None:
        return None
    parent = facility(session, paying.parent_id)
    lots = returned_lots(session, {parent.id: parent}, [(parent.id, on, WHOLESALE_TURN)])
    return lots[parent.id, on.year, WHOLESALE_TURN]


def _movements(
    paying: Facility, on: date, from_lots: dict[int, int], own_money: int, into: int | None, event_id: int
) -> list[Movement]:
    """Out of the payer's lots and into the payee's, part by part; own money has no lot it comes from."""
    out = [
        Movement(lot_id, on, "repaid", -tiyn, event_id, None, paying.parent_id, into)
        for lot_id, tiyn in from_lots.items()
    ]
    if into is None:
        return out
    parts = [*from_lots.items(), *([(None, own_money)] if own_money else [])]
    return out + [
        Movement(into, on, "returned", tiyn, event_id, None, paying.id, source) for source, tiyn in parts
    ]  # fmt: skip


def _add_row(
    session: Session, paying: Facility, on: date, interest_paid: int, principal: int, accrued: int, own_money: int,
    event_id: int,
) -> FacilityPaymentRow:  # fmt: skip
    row = FacilityPaymentRow(
        facility_id=paying.id, paid_on=on, interest=interest_paid, principal=principal, accrued=accrued,
        own_money=own_money, event_id=event_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
