"""Writing loans off: all that is owed leaves the books, by a decision of two people.

Interest and penalty are accrued to the day; the provision bears the loss first and the expense the rest; the claim is
kept on a memorandum account. The lender owes the chain whatever its borrower does, so by default it makes the lots
whole at once out of its own money: the principal enters its returned lot as if the borrower had paid. Where an
agreement lets it wait, the lots are owed the principal until something is recovered. Only the latest thing that
happened to a loan is undone. What comes in later is told by `lending.microcredits.recoveries`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn
from ledger.posting import post
from lending import bookings
from lending.chain.lots import put_back
from lending.chain.movements import record, returned, undo
from lending.microcredits.decisions import demand_two_people, record_decisions
from lending.microcredits.history import latest_movement
from lending.microcredits.loans import locked, locked_loan
from lending.microcredits.positions import Positions, positions
from lending.microcredits.refusals import (
    LoanNotOpen,
    NoPosition,
    NotUndoable,
    OverpaymentHeld,
    PaymentOutOfOrder,
    ProvisionShort,
    TooEarlyToWriteOff,
)
from lending.microcredits.shares import booked_parts
from lending.microcredits.tables import LoanRow, WriteOffRow
from lending.microcredits.values import Decision, Loan

#: What a row tells of the loss, in tiyn, beside what it keeps of the loan; an undoing has the opposite of each.
PARTS = ("principal", "interest", "penalty", "accrued", "penalty_accrued", "provision", "made_whole")


@dataclass(frozen=True, slots=True)
class Policy:
    """How a lender writes off.

    ``lots``: its own money makes them whole at once, or they stay short until something is recovered.
    ``shortfall``: what the provision does not cover is expensed, or the write-off waits for a full provision.
    ``days_past_due`` is the least number of them.
    """

    lots: Literal["made-whole", "until-recovered"] = "made-whole"
    shortfall: Literal["expensed", "refused"] = "expensed"
    days_past_due: int = 181


DEFAULT_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class WriteOff:
    """A loan written off: the row's id, and what was lost, in tiyn. ``made_whole`` went back into lots."""

    id: int
    loan_id: int
    principal: int
    interest: int
    penalty: int
    made_whole: int


def write_off(
    session: Session, decided: Mapping[int, Decision], on: date, policy: Policy = DEFAULT_POLICY
) -> list[WriteOff]:
    """Write loans, by id, off on a day, all of them or none; returns what was lost, in order of id.

    Raises:
        NotFound, LoanNotOpen, SecondPersonMissing, PaymentOutOfOrder, TooEarlyToWriteOff, OverpaymentHeld,
        ProvisionShort.
    """
    if not decided:
        return []
    found = locked(session, decided.keys())
    latest = latest_movement(session, found)
    for loan_id, decision in decided.items():
        _check(found, loan_id, decision, on, latest)
    at = positions(session, on, loan_ids=list(found))
    for loan_id, reason in at.failures.items():
        raise NoPosition(number=found[loan_id].contract.number, on=str(on), reason=reason)
    _check_positions(found, at, on, policy)
    decisions = dict(zip(decided, record_decisions(session, "write-off", list(decided.items())), strict=True))
    rows = _book(session, at, on, policy)
    table = WriteOffRow
    rows = [row | {"decision_id": decisions[row["loan_id"]]} for row in rows]
    kept = (table.id, table.loan_id, table.principal, table.interest, table.penalty, table.made_whole)
    done = [
        WriteOff(**row)
        for row in session.execute(insert(table).returning(*kept, sort_by_parameter_order=True), rows).mappings()
    ]
    session.execute(update(LoanRow).where(LoanRow.id.in_(found)).values(status="written-off"))
    return done


def _check(found: Mapping[int, Loan], loan_id: int, decision: Decision, on: date, latest: Mapping[int, date]) -> None:
    loan = found.get(loan_id)
    if loan is None:
        raise NotFound(what="loan", name=str(loan_id))
    number = loan.contract.number
    if loan.status != "active":
        raise LoanNotOpen(number=number, status=loan.status, expected="active")
    demand_two_people(loan, "write-off", decision)
    if on < latest[loan_id]:
        raise PaymentOutOfOrder(number=number, latest=str(latest[loan_id]), found=str(on))


def _check_positions(found: Mapping[int, Loan], at: Positions, on: date, policy: Policy) -> None:
    owed = at.principal + at.interest
    for place, loan_id in enumerate(at.loan_id.tolist()):
        number, days = found[loan_id].contract.number, int(at.days_past_due[place])
        if days < policy.days_past_due:
            raise TooEarlyToWriteOff(number=number, expected=policy.days_past_due, on=str(on), found=days)
        if at.overpayment[place]:
            raise OverpaymentHeld(number=number, held=str(from_tiyn(int(at.overpayment[place])).amount))
        if policy.shortfall == "refused" and at.provision[place] < owed[place]:
            lost, held = (str(from_tiyn(int(each[place])).amount) for each in (owed, at.provision))
            raise ProvisionShort(number=number, expected=lost, found=held)


def _book(session: Session, at: Positions, on: date, policy: Policy) -> list[dict[str, Any]]:
    """Make the lots whole if that is the policy, post one event a loan, record the movements; rows but decisions."""
    loans = at.loan_id.tolist()
    whole = [place for place in range(len(at)) if policy.lots == "made-whole" and at.principal[place]]
    items = [(int(at.facility_id[place]), loans[place], int(at.principal[place]), on) for place in whole]
    lots = dict(zip(whole, put_back(session, items), strict=True))
    losses = [
        bookings.Loss(
            **booked_parts(at, place, int(at.principal[place]), int(at.interest[place])),
            accrued=int(at.accrued_total[place] - at.accrued_posted[place]),
            penalty=int(at.penalty[place]),
            penalty_accrued=int(at.penalty_total[place] - at.penalty_posted[place]),
            provision=int(at.provision[place]),
            into_lots=lots.get(place, {}),
        )
        for place in range(len(at))
    ]
    events = post(
        session,
        [
            bookings.write_off(int(at.lender_id[place]), loans[place], on, loss) for place, loss in enumerate(losses)
        ],
    )  # fmt: skip
    moved = [movement for place, into in lots.items() for movement in returned(loans[place], on, into, events[place])]
    record(session, moved)
    return [
        {
            "loan_id": loan_id, "written_off_on": on, "event_id": event, "principal": int(at.principal[place]),
            "interest": int(at.interest[place]), "penalty": loss.penalty, "accrued": loss.accrued,
            "penalty_accrued": loss.penalty_accrued, "provision": loss.provision,
            "made_whole": sum(loss.into_lots.values()),
        }
        for place, (loan_id, event, loss) in enumerate(zip(loans, events, losses, strict=True))
    ]  # fmt: skip


def reverse_write_off(session: Session, write_off_id: int, on: date) -> int:
    """Undo a write-off on its own day or later; returns the id of the opposite row. The loan is active again.

    Interest and penalty for the days between are not caught up: nothing was owed on them.

    Raises:
        NotFound. NotUndoable: it is undone already, an undoing itself, later than ``on``, or money has come in since.
        MoneyMovedOn: the money that made the lots whole was lent again. PeriodLocked.
    """
    row = session.get(WriteOffRow, write_off_id)
    if row is None:
        raise NotFound(what="write-off", name=str(write_off_id))
    locked_loan(session, row.loan_id)
    undone = session.scalar(select(WriteOffRow.id).where(WriteOffRow.reverses == row.id))
    latest = latest_movement(session, [row.loan_id])[row.loan_id]
    reasons = {
        "it undoes another": row.reverses is not None,
        f"{undone} has undone it": undone is not None,
        f"the loan has a later movement, of {latest}": latest > row.written_off_on,
        f"it was made on {row.written_off_on}, after {on}": on < row.written_off_on,
    }
    for reason, holds in reasons.items():
        if holds:
            raise NotUndoable(what="Write-off", id=row.id, reason=reason)
    opposite = {name: -getattr(row, name) for name in PARTS}
    event = undo(session, row.event_id, on)
    added = insert(WriteOffRow).values(
        loan_id=row.loan_id, decision_id=row.decision_id, written_off_on=on, event_id=event, reverses=row.id,
        **opposite,
    )  # fmt: skip
    session.execute(update(LoanRow).where(LoanRow.id == row.loan_id).values(status="active"))
    return session.execute(added.returning(WriteOffRow.id)).scalar_one()
