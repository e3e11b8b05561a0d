"""Closing a month: what it books, that it may be killed and repeated, and what keeps a month open."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.money import tenge
from ledger.periods import change_state, states
from ledger.posting import PeriodOrder
from ledger.unit_of_work import perform
from ledger.verification import verify
from lending.microcredits.repayments import repay
from lending.microcredits.tables import LoanScheduleRow
from lending.microcredits.values import Payment
from lending.month_checks import CHECKS
from lending.month_end import CloseResult, CloseUnderWay, close
from tests.lending.amortisation.worked_pages import tables
from tests.lending.microcredits.lender import lender as funded
from tests.lending.microcredits.lives import Lender, lender, lives, record, repayment
from tests.oracles.positions import Life, Version, position
from tests.walks import tried

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
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


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
    started(committed_engine, PAID, UNPAID)
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


def late_schedule(engine: Engine) -> tuple[Lender, int]:
    """A lender with a sound loan, and one whose schedule is in force from March only; its id."""
    dues = ((date(2019, 4, 15), 120_000, 0),)
    odd = Life("30/360", "half-up", (Version(MARCH, Decimal("0.12"), 0, dues),), ((date(2019, 1, 15), 120_000),), ())
    of, [_, loan_id] = started(engine, PAID, odd)
    return of, loan_id


def add_schedule(session: Session, loan_id: int) -> None:
    """A schedule in force from the day of disbursement."""
    session.add(
        LoanScheduleRow(
            loan_id=loan_id, version=2, valid_from=date(2019, 1, 15), reason="signed", principal_before=0,
            annual_rate=Decimal("0.12"), effective_rate=0, due_on=[date(2019, 4, 15)], principal=[120_000],
            interest=[0], deferred=[0],
        )
    )  # fmt: skip


def test_a_failed_loan_blocks_the_lock_only(committed_engine: Engine) -> None:
    """The loan is listed with its reason and the month stays unlocked; the other loans are closed."""
    of, loan_id = late_schedule(committed_engine)
    result = closed(committed_engine, JANUARY)
    assert (result.state, result.failures, result.loans) == ("blocked", {loan_id: "no schedule is in force"}, 1)
    with Session(committed_engine) as session:
        assert states(session, JANUARY, [of.id]) == {of.id: "closing"}


def test_a_mended_loan_is_taken_up_again(committed_engine: Engine) -> None:
    """The same run closes the mended loan, touches no other, and locks."""
    _, loan_id = late_schedule(committed_engine)
    blocked = closed(committed_engine, JANUARY)
    perform(committed_engine, lambda session: add_schedule(session, loan_id))
    result = closed(committed_engine, JANUARY)
    assert (result.state, result.run_id, result.loans) == ("done", blocked.run_id, 1)


def test_an_opened_month_is_closed_by_a_new_run(committed_engine: Engine) -> None:
    """A close given up for a booking that was missing is done anew, and books the differences only."""
    of, loan_id = late_schedule(committed_engine)
    blocked = closed(committed_engine, JANUARY)
    perform(
        committed_engine,
        lambda session: change_state(
            session, JANUARY, blocked.books, "open", made_by="accountant", reason="abandoned"
        ),
    )  # fmt: skip
    perform(committed_engine, lambda session: add_schedule(session, loan_id))
    before = held(committed_engine, date(2019, 1, 31), [of.id])
    result = closed(committed_engine, JANUARY)
    after = held(committed_engine, date(2019, 1, 31), [of.id])
    changed = {name for (_, name), tiyn in after.items() if before.get((_, name)) != tiyn}
    assert (result.state, changed) == ("done", {f"loan:{loan_id}"})
    assert result.run_id != blocked.run_id


def test_a_reopened_month_gets_the_differences(committed_engine: Engine) -> None:
    """A locked month opened by two people for a late payment ends as if the payment had been there."""
    of, [loan_id] = started(committed_engine, UNPAID)
    closed(committed_engine, JANUARY, FEBRUARY)
    with_payment, [twin] = started(committed_engine, PAID, code="mfo-2")
    closed(committed_engine, JANUARY, FEBRUARY)

    def reopen(session: Session) -> None:
        change_state(session, FEBRUARY, [of.id], "open", made_by="one", second_by="two", reason="a payment was missing")
        session.add(repayment(session, of, loan_id, date(2019, 2, 15), 30_000, 1_200))

    perform(committed_engine, reopen)
    assert closed(committed_engine, FEBRUARY).state == "done"
    ours, theirs = (
        {
            account: tiyn
            for (account, name), tiyn in held(committed_engine, date(2019, 2, 28), [book]).items()
            if name == f"loan:{each}"
        }
        for book, each in ((of.id, loan_id), (with_payment.id, twin))
    )
    assert ours == theirs


def test_repaid_loans_are_passed_over(committed_engine: Engine) -> None:
    """The month of the last payment still books the loan; the months after it do not look at it again."""
    _, [loan_id] = started(committed_engine, life((date(2019, 2, 15), 120_000, 1_200)))
    perform(committed_engine, lambda session: set_status(session, loan_id, "repaid"))
    results = [closed(committed_engine, month) for month in (JANUARY, FEBRUARY, MARCH)]
    assert [result.loans for result in results] == [1, 1, 0]


def set_status(session: Session, loan_id: int, status: str) -> None:
    """Say how a loan stands."""
    session.execute(text("UPDATE loan SET status = :status WHERE id = :id"), {"status": status, "id": loan_id})


def test_other_books_wait_for_a_close_under_way(committed_engine: Engine) -> None:
    """A close begun for some books is finished first; without naming books it goes on."""
    of, _ = late_schedule(committed_engine)
    other, _ = started(committed_engine, PAID, code="mfo-2")
    blocked = closed(committed_engine, JANUARY, books=[of.id])
    with pytest.raises(CloseUnderWay):
        closed(committed_engine, JANUARY, books=[of.id, other.id])
    assert closed(committed_engine, JANUARY, books=[other.id]).state == "done"
    assert closed(committed_engine, JANUARY).run_id == blocked.run_id


def test_tells_how_far_it_is(committed_engine: Engine) -> None:
    """Progress counts pieces of work: the preparation, the chunks, the lock."""
    started(committed_engine, *[PAID] * 5)
    told: list[tuple[str, int, int]] = []
    closed(committed_engine, JANUARY, chunk=2, progress=lambda *each: told.append(each))
    assert told[3:] == [("loans", 1, 3), ("loans", 2, 3), ("loans", 3, 3), ("lock", 1, 1)]


def test_the_page_tells_the_truth(committed_engine: Engine) -> None:
    """Concluded, paid out, repaid late and closed by the services, the worked loan has the balances of the page."""
    with Session(committed_engine) as session, session.begin():
        of = funded(session)
        loan_id = of.lend(
            "1200", annual_rate=Decimal("0.12"), instalments=4, method="equal-principal", day_count="30/360"
        )  # fmt: skip
        repay(session, [Payment(loan_id=loan_id, paid_on=date(2019, 5, 5), amount=tenge("312"))])
    for row in tables("month-end")[1]:
        end = date.fromisoformat(row["after"])
        for month in open_months(committed_engine, end):
            closed(committed_engine, month)
        accounts = ("loan-principal", "loan-principal-overdue", "loan-interest", "loan-interest-overdue",
                    "loan-interest-income", "loan-provision")  # fmt: skip
        balances_of = held(committed_engine, end, [of.id])
        assert [abs(balances_of.get((account, f"loan:{loan_id}"), 0)) for account in accounts] == [
            int(cell.replace(".", "")) for cell in list(row.values())[1:]
        ]


def open_months(engine: Engine, until: date) -> list[date]:
    """Months not closed yet, from the opening of the books of `funded` to that of ``until``."""
    months = [date(year, month, 1) for year in (2018, 2019) for month in range(1, 13)]
    with Session(engine) as session:
        return [
            month for month in months if month <= until and set(states(session, month).values()) != {"locked"}
        ]  # fmt: skip


def test_two_at_once_share_the_work(committed_engine: Engine) -> None:
    """Two closes of one month at the same time close every loan once, and both end well."""
    started(committed_engine, *[UNPAID] * 12)
    closed(committed_engine, JANUARY)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(closed, committed_engine, FEBRUARY, chunk=2, workers=1) for _ in range(2)]
    results = [each.result() for each in both]
    assert {result.state for result in results} <= {"done", "nothing-to-do"}
    assert sum(result.loans for result in results) == 12
    assert count(committed_engine, "loan_month") == 24


MONTHS = [date(2019, month, 1) for month in range(1, 8)]


@settings(max_examples=tried(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(lives(), min_size=5, max_size=12))
def test_months_agree_with_the_oracle(committed_engine: Engine, many: list[Life]) -> None:
    """Closed month by month, the ledger ends with what a day-by-day calculation says, whatever happened to a loan."""
    of, loan_ids = started(committed_engine, *many, code=f"mfo-{count(committed_engine, 'organisation')}")
    assert closed(committed_engine, *MONTHS, books=[of.id], chunk=5).state == "done"
    end = date(2019, 7, 31)
    ledger = held(committed_engine, end, [of.id])
    for loan_id, each in zip(loan_ids, many, strict=True):
        wanted = position(each, end, date(2019, 8, 1))
        assert {account: ledger.get((account, f"loan:{loan_id}"), 0) for account in ACCOUNTS} == {
            "loan-principal": wanted.principal - wanted.principal_overdue,
            "loan-principal-overdue": wanted.principal_overdue,
            "loan-interest": wanted.accrued_total - wanted.interest_repaid - wanted.interest_overdue,
            "loan-interest-overdue": wanted.interest_overdue,
            "loan-interest-income": -wanted.accrued_total,
        }


ACCOUNTS = (
    "loan-principal", "loan-principal-overdue", "loan-interest", "loan-interest-overdue", "loan-interest-income"
)  # fmt: skip
