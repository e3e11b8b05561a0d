"""A loan written off leaves the books whole: provision first, lots made whole, the claim kept off balance."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn, balances
from ledger.entries import Event, entry
from ledger.errors import NotFound
from ledger.money import tenge
from ledger.posting import post
from lending.bookings import MONTH_END_ACCOUNTS
from lending.bookings import loan as subject
from lending.chain.refusals import MoneyMovedOn
from lending.microcredits.loans import loan
from lending.microcredits.recoveries import Receipt, recover
from lending.microcredits.refusals import (
    LoanNotOpen,
    NotUndoable,
    OverpaymentHeld,
    PaymentOutOfOrder,
    ProvisionShort,
    SecondPersonMissing,
    TooEarlyToWriteOff,
)
from lending.microcredits.write_offs import Policy, reverse_write_off, write_off
from tests.lending.microcredits.distress import ALONE, DECISION, LATE, PENALTY, discrepancies, row
from tests.lending.microcredits.lender import Lender, lender
from tests.lending.microcredits.test_repayments import APRIL, pay

AFTER = date(2020, 1, 10)


def held(own: Lender, account: str, on: date = LATE) -> int:
    """Balance of an account in the lender's book."""
    return balance_tiyn(own.session, account, book=own.id, effective_on=on)


def test_everything_leaves_the_books(session: Session) -> None:
    """Principal, interest to the day and penalty are written off, and nothing is owed on any account but one."""
    own = lender(session)
    loan_id = own.lend("1200000", penalty=PENALTY)
    owed = row(session, loan_id, LATE)
    [done] = write_off(session, {loan_id: DECISION}, LATE)
    assert (done.principal, done.interest) == (120_000_000, owed["accrued_total"])
    assert done.penalty == owed["penalty"] > 0
    total = done.principal + done.interest + done.penalty
    assert (held(own, "written-off"), held(own, "provision-expense")) == (total, total)
    asked = ("loan-principal", "loan-principal-overdue", "loan-interest", "loan-interest-overdue", "loan-penalty")
    assert [held(own, account) for account in asked] == [0] * 5
    assert loan(session, loan_id).status == "written-off"
    assert discrepancies(session) == []


def test_nothing_grows_on_it_any_more(session: Session) -> None:
    """A month later the loan owes nothing, is not past due, and has earned nothing more."""
    loan_id = lender(session).lend("1200000", penalty=PENALTY)
    before = row(session, loan_id, LATE)["accrued_total"]
    write_off(session, {loan_id: DECISION}, LATE)
    later = row(session, loan_id, AFTER)
    assert (later["principal"], later["penalty"], later["days_past_due"]) == (0, 0, 0)
    assert later["accrued_total"] == before == later["interest_repaid"]


@pytest.mark.parametrize(("lots", "made_whole"), [("made-whole", 120_000_000), ("until-recovered", 0)])
def test_the_lots_are_made_whole_by_policy(session: Session, lots: str, made_whole: int) -> None:
    """The lender's own money takes the borrower's place in the lots at once, or nothing does for now."""
    own = lender(session, "1200000")
    loan_id, cash = own.lend("1200000"), held(own, "cash")
    [done] = write_off(session, {loan_id: DECISION}, LATE, Policy(lots=lots))  # type: ignore[arg-type]
    assert (done.made_whole, held(own, "programme-cash")) == (made_whole, made_whole)
    assert held(own, "cash") == cash - made_whole
    assert discrepancies(session) == []


def test_the_provision_is_used_first(session: Session) -> None:
    """What was provided for is not expensed again."""
    own = lender(session)
    loan_id = own.lend("1200000")
    provide(own, loan_id, 50_000_000)
    [done] = write_off(session, {loan_id: DECISION}, LATE)
    assert held(own, "loan-provision") == 0
    assert held(own, "provision-expense") == done.principal + done.interest


def provide(own: Lender, loan_id: int, tiyn: int) -> None:
    """Book a provision as a month's close does."""
    expense, provision = MONTH_END_ACCOUNTS["provision"]
    name = subject(loan_id)
    post(
        own.session,
        [Event("provision", APRIL, name, (entry(own.id, [(expense, name, tiyn), (provision, name, -tiyn)]),))],
    )


def test_a_full_provision_may_be_demanded(session: Session) -> None:
    """A lender that expenses nothing at once waits until the whole loss is provided for."""
    own = lender(session)
    loan_id = own.lend("1200000")
    wary = Policy(shortfall="refused")
    with pytest.raises(ProvisionShort, match="1255000"):
        write_off(session, {loan_id: DECISION}, LATE, wary)
    provide(own, loan_id, row(session, loan_id, LATE)["accrued_total"] + 120_000_000)
    assert write_off(session, {loan_id: DECISION}, LATE, wary)


def test_what_stands_against_it(session: Session) -> None:
    """One person alone, too few days past due, money held, an earlier day, another state: each is refused."""
    own = lender(session)
    loan_id, other = own.lend("1200000"), own.lend("1200000")
    with pytest.raises(SecondPersonMissing, match="Officer and nobody"):
        write_off(session, {loan_id: ALONE}, LATE)
    with pytest.raises(SecondPersonMissing):
        write_off(session, {loan_id: replace(DECISION, confirmed_by=DECISION.by)}, LATE)
    with pytest.raises(TooEarlyToWriteOff, match="found 15"):
        write_off(session, {loan_id: DECISION}, date(2019, 4, 30))
    pay(session, other, APRIL, "500000")
    with pytest.raises(OverpaymentHeld):
        write_off(session, {other: DECISION}, date(2019, 4, 30), Policy(days_past_due=0))
    with pytest.raises(PaymentOutOfOrder):
        write_off(session, {other: DECISION}, date(2019, 4, 1))
    with pytest.raises(NotFound):
        write_off(session, {0: DECISION}, LATE)
    write_off(session, {loan_id: DECISION}, LATE)
    with pytest.raises(LoanNotOpen, match="written-off"):
        write_off(session, {loan_id: DECISION}, LATE)


def test_a_payment_is_no_recovery(session: Session) -> None:
    """Money on a loan written off does not go down the waterfall."""
    loan_id = lender(session).lend("1200000")
    write_off(session, {loan_id: DECISION}, LATE)
    with pytest.raises(LoanNotOpen):
        pay(session, loan_id, AFTER, "1000")


def test_undone_on_its_day_it_never_was(session: Session) -> None:
    """Books and position are those before, and the loan is active."""
    own = lender(session)
    loan_id = own.lend("1200000", penalty=PENALTY)

    def state() -> object:
        books = [
            (each.account, each.subject, each.tiyn) for each in balances(session, effective_on=LATE, books=[own.id])
        ]
        return sorted(books), row(session, loan_id, LATE), loan(session, loan_id).status

    before = state()
    [done] = write_off(session, {loan_id: DECISION}, LATE)
    reverse_write_off(session, done.id, LATE)
    assert state() == before
    assert discrepancies(session) == []


def test_what_came_after_keeps_it(session: Session) -> None:
    """A write-off with a recovery, undone already, or whose money was lent again, stays."""
    own = lender(session, "2400000")
    first, second = own.lend("1200000"), own.lend("1200000")
    [one, two] = write_off(session, {first: DECISION, second: DECISION}, LATE)
    recover(session, [Receipt(first, AFTER, tenge("1000"))])
    with pytest.raises(NotUndoable, match="later movement"):
        reverse_write_off(session, one.id, AFTER)
    reverse_write_off(session, two.id, LATE)
    with pytest.raises(NotUndoable, match="undone it"):
        reverse_write_off(session, two.id, LATE)
    own.lend("1200000", signed_on=LATE, disburse_on=LATE)
    third = write_off(session, {second: DECISION}, LATE)[0]
    own.lend("1200000", signed_on=LATE, disburse_on=LATE)
    with pytest.raises(MoneyMovedOn):
        reverse_write_off(session, third.id, LATE)
    with pytest.raises(NotFound):
        reverse_write_off(session, 0, LATE)
