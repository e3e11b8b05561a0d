"""Money whose time ran out: it becomes owed to the budget, and is paid up every link to it.

What is left in a returned lot when its window ends (746-RV-04), or in a fresh one when its utilisation period ends
and unused money is returnable (RM-RV-01, or by agreement), is owed back from that day, and nothing else may be done
with it. It is never more than the facility still owes: what is above that is the holder's own money, advanced
earlier. A payment passes every link above on the same day and brings their debts down with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.errors import NotFound
from ledger.locks import lock
from ledger.periods import last_day, next_month
from ledger.posting import post
from lending import bookings
from lending.chain.debts import debts
from lending.chain.drawdown import drawn, standing
from lending.chain.facilities import Facility, facilities, facility
from lending.chain.lots import returned_lots
from lending.chain.movements import Movement, record, undo
from lending.chain.payments import WHOLESALE_TURN
from lending.chain.pools import Lot, pool_of
from lending.chain.schedules import plan_early_repayment, restore
from lending.chain.tables import BudgetReturnPaymentRow, BudgetReturnRow
from lending.programmes.editions import edition


@dataclass(frozen=True, slots=True)
class Owed:
    """A return to the budget: ``amount`` and ``paid`` in tiyn; ``due_on`` is the last day for paying it."""

    id: int
    facility_id: int
    lot_id: int
    amount: int
    paid: int
    reason: str
    clause: str
    arisen_on: date
    due_on: date


def end_of_next_month(on: date) -> date:
    """Last day of the month after the month of ``on``: when a return falls due unless something else is agreed."""
    return last_day(next_month(on))


ENDED = text(
    """
    SELECT l.id, l.facility_id FROM lot l JOIN facility f ON f.id = l.facility_id
    WHERE l.usable_until < :on AND (CAST(:books AS bigint[]) IS NULL OR f.borrower_id = ANY(CAST(:books AS bigint[])))
      AND CASE l.kind WHEN 'fresh' THEN f.returns_unused ELSE f.relending = 'next-year-end' END
    """
)


def expire(
    session: Session,
    on: date,
    books: Collection[int] | None = None,
    *,
    due_on: Callable[[date], date] = end_of_next_month,
) -> list[int]:
    """Turn what is left in lots whose time ended before ``on`` into money owed to the budget; ids of the returns.

    ``books`` are the holders (None: all); ``due_on`` gives the last day for paying what arises on a day. Run twice,
    it adds nothing.
    """
    holders = _holders(session, on, books)
    lock(session, "facility", holders)
    returns: list[int] = []
    for holder in facilities(session, holders).values():
        returns += _expire_facility(session, holder, on, due_on(on))
    return returns


def _holders(session: Session, on: date, books: Collection[int] | None) -> set[int]:
    """Facilities with money in a lot whose time ended before ``on``, beyond what they owe back already."""
    ended = session.execute(ENDED, {"on": on, "books": None if books is None else list(books)}).all()
    subjects = {bookings.lot(row.id): row for row in ended}
    left = {
        line.subject: line.tiyn
        for line in balances(session, effective_on=on, accounts=["programme-cash"], subjects=list(subjects))
    }
    for each in owed(session, on):
        if (subject := bookings.lot(each.lot_id)) in left:
            left[subject] -= each.amount - each.paid
    return {subjects[subject].facility_id for subject, tiyn in left.items() if tiyn}


def _expire_facility(session: Session, holder: Facility, on: date, due_on: date) -> list[int]:
    pool = pool_of(session, holder.id, [on])
    left = debts(session, [holder.id])[holder.id].principal
    returns = []
    for lot in pool.lots:
        tiyn = min(pool.free(lot.id, on), left) if _ended(holder, lot, on) else 0
        if tiyn:
            left -= tiyn
            returns.append(_owe(session, holder, lot, tiyn, on, due_on))
    return returns


def _ended(holder: Facility, lot: Lot, on: date) -> bool:
    """Whether a lot's time is over and what is left in it goes back to the budget."""
    returnable = holder.returns_unused if lot.kind == "fresh" else holder.relending == "next-year-end"
    return returnable and not lot.usable(on)


def _owe(session: Session, holder: Facility, lot: Lot, tiyn: int, on: date, due_on: date) -> int:
    """Record that ``tiyn`` of a lot are owed back, and take them off the last instalments."""
    at = standing(session, holder, on, drawn=drawn(session, holder.id), change=-tiyn)
    [event_id] = post(session, [bookings.budget_return_due(holder.parties, on, tiyn)])
    plan_early_repayment(session, holder, at, tiyn, f"budget-return:{event_id}")
    row = BudgetReturnRow(
        facility_id=holder.id, lot_id=lot.id, amount=tiyn, arisen_on=on, due_on=due_on, event_id=event_id,
        reason="utilisation" if lot.kind == "fresh" else "window", clause=clause(holder, lot.kind),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def clause(holder: Facility, kind: str) -> str:
    """The rule and clause that send money of this kind of lot back, or the agreement that does."""
    law = edition(holder.edition)
    cited = law.relending.return_unused if kind == "returned" else law.chain[holder.link].returns_unused
    return f"{cited.rule}: {cited.clause}" if cited else f"agreement {holder.number}"


OWED = text(
    """
    SELECT r.id, r.facility_id, r.lot_id, r.amount, coalesce(p.paid, 0) AS paid, r.reason, r.clause, r.arisen_on,
        r.due_on
    FROM budget_return r LEFT JOIN LATERAL (
        SELECT sum(amount)::bigint AS paid FROM budget_return_payment
        WHERE budget_return_id = r.id AND paid_on <= :on
    ) AS p ON true
    WHERE r.arisen_on <= :on AND r.amount <> coalesce(p.paid, 0) ORDER BY r.due_on, r.id
    """
)


def owed(session: Session, on: date = date.max) -> list[Owed]:
    """Returns to the budget that are not paid at the close of a day, by the day they are due."""
    return [Owed(*row) for row in session.execute(OWED, {"on": on})]


def pay_return(session: Session, return_id: int, on: date) -> int:
    """Pay a return to the budget through every link in one event; the id of the payment.

    A link above that owes less than what arrives passes on what it owes and keeps the rest: it is its own money,
    advanced earlier.

    Raises:
        NotFound: no such return by that day, or paid already.
    """
    told = session.get(BudgetReturnRow, return_id)
    chain = _upwards(session, facility(session, told.facility_id)) if told else []
    lock(session, "facility", [each.id for each in chain])
    row = next((each for each in owed(session) if each.id == return_id and each.arisen_on <= on), None)
    if row is None:
        raise NotFound(what="unpaid return to the budget", name=str(return_id))
    links = _links(session, chain, row, on)
    above = list(zip(chain, links, strict=False))[1:]
    standings = [
        standing(session, each, on, drawn=drawn(session, each.id), change=-link.amount) for each, link in above
    ]
    [event_id] = post(session, [bookings.budget_return_paid(on, links)])
    record(session, _movements(links, on, event_id))
    for (each, link), at in zip(above, standings, strict=True):
        plan_early_repayment(session, each, at, link.amount, _passed(event_id))
    return _add_row(session, return_id, on, row.amount - row.paid, event_id)


def undo_return_payment(session: Session, payment_id: int, on: date) -> int:
    """Undo the payment of a return to the budget; the id of the opposite payment.

    Raises:
        OutOfOrder: the schedule of a link above has changed since. NotReversible: undone already. NotFound.
    """
    row = session.get(BudgetReturnPaymentRow, payment_id)
    if row is None:
        raise NotFound(what="payment of a return to the budget", name=str(payment_id))
    holder = session.get_one(BudgetReturnRow, row.budget_return_id).facility_id
    chain = _upwards(session, facility(session, holder))
    lock(session, "facility", [each.id for each in chain])
    mirror = undo(session, row.event_id, on)
    for each in chain[1:]:
        restore(session, each, on, _passed(row.event_id))
    return _add_row(session, row.budget_return_id, on, -row.amount, mirror)


def _passed(event_id: int) -> str:
    return f"budget-return-paid:{event_id}"


def _upwards(session: Session, lowest: Facility) -> list[Facility]:
    """A facility and all above it, from below."""
    chain = [lowest]
    while chain[-1].parent_id is not None:
        chain.append(facility(session, chain[-1].parent_id))
    return chain


def _links(session: Session, chain: list[Facility], row: Owed, on: date) -> list[bookings.ReturnLink]:
    """The links the money passes, each no more than the link still owes, from the holder's lot up."""
    principal = debts(session, [each.id for each in chain])
    year = on.year
    owners = {each.id: each for each in chain[1:]}
    lots = returned_lots(session, owners, [(each.id, on, WHOLESALE_TURN) for each in chain[1:]])
    links: list[bookings.ReturnLink] = []
    passing, source = row.amount - row.paid, row.lot_id
    for each in chain:
        if links:
            passing = min(passing, principal[each.id].principal)
        if not passing:
            break
        into = None if each.parent_id is None else lots[each.parent_id, year, WHOLESALE_TURN]
        links.append(bookings.ReturnLink(each.parties, not links, passing, source, into))
        source = into or 0
    return links


def _movements(links: list[bookings.ReturnLink], on: date, event_id: int) -> list[Movement]:
    movements = []
    for link, above in zip(links, [*links[1:], None], strict=True):
        up = None if above is None else above.parties.facility_id
        movements.append(Movement(link.from_lot, on, "budget", -link.amount, event_id, None, up, link.into_lot))
        if link.into_lot is not None:
            below = link.parties.facility_id
            movements.append(
                Movement(link.into_lot, on, "returned", link.amount, event_id, None, below, link.from_lot)
            )  # fmt: skip
    return movements


def _add_row(session: Session, return_id: int, on: date, tiyn: int, event_id: int) -> int:
    row = BudgetReturnPaymentRow(budget_return_id=return_id, paid_on=on, amount=tiyn, event_id=event_id)
    session.add(row)
    session.flush()
    return row.id
