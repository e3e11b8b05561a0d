"""Organisations and agreements that tests of the chain start from.

`build` makes one chain of an edition: budget credit to an akimat, its loan to an operator, and a funding line to one
lender; every step can be varied by terms. Sums are large and round so that expected figures can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.entries import Event, entry
from ledger.money import tenge
from ledger.organisations import register_organisation
from ledger.posting import post
from lending import bookings
from lending.chain.drawdown import draw
from lending.chain.facilities import Facility, FacilityTerms, open_facility
from lending.chain.lots import put_back, take
from lending.chain.movements import lent, record, returned

OPENED = date(2015, 1, 1)
SIGNED = date(2019, 1, 15)
Z = Decimal("0.0001")
ORGANISATIONS = {
    "budget": "budget", "akimat": "akimat", "acc": "operator", "damu": "operator", "ffsa": "ffsa", "mfo": "mfo",
    "bank": "bank", "baiterek": "holding",
}  # fmt: skip


def organisations(session: Session) -> dict[str, int]:
    """One organisation of every kind the chain knows: its id by its code."""
    return {
        code: register_organisation(
            session, code=code, kind=kind, name_kk=code, name_ru=code, name_en=code, opened_on=OPENED
        ).id
        for code, kind in ORGANISATIONS.items()
    }


@dataclass(frozen=True)
class World:
    """One chain: ids of the organisations by code, and its three agreements from the top."""

    session: Session
    ids: dict[str, int]
    credit: Facility
    loan: Facility
    line: Facility

    def draw_all(self, amount: str, on: date) -> None:
        """Draw the same amount of tenge down every link on one day."""
        for each in (self.credit, self.loan, self.line):
            draw(self.session, each.id, tenge(amount), on)

    def lend(self, loan_id: int, amount: str, on: date) -> int:
        """Disburse a microcredit of the lender; the id of the event."""
        return lend(self.session, self.line, loan_id, amount, on)

    def repay(self, loan_id: int, amount: str, on: date) -> int:
        """Principal of a microcredit comes back; the id of the event."""
        return repay(self.session, self.line, loan_id, amount, on)


def terms(ids: dict[str, int], link: str, lender: str, borrower: str, **changes: Any) -> FacilityTerms:
    """Terms of an agreement of 746 signed with the others, seven years, with whatever is changed."""
    values: dict[str, Any] = {
        "number": f"{link}-1", "link": link, "lender_id": ids[lender], "borrower_id": ids[borrower], "edition": "746",
        "signed_on": SIGNED, "amount": tenge(1_000_000_000), "annual_rate": Z, "months": 84, "purpose": "microcredit",
    }  # fmt: skip
    return FacilityTerms(**(values | changes))


def build(session: Session, edition: str = "746", **changes: Any) -> World:
    """A chain of budget credit, operator loan to ACC, and funding line to an MFO; ``changes`` go to every link."""
    ids = organisations(session)
    own_money(session, [ids[code] for code in ("acc", "damu", "ffsa", "mfo", "bank")])
    changes = {"edition": edition} | changes
    credit = open_facility(session, terms(ids, "budget-credit", "budget", "akimat", **changes))
    loan = open_facility(session, terms(ids, "operator-loan", "akimat", "acc", parent_id=credit.id, **changes))
    line = open_facility(
        session,
        terms(ids, "funding-line", "acc", "mfo", parent_id=loan.id, territory="rural", **changes),
    )
    return World(session, ids, credit, loan, line)


def own_money(session: Session, books: list[int]) -> None:
    """Give each book a capital of a billion tenge."""
    post(session, [bookings.own_money_paid_in(book, OPENED, 100_000_000_000) for book in books])


def lend(session: Session, line: Facility, loan_id: int, amount: str, on: date) -> int:
    """Disburse a microcredit out of a facility."""
    tiyn = int(Decimal(amount) * 100)
    [lots] = take(session, [(line.id, loan_id, tiyn, on)])
    [event_id] = post(session, [bookings.disbursement(line.borrower_id, loan_id, on, lots)])
    record(session, list(lent(loan_id, on, lots, event_id)))
    return event_id


def repay(session: Session, line: Facility, loan_id: int, amount: str, on: date) -> int:
    """Principal of a microcredit comes back to a facility."""
    tiyn = int(Decimal(amount) * 100)
    [lots] = put_back(session, [(line.id, loan_id, tiyn, on)])
    legs = [("loan-principal", bookings.loan(loan_id), -tiyn)]
    legs += [("programme-cash", bookings.lot(lot_id), part) for lot_id, part in lots.items()]
    [event_id] = post(session, [Event("repayment", on, bookings.loan(loan_id), (entry(line.borrower_id, legs),))])
    record(session, list(returned(loan_id, on, lots, event_id)))
    return event_id
