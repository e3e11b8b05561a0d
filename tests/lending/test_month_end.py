"""Closing a month: what it books, that it may be killed and repeated, and what keeps a month open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.periods import change_state, last_day, states
from ledger.posting import PeriodOrder
from ledger.unit_of_work import perform
from ledger.verification import verify
from lending.month_checks import CHECKS
from lending.month_end import CloseResult, CloseUnderWay, close
from tests.lending.microcredits.lives import Lender, lender, record
from tests.oracles.positions import Life, Version

JANUARY, FEBRUARY, MARCH = date(2019, 1, 1), date(2019, 2, 1), date(2019, 3, 1)


def life(*repaid: tuple[date, int, int], rate: str = "0.12") -> Life:
    """1,200.00 lent on 15 January for four monthly parts of 300.00, due on the 15th."""
    dues = tuple((date(2019, month, 15), 30_000, 0) for month in (2, 3, 4, 5))
    signed = Version(date(2019, 1, 15), Decimal(rate), 0, dues)
    return Life("30/360", "half-up", (signed,), ((date(2019, 1, 15), 120_000),), repaid)


PAID = life((date(2019, 2, 15), 30_000, 1_200))
UNPAID = life()


def started(engine: Engine, *lives: Life, code: str = "mfo-1") -> tuple[Lender, list[int]]:
    """A lender with these loans."""

    def work(session: Session) -> tuple[Lender, list[int]]:
        of = lender(session, code)
        return of, record(session, of, lives)

    return perform(engine, work)


def closed(engine: Engine, *months: date, **options: Any) -> CloseResult:
    """Months closed one after another; the result of the last."""
    return [close(engine, month, made_by="accountant", **options) for month in months][-1]


def held(engine: Engine, on: date, books: Sequence[int]) -> dict[tuple[str, str], int]:
    """Balances of books by account and subject."""
    with Session(engine) as session:
        return {(each.account, each.subject): each.tiyn for each in balances(session, effective_on=on, books=books)}


def count(engine: Engine, table: str) -> int:
    """Rows of a table."""
    with Session(engine) as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_books_what_a_month_brings(committed_engine: Engine) -> None:
    """An unpaid loan gets its interest, its arrears on the overdue accounts, and a provision of its age."""
    of, [loan_id] = started(committed_engine, UNPAID)
    assert closed(committed_engine, JANUARY, FEBRUARY).state == "done"
    of_loan = {account: tiyn for (account, name), tiyn in held(committed_engine, date(2019, 2, 28), [of.id]).items()
               if name == f"loan:{loan_id}"}  # fmt: skip
    assert of_loan == {
        "loan-principal": 90_000, "loan-principal-overdue": 30_000, "loan-interest": 640,
        "loan-interest-overdue": 1_200, "loan-interest-income": -1_840,
        "loan-provision": -6_092, "provision-expense": 6_092,
    }  # fmt: skip


def test_locks_and_seals(committed_engine: Engine) -> None:
    """A closed month is locked in every book of the run, and the close agrees with the ledger."""
    of, _ = started(committed_engine, PAID, UNPAID)
    closed(committed_engine, JANUARY)
    with Session(committed_engine) as session:
        assert set(states(session, JANUARY).values()) == {"locked"}
        assert [found for _, found in verify(session, CHECKS)] == [[]]


def test_run_twice_adds_nothing(committed_engine: Engine) -> None:
    """A finished month says that there is nothing to do, and nothing is written."""
    started(committed_engine, PAID, UNPAID)
    closed(committed_engine, JANUARY)
    before = [count(committed_engine, table) for table in ("entry", "posting", "loan_month", "close_step")]
    assert closed(committed_engine, JANUARY).state == "nothing-to-do"
    assert [count(committed_engine, table) for table in ("entry", "posting", "loan_month", "close_step")] == before


def test_one_entry_a_book_and_kind(committed_engine: Engine) -> None:
    """However many loans, a chunk makes one entry a book and kind."""
    started(committed_engine, *[PAID] * 5, code="mfo-1")
    started(committed_engine, *[PAID] * 5, code="mfo-2")
    closed(committed_engine, JANUARY)
    with Session(committed_engine) as session:
        kinds = session.execute(text("SELECT kind, count(*) FROM entry WHERE source LIKE 'close:%' GROUP BY kind"))
        assert dict(kinds.all()) == {"accrual": 2, "provision": 2}


@pytest.mark.parametrize("month", [FEBRUARY, date(2100, 1, 1)])
def test_only_in_order_and_when_over(committed_engine: Engine, month: date) -> None:
    """A month does not close before the one before it, nor before it is over; nothing is written."""
    started(committed_engine, PAID)
    with pytest.raises(PeriodOrder):
        closed(committed_engine, month)
    assert count(committed_engine, "close_run") == 0
