"""Payments up the chain: interest from own money, principal from the payer's lots and, for lack of those, own money.

Principal leaves the payer's lots in a fixed order, returned before fresh and oldest first, and enters the payee's
returned lot of its own parent facility, or the treasury. A payment counts towards what falls due next; an early
repayment takes the last instalments away. Interest is accrued to the day of payment in the same event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
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
from lending.chain.pools import pools_of
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
    return _pay(session, on, [(paying, Due(to_tiyn(principal), to_tiyn(interest)))])[0].id


def repay_early(session: Session, facility_id: int, on: date, principal: Money) -> int:
    """Repay principal before it is due, at the borrower's wish (RM-BD-05): the last instalments become less.

    Raises:
        As `pay`.
    """
    paying, tiyn = facility(session, facility_id), to_tiyn(principal)
    _lock(session, paying)
    at = standing(session, paying, on, drawn=drawn(session, paying.id), change=-tiyn)
    [payment] = _pay(session, on, [(paying, Due(principal=tiyn))])
    plan_early_repayment(session, paying, at, tiyn, _early(payment.event_id))
    return payment.id


def settle_due(session: Session, on: date, facility_ids: Collection[int] | None = None) -> dict[int, Due]:
    """Pay what is due under the given facilities, or all, from the lowest link up: what was paid, by facility.

    Children pay before their parents, so that money coming up the chain is there to be paid on the same day.
    """
    asked = facilities(session, facility_ids)
    lock(session, "facility", {id_ for each in asked.values() for id_ in (each.id, each.parent_id or each.id)})
    owed = {facility_id: each for facility_id, each in dues(session, on, facility_ids).items() if each != Due()}
    for together in _from_below([asked[facility_id] for facility_id in owed]):
        _pay(session, on, [(each, owed[each.id]) for each in together])
    return owed


def _from_below(paying: Sequence[Facility]) -> list[list[Facility]]:
    """Facilities that can pay together, because all that pay into their lots have paid before."""
    height: defaultdict[int, int] = defaultdict(int)
    rounds: defaultdict[int, list[Facility]] = defaultdict(list)
    for each in sorted(paying, key=lambda each: -each.id):  # a child is always younger than its parent
        rounds[height[each.id]].append(each)
        if each.parent_id is not None:
            height[each.parent_id] = max(height[each.parent_id], height[each.id] + 1)
    return [rounds[place] for place in sorted(rounds)]


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
    opposite = {name: -getattr(row, name) for name in ("interest", "principal", "accrued", "own_money")}
    [undone] = _add_rows(
        session, [FacilityPaymentRow(facility_id=paying.id, paid_on=on, event_id=mirror, **opposite)]
    )  # fmt: skip
    return undone.id


def _early(event_id: int) -> str:
    return f"early-repayment:{event_id}"


def _lock(session: Session, paying: Facility) -> None:
    lock(session, "facility", {paying.id, paying.parent_id or paying.id})


def _pay(session: Session, on: date, payments: Sequence[tuple[Facility, Due]]) -> list[FacilityPaymentRow]:
    """Check, post and record one payment a facility, none another's parent; all and their parents are locked."""
    paying = [each for each, _ in payments]
    ids = [each.id for each in paying]
    in_order(session, paying, on)
    owed, earned, pools = debts(session, ids), interest(session, paying, on), pools_of(session, ids, [on])
    lots = _payees_lots(session, [each for each, due in payments if due.principal], on)
    split = []
    for each, due in payments:
        total = earned[each.id].total if each.id in earned else 0
        accrued = total - owed[each.id].interest_accrued
        _check(each, on, owed[each.id], due, accrued)
        from_lots = pools[each.id].take(pools[each.id].repayable(), due.principal, on)
        own_money = due.principal - sum(from_lots.values())
        into_lots = {lots[each.id]: due.principal} if each.id in lots else {}
        split.append(bookings.FacilityPayment(due.interest, accrued, from_lots, own_money, into_lots))
    booked = list(zip(paying, split, strict=True))
    events = post(session, [bookings.facility_payment(each.parties, on, payment) for each, payment in booked])
    made = [(*each, event_id) for each, event_id in zip(booked, events, strict=True)]
    record(session, [movement for each in made for movement in _movements(on, *each)])
    return _add_rows(session, [_row(on, *each) for each in made])


def _check(paying: Facility, on: date, debt: Debt, payment: Due, accrued: int) -> None:
    if min(payment.interest, payment.principal) < 0 or payment == Due():
        raise NotPositive(found=amount(min(payment.interest, payment.principal)))
    for what, owed, paid in (
        ("interest", debt.interest + accrued, payment.interest),
        ("principal", debt.principal, payment.principal),
    ):
        if paid > owed:
            raise MoreThanOwed(
                number=paying.number, what=what, on=str(on), owed=amount(owed), paid=amount(paid)
            )  # fmt: skip


def _payees_lots(session: Session, paying: Sequence[Facility], on: date) -> dict[int, int]:
    """By facility, the payee's lot that principal enters: of its own parent; none where it is the treasury."""
    parents = {each.id: each.parent_id for each in paying if each.parent_id is not None}
    if not parents:
        return {}
    owners = facilities(session, set(parents.values()))
    lots = returned_lots(session, owners, {(parent_id, on, WHOLESALE_TURN) for parent_id in owners})
    return {facility_id: lots[parent_id, on.year, WHOLESALE_TURN] for facility_id, parent_id in parents.items()}


def _movements(on: date, paying: Facility, payment: bookings.FacilityPayment, event_id: int) -> list[Movement]:
    """Out of the payer's lots and into the payee's, part by part; own money has no lot it comes from."""
    into = next(iter(payment.into_lots), None)
    out = [
        Movement(lot_id, on, "repaid", -tiyn, event_id, None, paying.parent_id, into)
        for lot_id, tiyn in payment.from_lots.items()
    ]
    if into is None:
        return out
    parts = [*payment.from_lots.items(), *([(None, payment.own_money)] if payment.own_money else [])]
    return out + [
        Movement(into, on, "returned", tiyn, event_id, None, paying.id, source) for source, tiyn in parts
    ]  # fmt: skip


def _row(on: date, paying: Facility, payment: bookings.FacilityPayment, event_id: int) -> FacilityPaymentRow:
    return FacilityPaymentRow(
        facility_id=paying.id, paid_on=on, interest=payment.interest, principal=payment.principal,
        accrued=payment.accrued, own_money=payment.own_money, event_id=event_id,
    )  # fmt: skip


def _add_rows(session: Session, rows: list[FacilityPaymentRow]) -> list[FacilityPaymentRow]:
    session.add_all(rows)
    session.flush()
    return rows
