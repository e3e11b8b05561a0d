"""Every check of microcredits finds the breach it is about."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.posting import post
from ledger.verification import verify
from lending import bookings
from lending.microcredits.checks import CHECKS
from lending.microcredits.loans import loan
from tests.lending.microcredits.lender import lender
from tests.lending.microcredits.test_repayments import APRIL, pay

REPAYMENT = """
    INSERT INTO repayment (loan_id, paid_on, amount, principal, interest, penalty, overpayment, accrued,
        bank_reference, event_id)
    VALUES (:loan, '2019-04-16', {amounts}, '', 0)
"""
RECOVERY = """
    INSERT INTO loan_recovery (loan_id, received_on, amount, to_lots, bank_reference, event_id)
    VALUES (:loan, '2019-04-16', {amount}, 0, '', 0)
"""
BREACHES = {
    "loan-principal": """
        INSERT INTO disbursement (loan_id, paid_on, amount, event_id) VALUES (:loan, '2019-04-16', 1, 0)
    """,
    "loan-interest": REPAYMENT.format(amounts="1, 0, 1, 0, 0, 0"),
    "loan-overpayment": REPAYMENT.format(amounts="1, 0, 0, 0, 1, 0"),
    "loan-lots": REPAYMENT.format(amounts="1, 1, 0, 0, 0, 0"),
    "loan-penalty": """
        INSERT INTO repayment (loan_id, paid_on, amount, principal, interest, penalty, overpayment, accrued,
            penalty_accrued, bank_reference, event_id)
        VALUES (:loan, '2019-04-16', 0, 0, 0, 0, 0, 0, 1, '', 0)
    """,
    "loans-written-off": RECOVERY.format(amount=1),
    "recoveries-within-losses": RECOVERY.format(amount=1),
    "losses-undone": f"""
        WITH first AS ({RECOVERY.format(amount=5)} RETURNING id)
        INSERT INTO loan_recovery (loan_id, received_on, amount, to_lots, bank_reference, event_id, reverses)
        SELECT :loan, '2019-04-16', -4, 0, '', 0, id FROM first
    """,
    "penalty-within-caps": """
        INSERT INTO loan_month (loan_id, month, run_id, accrued, accrued_total, accrued_at_due, open_numerator,
            principal, principal_repaid, interest_repaid, principal_overdue, interest_overdue, days_past_due, provision,
            penalty_in_year)
        VALUES (:loan, '2019-04-01', 1, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 12000001)
    """,
    "schedules-decided": """
        INSERT INTO loan_decision (loan_id, kind, decided_on, decided_by, reason, document)
        VALUES (:loan, 'restructuring', '2019-04-16', 'A', 'drought', '1')
    """,
    "repayment-parts": REPAYMENT.format(amounts="2, 0, 1, 0, 0, 0"),
    "loan-schedules": """
        INSERT INTO loan_schedule (loan_id, version, valid_from, reason, principal_before, annual_rate, effective_rate,
            due_on, principal, interest, deferred)
        SELECT loan_id, 9, valid_from, 'tranche', 1, annual_rate, effective_rate, due_on, principal, interest, deferred
        FROM loan_schedule WHERE loan_id = :loan
    """,
    "loan-status": "UPDATE loan SET status = 'contracted' WHERE id = :loan",
    "loan-months": """
        INSERT INTO loan_month (loan_id, month, run_id, accrued, accrued_total, accrued_at_due, open_numerator,
            principal, principal_repaid, interest_repaid, principal_overdue, interest_overdue, days_past_due, provision)
        VALUES (:loan, '2019-04-01', 1, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0)
    """,
}


def broken(session: Session) -> set[str]:
    """Names of the checks that find something."""
    return {check.name for check, found in verify(session, CHECKS) if found}


@pytest.fixture
def loan_id(session: Session) -> int:
    """A loan of 1 200 000 with one payment."""
    lent = lender(session).lend("1200000")
    pay(session, lent, APRIL, "150000")
    return lent


def test_every_check_has_a_breach() -> None:
    """No check is left untried."""
    assert {*BREACHES, "loan-receivables"} == {check.name for check in CHECKS}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(session: Session, loan_id: int, name: str) -> None:
    """Where the rows were sound, the check finds the one row that is not."""
    assert broken(session) == set()
    session.execute(text(BREACHES[name]), {"loan": loan_id})
    assert name in broken(session)


def test_a_negative_balance_is_found(session: Session, loan_id: int) -> None:
    """More given back to a borrower than was held, though the entry balances, is a breach."""
    book = loan(session, loan_id).contract.lender_id
    post(session, [bookings.overpayment_refund(book, loan_id, APRIL, 4_400_001)])
    assert "loan-receivables" in broken(session)
