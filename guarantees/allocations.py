"""Allocations: what an akimat sets aside in a year for the commissions of one guarantor.

The sum of commissions never exceeds the allocation (919-GU-08, 746-GU-08): whoever absorbs commission holds the lock
of the allocation from before he reads what is left. How the money itself is transferred is told in
`guarantees.transfers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from moneyed import Money
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guarantees.eligibility import provision
from guarantees.refusals import (
    AllocationTaken,
    BelowCommitted,
    ProgrammeWithoutGuarantees,
    TooManyGuarantors,
    WrongGuarantor,
)
from guarantees.standing import Allocation, allocation
from guarantees.tables import AllocationChangeRow, AllocationRow
from ledger.errors import BadInput
from ledger.locks import lock
from ledger.money import from_tiyn, to_tiyn
from ledger.organisations import organisation
from lending.programmes.editions import Edition, edition

#: The akimat's department that pays for each kind of territory (919-PA-16, 746-PA-12).
DEPARTMENTS = {"rural": "agriculture", "city": "entrepreneurship"}


@dataclass(eq=False, kw_only=True)
class AllocationNotPositive(BadInput):
    """An allocation of nothing or less."""

    code = "allocation-not-positive"
    sentence = "Allocation {number}: expected an amount above zero; found {found}."
    number: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationTerms:
    """A year's contract between an akimat and a guarantor. ``territory`` is ``rural`` or ``city``.

    ``unit`` is the KATO code of the administrative unit served, ``agreed_on`` the day of the contract.
    """

    number: str
    year: int
    akimat_id: int
    guarantor_id: int
    edition: str
    unit: str
    territory: str
    amount: Money
    agreed_on: date


def open_allocation(session: Session, terms: AllocationTerms) -> Allocation:
    """Record an allocation; the commission's rate and the first transfer's share are the edition's.

    Raises:
        ProgrammeWithoutGuarantees: as the Road Map (RM-GU-01). WrongGuarantor: another serves such places.
        TooManyGuarantors: the unit has engaged two. AllocationTaken, AllocationNotPositive, NotFound.
    """
    law = edition(terms.edition)
    rate, first = (provision(law, name, terms.territory) for name in ("commission_rate", "advance_share"))
    if rate is None or first is None:
        raise ProgrammeWithoutGuarantees(number=terms.number, edition=terms.edition)
    if to_tiyn(terms.amount) <= 0:
        raise AllocationNotPositive(number=terms.number, found=str(terms.amount.amount))
    lock(session, "guaranteed-unit", [int(terms.unit)])
    _check_guarantor(session, terms, law)
    row = AllocationRow(
        number=terms.number, year=terms.year, akimat_id=terms.akimat_id, department=DEPARTMENTS[terms.territory],
        guarantor_id=terms.guarantor_id, edition=terms.edition, unit=terms.unit, territory=terms.territory,
        commission_rate=rate.value, first_share=first.value,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _change(session, row.id, terms.agreed_on, to_tiyn(terms.amount), terms.number)
    return allocation(session, row.id)


def _check_guarantor(session: Session, terms: AllocationTerms, law: Edition) -> None:
    code = organisation(session, terms.guarantor_id).code
    serving = provision(law, "guarantor", terms.territory)
    if serving is not None and code.lower() not in serving.value:
        raise WrongGuarantor(
            number=terms.number, expected=", ".join(serving.value), found=code, rule=serving.rule,
            clause=serving.clause,
        )  # fmt: skip
    of_year = select(AllocationRow).where(AllocationRow.year == terms.year)
    taken = session.scalar(
        of_year.where(
            AllocationRow.akimat_id == terms.akimat_id, AllocationRow.guarantor_id == terms.guarantor_id
        )
    )  # fmt: skip
    if taken is not None:
        raise AllocationTaken(year=terms.year, number=taken.number)
    engaged = {row.guarantor_id for row in session.scalars(of_year.where(AllocationRow.unit == terms.unit))}
    most = provision(law, "guarantors_max", terms.territory)
    if most is not None and len(engaged | {terms.guarantor_id}) > most.value:
        raise TooManyGuarantors(
            number=terms.number, expected=most.value, found=len(engaged) + 1, rule=most.rule, clause=most.clause
        )


def adjust(session: Session, allocation_id: int, on: date, by: Money, document: str) -> Allocation:
    """Raise the allocation, or lower it by a negative amount, never below what is absorbed or transferred.

    Raises:
        BelowCommitted: too much would be taken away. NotFound.
    """
    held = held_allocation(session, allocation_id)
    least = max(held.absorbed, held.transferred)
    if held.amount + to_tiyn(by) < least:
        raise BelowCommitted(
            allocation=held.number, expected=str(from_tiyn(least).amount),
            found=str(from_tiyn(held.amount + to_tiyn(by)).amount),
        )  # fmt: skip
    _change(session, allocation_id, on, to_tiyn(by), document)
    return allocation(session, allocation_id)


def held_allocation(session: Session, allocation_id: int) -> Allocation:
    """The allocation, locked until the transaction ends: what is read of it stays true."""
    lock(session, "allocation", [allocation_id])
    return allocation(session, allocation_id)


def _change(session: Session, allocation_id: int, on: date, amount: int, document: str) -> None:
    session.execute(
        insert(AllocationChangeRow).values(
            allocation_id=allocation_id, changed_on=on, amount=amount, document=document
        )
    )  # fmt: skip
