"""The checks of all packages are gathered once each, and hold over a year of a chain and its loans."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.verification import verify
from lending.chain.payments import settle_due
from lending.microcredits.repayments import repay
from lending.microcredits.values import Intent, Payment
from lending.month_end import close
from lending.verification import CHECKS
from tests.lending.microcredits.lender import OPENED, lender

MONTHS = [month for year in (2019, 2020) for number in range(1, 13) if (month := date(year, number, 1)) >= OPENED]


def test_names_are_told_apart() -> None:
    """A discrepancy leads to one check."""
    names = [check.name for check in CHECKS]
    assert sorted(set(names)) == sorted(names)


def lend_and_collect(session: Session) -> None:
    """Money down a chain, four loans, one of them never repaid, and payments of every sort on the others."""
    of = lender(session)
    on_time, late, over, _ = (of.lend("1200000") for _ in range(4))
    paid: list[tuple[int, date, str, Intent]] = [
        (over, date(2019, 4, 10), "250000", "due"),
        (on_time, date(2019, 4, 15), "106000", "due"),
        (late, date(2019, 6, 3), "211500", "due"),
        (on_time, date(2019, 6, 20), "700000", "prepay-shorten"),
        (late, date(2019, 9, 30), "400000", "due"),
        (late, date(2019, 10, 2), "700000", "settle"),
    ]
    for loan_id, on, amount, intent in paid:
        repay(session, [Payment(loan_id=loan_id, paid_on=on, amount=tenge(amount), intent=intent)])
    settle_due(session, date(2020, 2, 1))


def test_holds_over_a_year(committed_engine: Engine) -> None:
    """After two years of closes every check of the ledger, the chain, microcredits and the close finds nothing."""
    with Session(committed_engine) as session, session.begin():
        lend_and_collect(session)
    for month in MONTHS:
        assert close(committed_engine, month, made_by="accountant").state == "done"
    with Session(committed_engine) as session:
        assert [each for _, found in verify(session, CHECKS) for each in found] == []
