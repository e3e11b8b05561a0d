"""Penalty is forgiven by two people, up to what is owed, and stays charged all the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.money import from_tiyn, tenge
from lending.microcredits.refusals import (
    AmountNotPositive,
    LoanNotOpen,
    PaymentOutOfOrder,
    SecondPersonMissing,
    WaiverTooLarge,
)
from lending.microcredits.waivers import waive_penalty
from tests.lending.microcredits.distress import ALONE, DECISION, PENALTY, discrepancies, row
from tests.lending.microcredits.lender import lender
from tests.lending.microcredits.test_repayments import APRIL, MAY, pay

LATE = APRIL + timedelta(days=10)


def test_it_is_not_owed_any_more(session: Session) -> None:
    """What was charged to the day is income, what is forgiven an expense, the rest is owed; tomorrow costs again."""
    own = lender(session)
    loan_id = own.lend("1200000", penalty=PENALTY)
    waive_penalty(session, loan_id, tenge("1000"), LATE, DECISION)
    assert row(session, loan_id, LATE)["penalty"] == 6_000
    accounts = ("penalty-income", "penalty-waived", "loan-penalty")
    assert [balance_tiyn(session, each, book=own.id, effective_on=LATE) for each in accounts] == [
        -106_000, 100_000, 6_000,
    ]  # fmt: skip
    assert row(session, loan_id, LATE + timedelta(days=1))["penalty"] == 6_000 + 10_600
    assert discrepancies(session) == []


def test_what_stands_against_it(session: Session) -> None:
    """One person alone, nothing, more than is owed, an earlier day, a loan repaid: each is refused."""
    loan_id = lender(session).lend("1200000", penalty=PENALTY)
    with pytest.raises(SecondPersonMissing):
        waive_penalty(session, loan_id, tenge("1"), LATE, ALONE)
    with pytest.raises(SecondPersonMissing):
        waive_penalty(session, loan_id, tenge("1"), LATE, replace(DECISION, confirmed_by=DECISION.by))
    with pytest.raises(AmountNotPositive):
        waive_penalty(session, loan_id, tenge("0"), LATE, DECISION)
    with pytest.raises(WaiverTooLarge, match=r"1060\.00"):
        waive_penalty(session, loan_id, from_tiyn(106_001), LATE, DECISION)
    pay(session, loan_id, LATE, "1000")
    with pytest.raises(PaymentOutOfOrder):
        waive_penalty(session, loan_id, tenge("1"), APRIL, DECISION)
    pay(session, loan_id, date(2019, 5, 14), "2000000", "settle")
    with pytest.raises(LoanNotOpen):
        waive_penalty(session, loan_id, tenge("1"), MAY, DECISION)
