"""Paying microcredits out: money leaves the lender's lots, the loan becomes active, its schedule follows the money.

A batch is checked whole before anything moves. The lots decide which money it is: the oldest usable first, so
whether a loan is lent from fresh or from returned money is found here, not declared. A loan paid out in one sum on
the day its schedule was signed for keeps that schedule; another day, a part, or a further tranche adds a version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ledger.errors import NesieError, NotFound
from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post
from lending import bookings
from lending.amortisation.plans import schedule
from lending.chain.lots import take
from lending.chain.movements import lent, record
from lending.chain.tables import FacilityRow, LotRow
from lending.microcredits.history import latest_movement, paid_out
from lending.microcredits.loans import locked, outlives
from lending.microcredits.refusals import (
    AmountNotPositive,
    DatesOutOfOrder,
    LoanNotOpen,
    MoreThanAgreed,
    ReturnDemanded,
)
from lending.microcredits.schedules import (
    InForce,
    NewVersion,
    Reason,
    Version,
    add_versions,
    last_due,
    not_undone,
    replay,
    versions,
)
from lending.microcredits.tables import DisbursementRow, LoanRow
from lending.microcredits.values import Disbursal, Loan, Obstacle, terms


@dataclass(frozen=True, slots=True)
class Disbursement:
    """Money paid out: the row's id, the loan, and tiyn by the lot it came from."""

    id: int
    loan_id: int
    from_lots: Mapping[int, int]


def disburse(session: Session, disbursals: Sequence[Disbursal]) -> list[Disbursement]:
    """Pay out loans and tranches, in the order given; all of them or none.

    Raises:
        NesieError: the first obstacle that `obstacles` finds; the facility's lots lack the money; relent money
            would be out after its facility ends (746-RV-03); or the loan was demanded back.
    """
    found = locked(session, {each.loan_id for each in disbursals})
    against = obstacles(session, disbursals, found)
    if against:
        raise against[0].error
    drawn = take(
        session,
        [
            (found[each.loan_id].contract.facility_id, each.loan_id, to_tiyn(each.amount), each.on)
            for each in disbursals
        ],
    )
    changes = _changes(session, disbursals, found)
    ids = _book(session, disbursals, found, drawn)
    add_versions(session, changes)
    _check_relent(session, disbursals, found, drawn)
    session.execute(
        update(LoanRow).where(LoanRow.id.in_(found), LoanRow.status == "contracted").values(status="active")
    )
    return [Disbursement(row_id, each.loan_id, lots) for row_id, each, lots in zip(ids, disbursals, drawn, strict=True)]


def obstacles(session: Session, disbursals: Sequence[Disbursal], found: Mapping[int, Loan]) -> list[Obstacle]:
    """What stands against each disbursal by its contract and what happened to it: state, sum, dates."""
    left = {loan_id: to_tiyn(each.contract.amount) for loan_id, each in found.items()}
    for loan_id, paid in paid_out(session, found).items():
        left[loan_id] -= paid
    earliest = {loan_id: each.contract.signed_on for loan_id, each in found.items()}
    earliest |= latest_movement(session, found)
    against: list[Obstacle] = []
    for place, each in enumerate(disbursals):
        loan = found.get(each.loan_id)
        if loan is None:
            against.append(Obstacle(place, "loan_id", NotFound(what="loan", name=str(each.loan_id))))
            continue
        errors = _against(each, loan, left[each.loan_id], earliest[each.loan_id])
        against += [Obstacle(place, field, error) for field, error in errors]
        left[each.loan_id] -= to_tiyn(each.amount)
    return against


def _against(each: Disbursal, loan: Loan, left: int, earliest: date) -> Iterator[tuple[str, NesieError]]:
    number, amount = loan.contract.number, each.amount.amount
    if loan.status not in ("contracted", "active"):
        yield "loan_id", LoanNotOpen(number=number, status=loan.status, expected="contracted or active")
    if amount <= 0:
        yield "amount", AmountNotPositive(number=number, found=str(amount))
    elif to_tiyn(each.amount) > left:
        room = from_tiyn(max(left, 0)).amount
        yield "amount", MoreThanAgreed(number=number, left=str(room), found=str(amount))
    if each.on < earliest:
        yield (
            "on",
            DatesOutOfOrder(
                number=number, earlier="what is recorded", later="disbursement", expected=str(earliest),
                found=str(each.on),
            ),
        )  # fmt: skip


def _book(
    session: Session, disbursals: Sequence[Disbursal], found: Mapping[int, Loan], drawn: Sequence[Mapping[int, int]]
) -> Sequence[int]:
    """Post, record what left the lots, and write the rows; returns the ids of the rows."""
    paid = list(zip(disbursals, drawn, strict=True))
    events = post(
        session,
        [
            bookings.disbursement(found[each.loan_id].contract.lender_id, each.loan_id, each.on, lots)
            for each, lots in paid
        ],
    )
    record(
        session,
        [
            movement
            for (each, lots), event in zip(paid, events, strict=True)
            for movement in lent(each.loan_id, each.on, lots, event)
        ],
    )
    rows = [
        {"loan_id": each.loan_id, "paid_on": each.on, "amount": to_tiyn(each.amount), "event_id": event}
        for each, event in zip(disbursals, events, strict=True)
    ]
    if not rows:
        return []
    added = insert(DisbursementRow).returning(DisbursementRow.id, sort_by_parameter_order=True)
    return session.scalars(added, rows).all()


def _changes(session: Session, disbursals: Sequence[Disbursal], found: Mapping[int, Loan]) -> list[NewVersion]:
    """The schedule versions that the disbursals make: none for a loan paid out as signed."""
    otherwise: dict[int, list[Disbursal]] = defaultdict(list)
    for each in disbursals:
        contract = found[each.loan_id].contract
        if (each.amount, each.on) != (contract.amount, contract.disburse_on):
            otherwise[each.loan_id].append(each)
    if not otherwise:
        return []
    histories, begun = versions(session, otherwise), paid_out(session, otherwise)
    return [
        version
        for loan_id, own in otherwise.items()
        for version in _changed(found[loan_id], histories[loan_id], own, begun=loan_id in begun)
    ]


def _changed(
    loan: Loan, history: Sequence[Version], disbursals: Sequence[Disbursal], *, begun: bool
) -> Iterator[NewVersion]:
    """The versions that several disbursals of one loan make, one after another."""
    current = replay(loan.contract, history) if begun else None
    if any(version.reason == "demanded" for version in not_undone(history)):
        raise ReturnDemanded(number=loan.contract.number)
    reason: Reason
    for number, each in enumerate(disbursals, start=history[-1].number + 1):
        if current is None:
            started = terms(loan.contract, principal=each.amount, disbursed_on=each.on)
            reason, current = "disbursed", InForce(schedule(started), 0)
        else:
            reason, current = "tranche", current.with_tranche(each.on, to_tiyn(each.amount))
        yield NewVersion(
            loan_id=loan.id, number=number, valid_from=each.on, reason=reason, principal_before=current.before,
            plan=current.plan,
        )  # fmt: skip


def _check_relent(
    session: Session, disbursals: Sequence[Disbursal], found: Mapping[int, Loan], drawn: Sequence[Mapping[int, int]]
) -> None:
    """Money with a window for relending is lent again only until its agreement ends (746-RV-03)."""
    lots = {lot for each in drawn for lot in each}
    returned = set(
        session.scalars(
            select(LotRow.id)
            .join(FacilityRow, FacilityRow.id == LotRow.facility_id)
            .where(LotRow.id.in_(lots), LotRow.kind == "returned", FacilityRow.relending == "next-year-end")
        )
    )
    relent = {each.loan_id for each, own in zip(disbursals, drawn, strict=True) if returned.intersection(own)}
    ends = last_due(session, relent)
    for loan_id, facility in _facilities(session, relent):
        if ends[loan_id] > facility.matures_on:
            raise outlives(found[loan_id].contract.number, facility, ends[loan_id], "746-RV-03")


def _facilities(session: Session, loan_ids: Collection[int]) -> list[tuple[int, FacilityRow]]:
    rows = session.execute(
        select(LoanRow.id, FacilityRow)
        .join(FacilityRow, FacilityRow.id == LoanRow.facility_id)
        .where(LoanRow.id.in_(loan_ids))
    )
    return [(loan_id, row) for loan_id, row in rows]
