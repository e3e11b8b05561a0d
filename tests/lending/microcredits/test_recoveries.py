"""Money on a loan written off is income, within what was lost, and serves the lots while they are short."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn, tenge
from lending.chain.refusals import MoneyMovedOn
from lending.microcredits.recoveries import Receipt, left_to_recover, recover, reverse_recovery
from lending.microcredits.refusals import (
    AmountNotPositive,
    LoanNotOpen,
    NotUndoable,
    PaymentOutOfOrder,
    RecoveryTooLarge,
)
from lending.microcredits.write_offs import DEFAULT_POLICY, Policy, write_off
from tests.lending.microcredits.distress import DECISION, LATE, discrepancies
from tests.lending.microcredits.lender import Lender, lender
from tests.lending.microcredits.test_write_offs import held

NEXT = date(2020, 2, 3)


def lost(own: Lender, policy: Policy = DEFAULT_POLICY) -> int:
    """A loan of 1 200 000 written off."""
    loan_id = own.lend("1200000")
    write_off(own.session, {loan_id: DECISION}, LATE, policy)
    return loan_id


def test_whole_lots_leave_it_to_the_lender(session: Session) -> None:
    """When the lender has made the lots whole, what comes in later is its own."""
    own = lender(session, "1200000")
    loan_id = lost(own)
    cash = held(own, "cash", NEXT)
    [done] = recover(session, [Receipt(loan_id, NEXT, tenge("300000"))])
    assert done.to_lots == 0
    assert held(own, "cash", NEXT) == cash + 30_000_000
    assert held(own, "recovery-income", NEXT) == -30_000_000
    assert held(own, "written-off", NEXT) == left_to_recover(session, loan_id)
    assert discrepancies(session) == []


def test_short_lots_are_served_first(session: Session) -> None:
    """While the lots are owed principal it goes there, as returned money; what is beyond is the lender's."""
    own = lender(session, "1200000")
    loan_id = lost(own, Policy(lots="until-recovered"))
    whole = from_tiyn(left_to_recover(session, loan_id))
    [done] = recover(session, [Receipt(loan_id, NEXT, whole)])
    assert (done.to_lots, held(own, "programme-cash", NEXT)) == (120_000_000, 120_000_000)
    assert (left_to_recover(session, loan_id), held(own, "written-off", NEXT)) == (0, 0)
    assert discrepancies(session) == []


def test_what_stands_against_it(session: Session) -> None:
    """No more than was lost, nothing below zero, in order of days, and only on loans written off."""
    own = lender(session)
    loan_id, alive = lost(own), own.lend("1200000")
    too_much = from_tiyn(left_to_recover(session, loan_id) + 1)
    with pytest.raises(RecoveryTooLarge):
        recover(session, [Receipt(loan_id, NEXT, too_much)])
    with pytest.raises(AmountNotPositive):
        recover(session, [Receipt(loan_id, NEXT, tenge("0"))])
    with pytest.raises(PaymentOutOfOrder):
        recover(session, [Receipt(loan_id, date(2019, 12, 1), tenge("1"))])
    with pytest.raises(LoanNotOpen):
        recover(session, [Receipt(alive, NEXT, tenge("1"))])


def test_undone_it_can_be_recovered_again(session: Session) -> None:
    """An undoing gives the claim back, once."""
    own = lender(session, "1200000")
    loan_id = lost(own, Policy(lots="until-recovered"))
    left = left_to_recover(session, loan_id)
    [done] = recover(session, [Receipt(loan_id, NEXT, tenge("500000"))])
    undoing = reverse_recovery(session, done.id, NEXT)
    assert (left_to_recover(session, loan_id), held(own, "programme-cash", NEXT)) == (left, 0)
    assert discrepancies(session) == []
    for again in (done.id, undoing):
        with pytest.raises(NotUndoable):
            reverse_recovery(session, again, NEXT)
    with pytest.raises(NotFound):
        reverse_recovery(session, 0, NEXT)


def test_money_lent_again_stays(session: Session) -> None:
    """A recovery that served the lots is not undone once the next borrower has it, nor before its day."""
    own = lender(session, "1200000")
    loan_id = lost(own, Policy(lots="until-recovered"))
    [done] = recover(session, [Receipt(loan_id, NEXT, tenge("500000"))])
    with pytest.raises(NotUndoable, match="made on"):
        reverse_recovery(session, done.id, LATE)
    own.lend("500000", signed_on=NEXT, disburse_on=NEXT)
    with pytest.raises(MoneyMovedOn):
        reverse_recovery(session, done.id, NEXT)
