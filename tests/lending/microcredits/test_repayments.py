"""Payments settle what is due, keep what exceeds it, and may repay ahead of time."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.money import tenge
from lending.microcredits.loans import conclude, loan
from lending.microcredits.positions import positions
from lending.microcredits.refusals import (
    AmountNotPositive,
    LoanNotOpen,
    OverpaymentTooSmall,
    PaymentOutOfOrder,
    PaymentTwice,
    PrepaymentTooLarge,
    SettlementShort,
)
from lending.microcredits.repayments import Repayment, apply_overpayments, refund_overpayment, repay
from lending.microcredits.schedules import replay, versions
from lending.microcredits.statement import statement
from lending.microcredits.values import Intent, Payment
from lending.microcredits.waterfall import DEFAULT_ORDER, Part
from tests.lending.microcredits.lender import lender

APRIL, MAY = date(2019, 4, 15), date(2019, 5, 15)


def pay(
    session: Session, loan_id: int, on: date, amount: str, intent: Intent = "due", reference: str = ""
) -> Repayment:
    """One payment of one loan."""
    payment = Payment(loan_id=loan_id, paid_on=on, amount=tenge(amount), intent=intent, bank_reference=reference)
    return repay(session, [payment])[0]


def parts(paid: Repayment) -> tuple[int, int, int]:
    """Principal, interest and change of overpayment in tiyn."""
    return paid.principal, paid.interest, paid.overpayment


def test_an_instalment_on_its_day(session: Session) -> None:
    """What the schedule says is what the payment settles: 1 200 000 at 6 % is 100 000 and 6 000 in the first month."""
    loan_id = lender(session).lend("1200000")
    assert parts(pay(session, loan_id, APRIL, "106000")) == (10_000_000, 600_000, 0)
    assert positions(session, APRIL, loan_ids=[loan_id]).row(loan_id)["interest_due"] == 0


def test_too_little_settles_principal_first(session: Session) -> None:
    """By the default order the principal due comes before the interest due."""
    loan_id = lender(session).lend("1200000")
    assert parts(pay(session, loan_id, APRIL, "101000")) == (10_000_000, 100_000, 0)


def test_a_contract_may_have_its_own_order(session: Session) -> None:
    """Two contracts of one batch settle in two orders, each its own."""
    own = lender(session)
    interest_first: tuple[Part, ...] = DEFAULT_ORDER[::-1]
    ids = [own.lend("1200000"), own.lend("1200000", waterfall=interest_first)]
    done = repay(session, [Payment(loan_id=each, paid_on=APRIL, amount=tenge(101_000)) for each in ids])
    assert [parts(each) for each in done] == [(10_000_000, 100_000, 0), (9_500_000, 600_000, 0)]


def test_arrears_come_before_what_is_due_today(session: Session) -> None:
    """On the second due date with nothing paid, arrears of principal and interest are settled first."""
    loan_id = lender(session).lend("1200000")
    assert parts(pay(session, loan_id, MAY, "110000")) == (10_400_000, 600_000, 0)


def test_too_much_stays_with_the_lender(session: Session) -> None:
    """What exceeds the dues is owed to the borrower and touches neither principal nor lots."""
    loan_id = lender(session).lend("1200000")
    assert parts(pay(session, loan_id, APRIL, "150000")) == (10_000_000, 600_000, 4_400_000)
    assert balance_tiyn(session, "overpayment", subject=f"loan:{loan_id}", effective_on=APRIL) == -4_400_000


def test_an_overpayment_pays_later_dues(session: Session) -> None:
    """On the next due date what was kept is used, by itself and together with the next payment."""
    own = lender(session)
    first, second = own.lend("1200000"), own.lend("1200000")
    for loan_id in (first, second):
        pay(session, loan_id, APRIL, "150000")
    assert parts(pay(session, second, MAY, "61500")) == (10_000_000, 550_000, -4_400_000)
    assert [parts(each) for each in apply_overpayments(session, MAY, [own.id])] == [(4_400_000, 0, -4_400_000)]


def test_nothing_due_leaves_overpayments_alone(session: Session) -> None:
    """Between due dates an overpayment stays what it is."""
    own = lender(session)
    pay(session, own.lend("1200000"), APRIL, "150000")
    assert apply_overpayments(session, date(2019, 4, 30), [own.id]) == []


def test_an_overpayment_is_used_once(session: Session) -> None:
    """May closed after June's payment leaves alone the overpayment which that payment used."""
    own = lender(session)
    loan_id = own.lend("1200000")
    pay(session, loan_id, APRIL, "150000")
    assert pay(session, loan_id, date(2019, 6, 15), "1000").overpayment == -4_400_000
    assert apply_overpayments(session, date(2019, 5, 31), [own.id]) == []


@pytest.mark.parametrize(
    ("intent", "count", "principal"), [("prepay-shorten", 8, 100_000_00), ("prepay-lower", 11, 70_909_09)]
)
def test_paying_ahead(session: Session, intent: Intent, count: int, principal: int) -> None:
    """The principal ahead either drops the last instalments or lowers them all; the version before is kept."""
    loan_id = lender(session).lend("1200000")
    assert parts(pay(session, loan_id, APRIL, "426000", intent)) == (42_000_000, 600_000, 0)
    signed, ahead = history = versions(session, [loan_id])[loan_id]
    assert (len(ahead.due_on), ahead.principal[0], ahead.lent) == (count, principal, signed.lent)
    assert replay(loan(session, loan_id).contract, history).plan.principal == ahead.principal


def test_interest_runs_to_the_working_day(session: Session) -> None:
    """An instalment moved from a Saturday to Monday bears the interest of the days between, as scheduled."""
    loan_id = lender(session).lend("1200000", business_days="following")
    signed = statement(session, loan_id, APRIL).schedules[0]
    paid = [parts(pay(session, loan_id, on, "250000")) for on, _, _ in signed.lines[:4]]
    assert signed.lines[2][0] == date(2019, 6, 17)
    assert [(principal, interest) for principal, interest, _ in paid] == [
        (principal, interest) for _, principal, interest in signed.lines[:4]
    ]


def test_principal_alone_and_interest_alone(session: Session) -> None:
    """Money meant for one of them leaves the other owed, due or not; the whole principal may go."""
    loan_id = lender(session).lend("1200000")
    assert parts(pay(session, loan_id, MAY, "5000", "interest")) == (0, 500_000, 0)
    assert parts(pay(session, loan_id, MAY, "300000", "principal")) == (30_000_000, 0, 0)
    assert parts(pay(session, loan_id, MAY, "900000", "principal")) == (90_000_000, 0, 0)
    assert loan(session, loan_id).status == "active"
    assert parts(pay(session, loan_id, MAY, "7000", "interest")) == (0, 700_000, 0)
    assert loan(session, loan_id).status == "repaid"


def test_settling_before_the_end(session: Session) -> None:
    """Principal and interest to the day end the loan; what is given beyond stays over."""
    loan_id = lender(session).lend("1200000")
    assert parts(pay(session, loan_id, date(2019, 3, 25), "1202001", "settle")) == (120_000_000, 200_000, 100)
    assert loan(session, loan_id).status == "repaid"


def test_the_last_instalment_ends_the_loan(session: Session) -> None:
    """A loan paid to its schedule is repaid with its last instalment, and its lots hold the principal again."""
    own = lender(session, "1200000")
    loan_id = own.lend("1200000", instalments=2)
    pay(session, loan_id, APRIL, "606000")
    pay(session, loan_id, MAY, "603000")
    assert loan(session, loan_id).status == "repaid"
    assert balance_tiyn(session, "programme-cash", book=own.id, effective_on=MAY) == 120_000_000


def test_interest_after_the_last_due_date_is_due_at_once(session: Session) -> None:
    """A loan paid ten days late in whole owes the interest of those days as well, and then nothing."""
    loan_id = lender(session).lend("1200000", instalments=1)
    assert parts(pay(session, loan_id, date(2019, 4, 25), "1208000")) == (120_000_000, 800_000, 0)
    assert loan(session, loan_id).status == "repaid"


def test_payments_of_one_batch_are_taken_by_day(session: Session) -> None:
    """The order in a batch does not matter between days; the answer comes in the order asked."""
    own = lender(session)
    one, other = own.lend("1200000"), own.lend("1200000")
    days = {APRIL: "106000", MAY: "105500"}
    batch = [
        Payment(loan_id=one, paid_on=on, amount=tenge(amount)) for on, amount in sorted(days.items(), reverse=True)
    ]
    together = [parts(each) for each in repay(session, batch)]
    singly = [parts(pay(session, other, on, amount)) for on, amount in days.items()]
    assert together == singly[::-1]


def test_an_overpayment_is_given_back(session: Session) -> None:
    """A part may be given back, more than there is not."""
    loan_id = lender(session).lend("1200000")
    pay(session, loan_id, APRIL, "150000")
    assert refund_overpayment(session, loan_id, tenge(40_000), MAY).overpayment == -4_000_000
    with pytest.raises(OverpaymentTooSmall, match=r"4000\.00"):
        refund_overpayment(session, loan_id, tenge("4000.01"), MAY)


@pytest.mark.parametrize(
    ("payment", "error"),
    [
        ({"amount": tenge(0)}, AmountNotPositive),
        ({"paid_on": date(2019, 4, 14)}, PaymentOutOfOrder),
        ({"bank_reference": "A-1", "paid_on": APRIL}, PaymentTwice),
        ({"amount": tenge(100), "intent": "settle"}, SettlementShort),
        ({"amount": tenge(1_170_000), "intent": "prepay-lower"}, PrepaymentTooLarge),
    ],
)
def test_what_is_refused(session: Session, payment: dict[str, Any], error: type[Exception]) -> None:
    """Each thing wrong with a payment has a refusal of its own, and leaves nothing behind."""
    loan_id = lender(session).lend("1200000")
    pay(session, loan_id, APRIL, "50000", reference="A-1")
    with pytest.raises(error):
        repay(session, [replace(Payment(loan_id=loan_id, paid_on=MAY, amount=tenge(1000)), **payment)])


def test_a_loan_not_paid_out_owes_nothing(session: Session) -> None:
    """A contract without a disbursement takes no payments."""
    [loan_id] = conclude(session, [lender(session).contract()])
    with pytest.raises(LoanNotOpen):
        pay(session, loan_id, APRIL, "1000")
