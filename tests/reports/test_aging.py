"""Ageing puts every tenge of principal into one bucket. Loans are those of `tests.reports.books`."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from lending.microcredits.tables import DisbursementRow
from reports.aging import AGING, bucket_words
from reports.family import ReportRequest
from reports.figures import FiguresDisagree
from reports.periods import parse_period
from reports.report import Section, phrase
from tests.reports.books import MILLION, TENGE, programme
from tests.reports.sections import column, total

JULY = parse_period("2021-07")


def sections(session: Session) -> tuple[Section, ...]:
    """The portfolio at the end of July, by bucket and by lender."""
    return AGING.report(session, ReportRequest(period=JULY)).sections


def test_buckets_hold_the_principal_of_loans_by_their_oldest_unpaid_day(session: Session) -> None:
    """Unpaid since April, loans are 97 to 117 days late; the one that paid in April and May is 52 days late."""
    books = programme(session)
    books.repay("F-1", 30_000 * TENGE, date(2021, 5, 10))
    by_bucket, _ = sections(session)
    assert column(by_bucket, "loans") == [0, 0, 1, 0, 4]
    assert column(by_bucket, "outstanding") == [0, 0, 3 * MILLION, 0, 9_600_000 * TENGE]


def test_the_buckets_together_are_the_ledger(session: Session) -> None:
    """By bucket and by lender, the total is the balance of the accounts of principal."""
    programme(session)
    ledger = balance_tiyn(session, "loan-principal", effective_on=JULY.end)
    assert [total(section, "outstanding") for section in sections(session)] == [ledger, ledger]


def test_risk_is_a_share_of_principal(session: Session) -> None:
    """All loans are late by more than 30 days, and 3 of the 12.6 million not by more than 90."""
    books = programme(session)
    books.repay("F-1", 30_000 * TENGE, date(2021, 5, 10))
    _, by_lender = sections(session)
    assert (total(by_lender, "par-30"), total(by_lender, "par-90")) == (Decimal("1.0000"), Decimal("0.7619"))


def test_buckets_are_named_by_their_days() -> None:
    """Not overdue, from a day to a day, and from a day on."""
    assert [bucket_words(number) for number in (0, 1, 4)] == [
        phrase("bucket.none"),
        phrase("bucket.closed", first=1, last=30),
        phrase("bucket.open", first=91),
    ]


def test_principal_the_ledger_does_not_know_stops_the_report(session: Session) -> None:
    """Rows that do not add up to the books of their lender are never printed."""
    books = programme(session)
    row = {"loan_id": books.loans["M-2"], "paid_on": JULY.end, "amount": TENGE, "event_id": 0}
    session.execute(insert(DisbursementRow), row)
    with pytest.raises(FiguresDisagree, match="the principal of mfo-1"):
        sections(session)
