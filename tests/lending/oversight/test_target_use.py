"""Proofs of target use never pass what was paid out, and somebody answers for each."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.oversight.refusals import ConfirmedTwice, MoreThanPaidOut, NobodyNamed
from lending.oversight.tables import TargetUseRow
from lending.oversight.target_use import confirm, withdraw
from lending.oversight.values import Confirmation, Document
from tests.lending.microcredits.lender import lender

INVOICE = Document("invoice", "15", date(2019, 4, 1))
MAY = date(2019, 5, 20)


def proof(loan_id: int, amount: str) -> Confirmation:
    """A confirmation by an invoice."""
    return Confirmation(
        loan_id=loan_id, confirmed_on=MAY, amount=tenge(amount), document=INVOICE,
        sha256=b"\x01" * 32, checked_by="Айгүл",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": tenge("200000.01")}, MoreThanPaidOut),
        ({"amount": tenge(0)}, AmountNotPositive),
        ({"confirmed_on": date(2019, 3, 14)}, DatesOutOfOrder),
        ({"amount": tenge(100_000)}, ConfirmedTwice),
        ({"checked_by": " "}, NobodyNamed),
    ],
)
def test_what_is_refused(session: Session, changes: dict[str, Any], error: type[Exception]) -> None:
    """Too much, nothing, too early, the same document again, or nobody to answer for it: refused."""
    loan_id = lender(session).lend("2000000")
    confirm(session, [proof(loan_id, "1700000"), proof(loan_id, "100000")])
    with pytest.raises(error):
        confirm(session, [replace(proof(loan_id, "100"), **changes)])


def test_the_file_and_the_checker_are_kept(session: Session) -> None:
    """Of each document the SHA-256 of its file and who checked it are known."""
    loan_id = lender(session).lend("1200000")
    [first] = confirm(session, [proof(loan_id, "1000")])
    row = session.get_one(TargetUseRow, first)
    assert (row.sha256, row.checked_by) == (b"\x01" * 32, "Айгүл")


def test_a_batch_is_held_to_the_sum_together(session: Session) -> None:
    """Two confirmations that fit singly are refused together when they pass what was paid out."""
    loan_id = lender(session).lend("1200000")
    with pytest.raises(MoreThanPaidOut, match="200000"):
        confirm(session, [proof(loan_id, "1000000"), proof(loan_id, "300000")])


def test_a_confirmation_is_withdrawn_once(session: Session) -> None:
    """Withdrawn, it may be recorded again; withdrawn twice it may not be."""
    loan_id = lender(session).lend("1200000")
    [first] = confirm(session, [proof(loan_id, "1200000")])
    undoing = withdraw(session, first, MAY, "Болат")
    for each in (first, undoing):
        with pytest.raises(ConfirmedTwice):
            withdraw(session, each, MAY, "Болат")
    assert confirm(session, [proof(loan_id, "1200000")])
