"""A payment is undone as if it had not been, unless its money has moved on."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.errors import NotFound
from lending.chain.refusals import MoneyMovedOn
from lending.microcredits.loans import loan
from lending.microcredits.positions import positions
from lending.microcredits.refusals import NotReversiblePayment, PaymentTwice
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.schedules import replay, versions
from lending.microcredits.tables import RepaymentRow
from lending.microcredits.values import Intent
from tests.lending.microcredits.lender import lender
from tests.lending.microcredits.test_repayments import APRIL, MAY, parts, pay


@pytest.mark.parametrize("intent", ["due", "prepay-shorten", "prepay-lower", "settle"])
def test_undone_on_its_day_it_never_was(session: Session, intent: Intent) -> None:
    """Whatever a payment was for: after its undoing the books and the position are those before it."""
    own = lender(session)
    loan_id = own.lend("1200000")
    amount = "1206000" if intent == "settle" else "426000"

    def state() -> object:
        at = positions(session, MAY, loan_ids=[loan_id]).row(loan_id)
        books = [(b.account, b.subject, b.tiyn) for b in balances(session, effective_on=MAY, books=[own.id])]
        return sorted(books), at

    before = state()
    paid = pay(session, loan_id, APRIL, amount, intent)
    reverse_repayment(session, paid.id, APRIL)
    assert state() == before
    assert loan(session, loan_id).status == "active"


def test_the_schedule_before_a_prepayment_comes_back(session: Session) -> None:
    """A prepayment undone a month later brings the signed schedule back for what remains, and the loan goes on."""
    loan_id = lender(session).lend("1200000")
    paid = pay(session, loan_id, APRIL, "426000", "prepay-lower")
    reverse_repayment(session, paid.id, MAY)
    signed, _, back = history = versions(session, [loan_id])[loan_id]
    assert (back.reason, back.principal, back.principal_before) == ("undone", signed.principal[2:], 20_000_000)
    assert replay(loan(session, loan_id).contract, history).fallen_due(MAY) == 20_000_000


def test_a_payment_can_be_recorded_again(session: Session) -> None:
    """After an undoing on its day, an earlier and a corrected payment find the loan as it was."""
    loan_id = lender(session).lend("1200000")
    paid = pay(session, loan_id, MAY, "500000")
    reverse_repayment(session, paid.id, MAY)
    assert parts(pay(session, loan_id, APRIL, "106000")) == (10_000_000, 600_000, 0)


def test_a_reference_is_free_again(session: Session) -> None:
    """A payment undone on its day is recorded anew under its bank reference, however often, but never twice."""
    loan_id = lender(session).lend("1200000")
    for _ in range(2):
        reverse_repayment(session, pay(session, loan_id, APRIL, "50000", reference="A-1").id, APRIL)
    assert parts(pay(session, loan_id, APRIL, "106000", reference="A-1")) == (10_000_000, 600_000, 0)
    with pytest.raises(PaymentTwice):
        pay(session, loan_id, APRIL, "1000", reference="A-1")


def test_the_index_takes_a_reference_once(session: Session) -> None:
    """Were the service to miss it, the database would not take a second payment that stands."""
    loan_id = lender(session).lend("1200000")
    pay(session, loan_id, APRIL, "50000", reference="A-1")
    columns = ", ".join(each.name for each in RepaymentRow.__table__.columns if each.name != "id")
    with pytest.raises(IntegrityError, match="uq_repayment_bank_reference"):
        session.execute(text(f"INSERT INTO repayment ({columns}) SELECT {columns} FROM repayment"))


def test_money_lent_again_stays(session: Session) -> None:
    """Principal that has gone to the next borrower cannot be taken back out of its lot."""
    own = lender(session, "1200000")
    paid = pay(session, own.lend("1200000"), APRIL, "1206000", "settle")
    own.lend("1200000", signed_on=APRIL, disburse_on=APRIL)
    with pytest.raises(MoneyMovedOn, match="undo"):
        reverse_repayment(session, paid.id, APRIL)


def test_only_the_latest_is_undone(session: Session) -> None:
    """A payment with a later one after it waits for that one's undoing."""
    loan_id = lender(session).lend("1200000")
    first, second = pay(session, loan_id, APRIL, "106000"), pay(session, loan_id, MAY, "105500")
    with pytest.raises(NotReversiblePayment, match=f"payment {second.id} came after it"):
        reverse_repayment(session, first.id, MAY)
    reverse_repayment(session, second.id, MAY)
    assert reverse_repayment(session, first.id, MAY)


def test_once_is_enough(session: Session) -> None:
    """What is undone is not undone again, an undoing is not undone, and a payment is not undone before its day."""
    loan_id = lender(session).lend("1200000")
    paid = pay(session, loan_id, MAY, "106000")
    with pytest.raises(NotReversiblePayment, match="made on 2019-05-15"):
        reverse_repayment(session, paid.id, APRIL)
    undoing = reverse_repayment(session, paid.id, MAY)
    with pytest.raises(NotReversiblePayment, match=f"payment {undoing} has undone it"):
        reverse_repayment(session, paid.id, MAY)
    with pytest.raises(NotReversiblePayment, match="undoes another"):
        reverse_repayment(session, undoing, MAY)
    with pytest.raises(NotFound):
        reverse_repayment(session, 0, MAY)
