"""Proofs of target use never pass what was paid out, and the clock runs from the oldest money unproved."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.microcredits.values import Disbursal
from lending.oversight.target_use import (
    Clock,
    Confirmation,
    ConfirmedTwice,
    Document,
    MoreThanPaidOut,
    clocks,
    confirm,
    withdraw,
)
from tests.lending.microcredits.lender import SIGNED, lender

INVOICE = Document("invoice", "15", date(2019, 4, 1))
MAY = date(2019, 5, 20)


def proof(loan_id: int, amount: str) -> Confirmation:
    """A confirmation by an invoice."""
    return Confirmation(loan_id=loan_id, confirmed_on=MAY, amount=tenge(amount), document=INVOICE)


def test_the_clock_runs_until_all_is_proved(session: Session) -> None:
    """Ninety days from receipt while anything is unproved, then none."""
    loan_id = lender(session).lend("1200000")
    confirm(session, [proof(loan_id, "1199999.99")])
    [clock] = clocks(session, [loan_id], days=90)
    assert (clock.due_on, clock.days_left(MAY)) == (date(2019, 6, 13), 24)
    confirm(session, [proof(loan_id, "0.01")])
    assert clocks(session, [loan_id], days=90) == [Clock(loan_id, 120_000_000, 120_000_000, None)]


def test_each_tranche_has_its_time(session: Session) -> None:
    """When the first tranche is proved, the second one's day counts."""
    [loan_id] = conclude(session, [lender(session).contract("1200000")])
    for on in (SIGNED, date(2019, 5, 2)):
        disburse(session, [Disbursal(loan_id, tenge(600_000), on)])
    confirm(session, [proof(loan_id, "600000")])
    assert clocks(session, [loan_id], days=90)[0].due_on == date(2019, 7, 31)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": tenge("200000.01")}, MoreThanPaidOut),
        ({"amount": tenge(0)}, AmountNotPositive),
        ({"confirmed_on": date(2019, 3, 14)}, DatesOutOfOrder),
        ({"amount": tenge(100_000)}, ConfirmedTwice),
    ],
)
def test_what_is_refused(session: Session, changes: dict[str, Any], error: type[Exception]) -> None:
    """Too much, nothing, too early, or the same document again: refused."""
    loan_id = lender(session).lend("2000000")
    confirm(session, [proof(loan_id, "1700000"), proof(loan_id, "100000")])
    with pytest.raises(error):
        confirm(session, [replace(proof(loan_id, "100"), **changes)])


def test_a_batch_is_held_to_the_sum_together(session: Session) -> None:
    """Two confirmations that fit singly are refused together when they pass what was paid out."""
    loan_id = lender(session).lend("1200000")
    with pytest.raises(MoreThanPaidOut, match="200000"):
        confirm(session, [proof(loan_id, "1000000"), proof(loan_id, "300000")])


def test_a_confirmation_is_withdrawn_once(session: Session) -> None:
    """Withdrawn, it may be recorded again; withdrawn twice it may not be."""
    loan_id = lender(session).lend("1200000")
    [first] = confirm(session, [proof(loan_id, "1200000")])
    undoing = withdraw(session, first, MAY)
    for each in (first, undoing):
        with pytest.raises(ConfirmedTwice):
            withdraw(session, each, MAY)
    assert confirm(session, [proof(loan_id, "1200000")])
