"""A lender with a facility and money in it, and contracts to lend it by: what tests of microcredits start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from ledger.entries import Event
from ledger.identifiers import IdNumber, control_digit
from ledger.money import tenge, to_tiyn
from ledger.organisations import register_organisation
from ledger.posting import post
from lending import bookings
from lending.chain.movements import Movement, record
from lending.chain.tables import FacilityRow, LotRow
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.values import Borrower, Contract, Disbursal

OPENED = date(2019, 3, 1)
SIGNED = date(2019, 3, 15)
NUMBERS = count(1)


@dataclass(frozen=True)
class Lender:
    """An MFO and the facility it lends from."""

    session: Session
    id: int
    facility_id: int
    parties: bookings.Parties

    def contract(self, amount: str = "3000000", **terms: Any) -> Contract:
        """A contract over ``amount`` tenge: twelve equal monthly parts at 6 % unless told otherwise."""
        own = {"lender_id": self.id, "facility_id": self.facility_id}
        return contract(amount, **(own | terms))

    def lend(self, amount: str = "3000000", **terms: Any) -> int:
        """A loan concluded and paid out as signed; its id."""
        signed = self.contract(amount, **terms)
        [loan_id] = conclude(self.session, [signed])
        disburse(self.session, [Disbursal(loan_id, signed.amount, signed.disburse_on)])
        return loan_id


def lender(session: Session, money: str = "100000000", **facility: Any) -> Lender:
    """A new MFO with ``money`` tenge of fresh money, drawn on the day it may lend from."""
    number = next(NUMBERS)
    akimat, mfo = (
        register_organisation(
            session, code=f"{kind}-{number}", kind=kind, name_kk=kind, name_ru=kind, name_en=kind, opened_on=OPENED
        ).id
        for kind in ("akimat", "mfo")
    )
    row = FacilityRow(**{
        "number": f"F-{number}", "link": "funding-line", "lender_id": akimat, "borrower_id": mfo, "edition": "746",
        "signed_on": SIGNED, "amount": to_tiyn(tenge(money)), "annual_rate": Decimal("0.01"), "months": 84,
        "principal_grace_months": 0, "every_months": 12, "repayment": {}, "matures_on": date(2026, 3, 15),
        "relending": "next-year-end", "returns_unused": False, "purpose": "", "security": {},
    } | facility)  # fmt: skip
    session.add(row)
    session.flush()
    funded = Lender(session, mfo, row.id, bookings.Parties(row.id, akimat, mfo, lender_is_treasury=True))
    fund(funded, money, SIGNED)
    return funded


def fund(to: Lender, money: str, on: date) -> int:
    """A fresh lot of ``money`` tenge for a lender; its id."""
    lot = LotRow(facility_id=to.facility_id, kind="fresh", turn=1, financial_year=on.year, arrived_on=on)
    to.session.add(lot)
    to.session.flush()
    drawn: Event = bookings.drawdown(to.parties, on, {0: to_tiyn(tenge(money))}, lot.id)
    [event] = post(to.session, [drawn])
    record(to.session, [Movement(lot.id, on, "received", to_tiyn(tenge(money)), event)])
    return lot.id


def contract(amount: str, **terms: Any) -> Contract:
    """A contract over ``amount`` tenge, signed and paid out on `SIGNED` unless told otherwise."""
    number = next(NUMBERS)
    signed: dict[str, Any] = {
        "borrower": borrower(number), "number": f"M-{number}",
        "signed_on": SIGNED, "disburse_on": SIGNED, "amount": tenge(amount), "annual_rate": Decimal("0.06"),
        "instalments": 12, "method": "equal-principal", "purpose": "expand", "sector": "livestock",
        "territory_type": "rural",
    }  # fmt: skip
    return Contract(**(signed | terms))


def borrower(number: int) -> Borrower:
    """The ``number``-th of many individual entrepreneurs."""
    return Borrower(id_number=iin(number), kind="individual-entrepreneur", name=f"Borrower {number}")


def iin(number: int) -> IdNumber:
    """A well-formed IIN, another for each number up to some thousands."""
    for serial in range(10_000):
        first = f"850315{3 + number % 2}{(number * 7 + serial) % 10_000:04d}"
        digit = control_digit(first)
        if digit is not None:
            return IdNumber(f"{first}{digit}")
    raise AssertionError("unreachable")
