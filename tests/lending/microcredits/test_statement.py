"""A statement adds up to the position and to the ledger."""

from datetime import date

from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.money import tenge
from lending.microcredits.repayments import apply_overpayments, refund_overpayment
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.statement import statement
from tests.lending.microcredits.lender import lender
from tests.lending.microcredits.test_repayments import APRIL, MAY, pay

JUNE = date(2019, 6, 15)


def test_everything_that_happened_is_a_line(session: Session) -> None:
    """Every kind of movement is told in order, and the last balances are those of the position and the books."""
    own = lender(session)
    loan_id = own.lend("1200000")
    pay(session, loan_id, APRIL, "150000", reference="P-1")
    apply_overpayments(session, MAY, [own.id])
    second = pay(session, loan_id, MAY, "300000", "prepay-lower")
    reverse_repayment(session, second.id, MAY)
    pay(session, loan_id, MAY, "70000")
    refund_overpayment(session, loan_id, tenge(100), JUNE)
    told = statement(session, loan_id, JUNE)
    assert [line.kind for line in told.lines] == [
        "disbursement", "repayment", "overpayment-applied", "repayment", "reversal", "repayment", "refund",
    ]  # fmt: skip
    last = told.lines[-1]
    assert last.principal_after == told.position["principal"] == 100_000_000
    assert last.held_after == told.position["overpayment"]
    booked = balance_tiyn(session, "loan-interest", subject=f"loan:{loan_id}", effective_on=JUNE)
    assert last.interest_after == booked


def test_versions_are_told_from_their_day(session: Session) -> None:
    """A statement of an earlier day does not know the schedules that came later."""
    loan_id = lender(session).lend("1200000")
    pay(session, loan_id, APRIL, "426000", "prepay-lower")
    assert [each.reason for each in statement(session, loan_id, APRIL).schedules] == ["signed", "prepay-lower"]
    before = statement(session, loan_id, date(2019, 4, 14))
    assert [each.reason for each in before.schedules] == ["signed"]
    assert before.schedules[0].lines[0] == (APRIL, 10_000_000, 600_000)
