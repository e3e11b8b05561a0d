"""A lender with a facility and money in it, and contracts to lend it by: what tests of microcredits start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from ledger.identifiers import IdNumber, control_digit
from ledger.money import tenge
from ledger.organisations import register_organisation
from lending.chain.drawdown import draw
from lending.chain.facilities import FacilityTerms, open_facility
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.values import Borrower, Contract, Disbursal

OPENED = date(2019, 3, 1)
SIGNED = date(2019, 3, 15)
NUMBERS = count(1)


@dataclass(frozen=True)
class Lender:
    """A lender that an akimat funds out of a budget credit, and the two agreements."""

    session: Session
    id: int
    credit_id: int
    facility_id: int

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


def lender(
    session: Session,
    money: str = "100000000",
    number: str | None = None,
    agreed: int = 10**12,
    *,
    edition: str = "746",
    signed_on: date = SIGNED,
    kind: str = "ffsa",
) -> Lender:
    """A new lender with ``money`` tenge of fresh money; the number and sum of the agreement it came by may be told."""
    count = next(NUMBERS)
    budget, akimat, creditor = (
        register_organisation(
            session, code=f"{each}-{count}", kind=each, name_kk=each, name_ru=each, name_en=each, opened_on=OPENED
        ).id
        for each in ("budget", "akimat", kind)
    )
    terms: dict[str, Any] = {
        "edition": edition, "signed_on": signed_on, "amount": tenge(agreed), "annual_rate": Decimal("0.0001"),
        "months": 84,
    }  # fmt: skip
    credit = open_facility(
        session,
        FacilityTerms(number=f"B-{count}", link="budget-credit", lender_id=budget, borrower_id=akimat, **terms),
    )
    loan = FacilityTerms(
        number=number or f"F-{count}", link="operator-loan", lender_id=akimat, borrower_id=creditor,
        parent_id=credit.id, **terms,
    )  # fmt: skip
    own = Lender(session, creditor, credit.id, open_facility(session, loan).id)
    fund(own, money, signed_on)
    return own


def fund(to: Lender, money: str, on: date) -> int:
    """Draw ``money`` tenge down to a lender; the id of its fresh lot."""
    draw(to.session, to.credit_id, tenge(money), on)
    return draw(to.session, to.facility_id, tenge(money), on).id


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
