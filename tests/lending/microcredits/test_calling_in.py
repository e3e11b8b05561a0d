"""A loan that is called in falls due on one day, and everything later follows from that schedule."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.posting import PeriodLocked
from ledger.unit_of_work import perform
from ledger.verification import verify
from lending.microcredits.calling_in import call_in, check_callable
from lending.microcredits.loans import conclude, loan, locked_loan
from lending.microcredits.positions import positions
from lending.microcredits.refusals import LoanNotOpen, NotReversiblePayment, PaymentOutOfOrder
from lending.microcredits.repayments import repay
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.schedules import replay, versions
from lending.microcredits.values import Intent, Payment
from lending.month_end import close
from lending.verification import CHECKS
from tests.lending.microcredits.lender import lender

CALLED, PAY_BY = date(2019, 7, 1), date(2019, 7, 31)


def called(session: Session) -> int:
    """A loan of 1 200 000 over twelve months, called in after three due dates of which the first was paid."""
    loan_id = lender(session).lend("1200000")
    pay(session, loan_id, date(2019, 4, 15), "106000")
    call_in(session, locked_loan(session, loan_id), CALLED, PAY_BY)
    return loan_id


def pay(session: Session, loan_id: int, on: date, amount: str, intent: Intent = "due") -> int:
    """A payment of the borrower; its id."""
    return repay(session, [Payment(loan_id=loan_id, paid_on=on, amount=tenge(amount), intent=intent)])[0].id


def test_what_was_to_come_is_one_instalment(session: Session) -> None:
    """What had fallen due stays due; the other nine parts fall due together, and the last version plays back."""
    loan_id = called(session)
    last = versions(session, [loan_id])[loan_id][-1]
    assert (last.reason, last.principal_before, last.due_on, last.principal) == (
        "demanded", 30_000_000, (PAY_BY,), (90_000_000,),
    )  # fmt: skip
    plan = replay(loan(session, loan_id).contract, versions(session, [loan_id])[loan_id]).plan
    assert (plan.due_on, plan.principal) == (last.due_on, last.principal)


def test_a_loan_at_its_end_keeps_its_schedule(session: Session) -> None:
    """Where everything falls due by that day anyway there is nothing to call in."""
    loan_id = lender(session).lend("1200000")
    call_in(session, locked_loan(session, loan_id), date(2020, 3, 1), date(2020, 3, 20))
    assert len(versions(session, [loan_id])[loan_id]) == 1


def test_part_may_be_paid_ahead(session: Session) -> None:
    """A prepayment after the demand lowers the one instalment, and settling ends the loan."""
    loan_id = called(session)
    pay(session, loan_id, date(2019, 7, 10), "500000", "prepay-lower")
    left = versions(session, [loan_id])[loan_id][-1]
    assert left.due_on == (PAY_BY,)
    pay(session, loan_id, PAY_BY, "1000000", "settle")
    assert loan(session, loan_id).status == "repaid"
    assert [each for _, found in verify(session, CHECKS) for each in found] == []


def test_what_came_before_stays(session: Session) -> None:
    """Nothing is slipped in before the demand, and no earlier payment is undone after it."""
    loan_id = lender(session).lend("1200000")
    earlier = pay(session, loan_id, date(2019, 4, 15), "106000")
    call_in(session, locked_loan(session, loan_id), CALLED, PAY_BY)
    with pytest.raises(PaymentOutOfOrder):
        pay(session, loan_id, date(2019, 6, 30), "1000")
    with pytest.raises(NotReversiblePayment):
        reverse_repayment(session, earlier, CALLED)


def test_only_money_that_is_out_is_called_in(session: Session) -> None:
    """A contract that was never paid out is refused."""
    [loan_id] = conclude(session, [lender(session).contract("1200000")])
    with pytest.raises(LoanNotOpen):
        check_callable(session, loan(session, loan_id), CALLED, PAY_BY)


def test_months_close_over_a_called_loan(committed_engine: Engine) -> None:
    """Closes before and after agree with all checks; nothing is called in within a closed month."""
    loan_id = perform(committed_engine, called)
    for month in range(3, 9):
        assert close(committed_engine, date(2019, month, 1), made_by="accountant").state == "done"
    with Session(committed_engine) as session:
        assert [each for _, found in verify(session, CHECKS) for each in found] == []
        at = positions(session, date(2019, 8, 31), loan_ids=[loan_id]).row(loan_id)
        assert at["principal_overdue"] == at["principal"] == 110_000_000
        with pytest.raises(PeriodLocked):
            check_callable(session, loan(session, loan_id), date(2019, 8, 15), date(2019, 9, 15))
