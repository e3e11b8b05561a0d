"""Balances: as of two dates, with or without a snapshot to start from, by book, account and subject."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.balances import SubjectBalance, TrialBalanceLine, balance, balance_tiyn, balances, trial_balance
from ledger.money import tenge
from ledger.periods import change_state
from ledger.posting import post, reverse
from tests.ledger.samples import FEBRUARY, JANUARY, MARCH, book, capital, close, drawdown, reopen


def moment(session: Session) -> datetime:
    """The database's time."""
    now: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now


def test_by_book_account_and_subject(session: Session) -> None:
    """Every balance is told with its book, account and subject; what sums to zero is left out."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    post(session, [capital(one, 700), drawdown(one, two, 700)])
    assert balances(session, effective_on=JANUARY) == [
        SubjectBalance(one, "facility-principal", "facility:1", 700),
        SubjectBalance(one, "capital", "", -700),
        SubjectBalance(two, "cash", "", 700),
        SubjectBalance(two, "facility-debt", "facility:1", -700),
    ]


def test_narrowed(session: Session) -> None:
    """Accounts, books and subjects narrow the answer; an empty choice of any is nothing."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    post(session, [capital(one, 700), drawdown(one, two, 300)])
    assert balance_tiyn(session, "cash", effective_on=JANUARY) == 700
    assert balance_tiyn(session, "cash", effective_on=JANUARY, book=one) == 400
    assert balance_tiyn(session, "facility-debt", effective_on=JANUARY, subject="facility:1") == -300
    assert balances(session, effective_on=JANUARY, subjects=["facility:2"]) == []
    assert balances(session, effective_on=JANUARY, books=[]) == []


def test_as_money(session: Session) -> None:
    """At the public boundary a balance is money."""
    one = book(session)
    post(session, [capital(one, 12345)])
    assert balance(session, "cash", effective_on=JANUARY) == tenge("123.45")


def test_the_day_is_included(session: Session) -> None:
    """A balance is as at the close of the day."""
    one = book(session)
    post(session, [capital(one, 5, date(2021, 1, 5)), capital(one, 7, date(2021, 1, 6))])
    assert balance_tiyn(session, "cash", effective_on=date(2021, 1, 4)) == 0
    assert balance_tiyn(session, "cash", effective_on=date(2021, 1, 5)) == 5
    assert balance_tiyn(session, "cash", effective_on=date(2021, 1, 6)) == 12


@pytest.mark.parametrize("closed", [[], [JANUARY], [JANUARY, FEBRUARY]])
@pytest.mark.parametrize(("day", "expected"), [((1, 30), 0), ((1, 31), 1), ((2, 27), 1), ((2, 28), 11), ((3, 1), 111)])
def test_snapshots_change_nothing(session: Session, closed: list[date], day: tuple[int, int], expected: int) -> None:
    """A balance is the same however many months before or after it are closed."""
    one = book(session)
    post(session, [capital(one, 1, date(2021, 1, 31)), capital(one, 10, date(2021, 2, 28)), capital(one, 100, MARCH)])
    for month in closed:
        close(session, month, [one])
    assert balance_tiyn(session, "cash", effective_on=date(2021, *day)) == expected


def test_a_reopened_month_counts_again(session: Session) -> None:
    """What is booked after a reopening is in the balance before and after the month is locked again."""
    one = book(session)
    post(session, [capital(one, 5)])
    close(session, JANUARY, [one])
    reopen(session, JANUARY, [one])
    post(session, [capital(one, 7)])
    assert balance_tiyn(session, "cash", effective_on=MARCH) == 12
    close(session, JANUARY, [one])
    assert balance_tiyn(session, "cash", effective_on=MARCH) == 12


def test_as_it_was_known(session: Session) -> None:
    """What was recorded later is left out, in closed months too."""
    one = book(session)
    (event,) = post(session, [capital(one, 5)])
    first = moment(session)
    reverse(session, event, JANUARY)
    second = moment(session)
    close(session, JANUARY, [one])
    assert balance_tiyn(session, "cash", effective_on=MARCH, known_at=first) == 5
    assert balance_tiyn(session, "cash", effective_on=MARCH, known_at=second) == 0
    assert balances(session, effective_on=MARCH, known_at=first, books=[one], accounts=["cash"]) == [
        SubjectBalance(one, "cash", "", 5)
    ]


def test_trial_balance(session: Session) -> None:
    """Opening and closing balances are signed, turnovers are not, and the period includes both its ends."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    post(
        session, [capital(one, 700), drawdown(one, two, 100, FEBRUARY), capital(one, 50, MARCH), capital(one, 1, MARCH)]
    )
    lines = trial_balance(session, books=[one], start=FEBRUARY, through=MARCH)
    assert lines == [
        TrialBalanceLine("cash", 700, 51, 100, 651),
        TrialBalanceLine("facility-principal", 0, 100, 0, 100),
        TrialBalanceLine("capital", -700, 0, 51, -751),
    ]


def test_trial_balance_as_known(session: Session) -> None:
    """A trial balance too can be asked for as it was known."""
    one = book(session)
    post(session, [capital(one, 5)])
    known_at = moment(session)
    post(session, [capital(one, 7)])
    lines = trial_balance(session, books=[one], start=JANUARY, through=MARCH, known_at=known_at)
    assert [line.closing for line in lines] == [5, -5]


def test_largest_amounts_still_sum(session: Session) -> None:
    """A thousand postings of the largest amount on one account have a balance, and a snapshot."""
    one = book(session)
    post(session, [capital(one, 10**15)] * 1000)
    change_state(session, JANUARY, [one], "closing", made_by="asel")
    assert balance_tiyn(session, "cash", effective_on=JANUARY) == 10**18
