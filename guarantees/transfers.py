"""Transfers of commissions: half of the year's sum at its start, the rest as contracts are concluded.

Concluding a contract absorbs its commission (919-GU-11, 746-GU-10). Money already with the guarantor is absorbed
first; only what goes beyond it is owed, so the remainder can be asked for only when the first half is fully absorbed,
and a contract that straddles the halves is split between them (A-46). A request lists the contracts behind it and is
paid on the approval of somebody else. Whatever is unused after the year goes back, or into the next year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from guarantees import bookings
from guarantees.allocations import held_allocation
from guarantees.policy import Practice, default_practice
from guarantees.refusals import SamePerson, TransferRefused
from guarantees.standing import Allocation, allocation
from guarantees.tables import AllocationRow, CommissionTransferRow, TransferRequestLineRow, TransferRequestRow
from ledger.errors import NotFound
from ledger.locks import lock
from ledger.money import round_ratio
from ledger.posting import post


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money moved between akimat and guarantor: the row's id and tiyn, back negative."""

    id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Justification:
    """One contract of a request: its commission and the part of it not covered by transfers, in tiyn."""

    guarantee_id: int
    commission: int
    uncovered: int


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """A request for the remainder as it was made; ``amount`` is the sum of the uncovered parts."""

    id: int
    allocation_id: int
    amount: int
    lines: tuple[Justification, ...]


def first_half(amount: int, share: Decimal) -> int:
    """The transfer at the start of a year for an allocation of ``amount``, half-up (919-GU-09, 746-GU-09)."""
    whole = Fraction(share) * amount
    return round_ratio(whole.numerator, whole.denominator)


def transfer_first(
    session: Session, allocation_id: int, on: date, *, approved_by: str, payer: str = "akimat"
) -> Transfer:  # fmt: skip
    """Pay the first half of the allocation, once, less what was carried over from the year before.

    Raises:
        TransferRefused: it is paid, nothing is left of it to pay, or ``on`` is outside the year. NotFound.
    """
    held = held_allocation(session, allocation_id)
    amount = first_half(held.amount, held.first_share) - held.transferred
    _refuse(held, {
        "the first half was transferred before": held.first,
        f"it is for {held.year} and {on} is not": on.year != held.year,
        "what was carried over covers the first half": amount <= 0,
    })  # fmt: skip
    return _pay(session, held, "first", on, amount, approved_by, payer)


#: Live contracts of an allocation with the part of their commission that lies beyond what was transferred, in the
#: order in which they were concluded.
UNCOVERED = text(
    """
    WITH live AS (
        SELECT g.id, g.signed_on, sum(c.commission)::bigint AS commission
        FROM guarantee g JOIN guarantee_change c ON c.guarantee_id = g.id
        WHERE g.allocation_id = :allocation GROUP BY g.id HAVING sum(c.commission) > 0
    ), running AS (
        SELECT *, sum(commission) OVER (ORDER BY signed_on, id) AS through FROM live
    )
    SELECT id, commission, least(commission, greatest(through - :transferred, 0))::bigint AS uncovered
    FROM running WHERE through > :transferred ORDER BY signed_on, id
    """
)


def justifications(session: Session, of: Allocation) -> tuple[Justification, ...]:
    """The contracts whose commission no transfer covers yet, in the order they were signed."""
    rows = session.execute(UNCOVERED, {"allocation": of.id, "transferred": of.transferred})
    return tuple(Justification(row.id, row.commission, row.uncovered) for row in rows)


def request_remainder(session: Session, allocation_id: int, on: date, *, requested_by: str) -> TransferRequest:
    """Ask the akimat for what contracts have absorbed beyond the money transferred; it replaces earlier requests.

    Raises:
        TransferRefused: the first half was not transferred, or is not fully absorbed (919-GU-10, 746-GU-09).
    """
    held = held_allocation(session, allocation_id)
    _refuse(held, {
        "the first half was not transferred yet": not held.first,
        f"{held.ahead} tiyn of what was transferred are not absorbed": held.ahead > 0,
        "all that was absorbed is transferred": held.owed == 0 and held.ahead == 0,
    })  # fmt: skip
    lines = justifications(session, held)
    added = insert(TransferRequestRow).values(
        allocation_id=allocation_id, requested_on=on, amount=held.owed, requested_by=requested_by
    )
    request_id = session.execute(added.returning(TransferRequestRow.id)).scalar_one()
    session.execute(
        insert(TransferRequestLineRow),
        [
            {
                "request_id": request_id, "guarantee_id": line.guarantee_id, "commission": line.commission,
                "amount": line.uncovered,
            }
            for line in lines
        ],
    )  # fmt: skip
    return TransferRequest(request_id, allocation_id, held.owed, lines)


def transfer_remainder(
    session: Session, request_id: int, on: date, *, approved_by: str, payer: str = "akimat"
) -> Transfer:
    """Pay a request: the newest one of its allocation, as long as its contracts still justify it.

    Raises:
        SamePerson: the one who asks approves. TransferRefused: paid, replaced by a later request, or a contract of it
            was cancelled since. NotFound.
    """
    asked = session.get(TransferRequestRow, request_id)
    if asked is None:
        raise NotFound(what="request for transfer", name=str(request_id))
    if asked.requested_by == approved_by:
        raise SamePerson(what=f"Transfer on request {request_id}", person=approved_by)
    held = held_allocation(session, asked.allocation_id)
    newest = session.scalar(
        select(TransferRequestRow.id)
        .where(TransferRequestRow.allocation_id == held.id)
        .order_by(TransferRequestRow.id.desc())
        .limit(1)
    )
    paid = session.scalar(select(CommissionTransferRow.id).where(CommissionTransferRow.request_id == request_id))
    _refuse(held, {
        f"request {request_id} was paid before": paid is not None,
        f"request {newest} has replaced it": newest != request_id,
        "contracts it was justified by are cancelled; make a new request": held.owed < asked.amount,
    })  # fmt: skip
    return _pay(session, held, "remainder", on, asked.amount, approved_by, payer, request_id)


def settle_year(
    session: Session, allocation_id: int, on: date, *, approved_by: str, practice: Practice | None = None
) -> Transfer | None:  # fmt: skip
    """After the year, send unused money back to the akimat or carry it over; ``None`` when there is none.

    To be called again when a cancellation frees money later.

    Raises:
        TransferRefused: the year is not over, or there is no allocation of the next year to carry to.
    """
    chosen = practice or default_practice()
    successor = _next_year(session, allocation(session, allocation_id)) if chosen.unused == "carry" else None
    lock(session, "allocation", [allocation_id, *([successor] if successor else [])])
    held = allocation(session, allocation_id)
    _refuse(held, {
        f"its year is not over on {on}": on.year <= held.year,
        "there is no allocation of the next year to carry it to": chosen.unused == "carry" and successor is None,
    })  # fmt: skip
    if not held.ahead:
        return None
    if successor is None:
        return _pay(session, held, "returned", on, -held.ahead, approved_by, "guarantor")
    into = allocation(session, successor)
    event = bookings.carried(on, held.payer, into.payer, held.ahead, min(held.ahead, into.owed))
    [event_id] = post(session, [event])
    gone = _record(session, held, "carried", on, -held.ahead, approved_by, "guarantor", event_id)
    _record(session, into, "carried", on, held.ahead, approved_by, "guarantor", event_id)
    return gone


def _next_year(session: Session, of: Allocation) -> int | None:
    return session.scalar(
        select(AllocationRow.id).where(
            AllocationRow.akimat_id == of.akimat_id, AllocationRow.guarantor_id == of.guarantor_id,
            AllocationRow.year == of.year + 1,
        )
    )  # fmt: skip


def _refuse(held: Allocation, reasons: dict[str, bool]) -> None:
    for reason, holds in reasons.items():
        if holds:
            raise TransferRefused(allocation=held.number, reason=reason)


def _pay(
    session: Session, held: Allocation, kind: str, on: date, amount: int, approved_by: str, payer: str,
    request_id: int | None = None,
) -> Transfer:  # fmt: skip
    settles = min(amount, held.owed) if amount > 0 else 0
    [event_id] = post(session, [bookings.transfer(f"commission-{kind}", on, held.payer, amount, settles)])
    return _record(session, held, kind, on, amount, approved_by, payer, event_id, request_id)


def _record(
    session: Session, held: Allocation, kind: str, on: date, amount: int, approved_by: str, payer: str,
    event_id: int, request_id: int | None = None,
) -> Transfer:  # fmt: skip
    added = insert(CommissionTransferRow).values(
        allocation_id=held.id, kind=kind, paid_on=on, amount=amount, payer=payer, request_id=request_id,
        approved_by=approved_by, event_id=event_id,
    )  # fmt: skip
    return Transfer(session.execute(added.returning(CommissionTransferRow.id)).scalar_one(), amount)
