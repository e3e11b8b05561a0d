"""Allocations: what an akimat sets aside in a year for the commissions of one guarantor.

The sum of commissions never exceeds the allocation (919-GU-08, 746-GU-08): whoever absorbs commission holds the lock
of the allocation from before he reads what is left. How the money itself is transferred is told in
`guarantees.transfers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from moneyed import Money
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guarantees.refusals import AllocationTaken, BelowCommitted, NoGuarantees, TooManyGuarantors, WrongGuarantor
from guarantees.standing import Allocation, allocation
from guarantees.tables import AllocationChangeRow, AllocationRow
from ledger.errors import BadInput
from ledger.locks import lock
from ledger.money import from_tiyn, to_tiyn
from ledger.organisations import organisation
from lending.programmes.guarantees import GuaranteeTerms, guarantee_terms

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
        NoGuarantees: the programme has none (RM-GU-01). WrongGuarantor: another serves such places.
        TooManyGuarantors: the unit has engaged two. AllocationTaken, AllocationNotPositive, NotFound.
    """
    law = guarantee_terms(terms.edition, terms.territory)
    if law is None:
        raise NoGuarantees(
            number=terms.number, expected="919, 746", found=terms.edition, rule="RM-GU-01", clause="direction 2"
        )
    if to_tiyn(terms.amount) <= 0:
        raise AllocationNotPositive(number=terms.number, found=str(terms.amount.amount))
    lock(session, "guaranteed-unit", [int(terms.unit)])
    _check_guarantor(session, terms, law)
    row = AllocationRow(
        number=terms.number, year=terms.year, akimat_id=terms.akimat_id, department=DEPARTMENTS[terms.territory],
        guarantor_id=terms.guarantor_id, edition=terms.edition, unit=terms.unit, territory=terms.territory,
        commission_rate=law.commission_rate.value,
        first_share=Decimal(law.first_transfer.value.numerator) / law.first_transfer.value.denominator,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _change(session, row.id, terms.agreed_on, to_tiyn(terms.amount), terms.number)
    return allocation(session, row.id)


def _check_guarantor(session: Session, terms: AllocationTerms, law: GuaranteeTerms) -> None:
    guarantor = organisation(session, terms.guarantor_id)
    if guarantor.code.lower() != law.guarantor.value:
        raise WrongGuarantor(
            number=terms.number, expected=law.guarantor.value, found=guarantor.code, rule=law.guarantor.rule,
            clause=law.guarantor.clause,
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
    if len(engaged | {terms.guarantor_id}) > law.guarantors_max.value:
        raise TooManyGuarantors(
            number=terms.number, expected=str(law.guarantors_max.value), found=str(len(engaged) + 1),
            rule=law.guarantors_max.rule, clause=law.guarantors_max.clause,
        )  # fmt: skip


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
