"""Positions of many loans agree with a slow oracle, from the beginning and from any checkpoint."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lending.amortisation.accrual import denominator
from lending.amortisation.day_counts import DayCount
from lending.microcredits.histories import RATE_DENOMINATOR
from lending.microcredits.positions import positions
from lending.microcredits.tables import LoanMonthRow
from lending.tables import CloseRunRow
from tests.lending.amortisation.worked_pages import tables
from tests.lending.microcredits.lives import lender, lives, record
from tests.oracles.positions import Life, Version, position
from tests.walks import tried

MAYBE_LATER = settings(
    max_examples=tried(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DAY = timedelta(days=1)


def expected(life: Life, as_of: date, accrue_to: date) -> dict[str, object]:
    """The oracle's position, its open interest over the denominator that checkpoints use."""
    values = asdict(position(life, as_of, accrue_to))
    day_count: DayCount = life.day_count  # type: ignore[assignment]  # the oracle takes any text
    return values | {"open_numerator": int(values.pop("open_interest") * denominator(day_count, RATE_DENOMINATOR))}


def found(session: Session, loan_id: int, as_of: date, accrue_to: date) -> dict[str, object]:
    """What `positions` says of one loan."""
    return positions(session, as_of, accrue_to=accrue_to, loan_ids=[loan_id]).row(loan_id)


def check(life: Life, row: dict[str, object], as_of: date, accrue_to: date) -> None:
    """Every column that the oracle knows agrees."""
    wanted = expected(life, as_of, accrue_to)
    assert {name: row[name] for name in wanted} == wanted


def checkpoint(session: Session, life: Life, loan_id: int, month_end: date) -> None:
    """Write the oracle's position at a month's end as the close would."""
    run = CloseRunRow(month=month_end.replace(day=1), books=[], chunk_loans=1, state="done", started_by="test")
    session.add(run)
    session.flush()
    at = expected(life, month_end, month_end + DAY)
    names = LoanMonthRow.__table__.columns.keys()
    values = {name: value for name, value in at.items() if name in names}
    session.add(
        LoanMonthRow(loan_id=loan_id, month=run.month, run_id=run.id, accrued=0, provision=0, **values)
    )  # fmt: skip
    session.flush()


@MAYBE_LATER
@given(life=lives(), days=st.integers(0, 330), more=st.integers(0, 1))
def test_agrees_with_the_oracle(session: Session, life: Life, days: int, more: int) -> None:
    """Amounts, accruals and days past due of any loan on any day are those of a day-by-day calculation."""
    as_of = life.disbursed[0][0] + timedelta(days)
    with session.begin_nested() as undone:
        [loan_id] = record(session, lender(session), [life])
        check(life, found(session, loan_id, as_of, as_of + more * DAY), as_of, as_of + more * DAY)
        undone.rollback()


@MAYBE_LATER
@given(life=lives(), month=st.integers(1, 8), later=st.integers(1, 92))
def test_a_checkpoint_changes_nothing(session: Session, life: Life, month: int, later: int) -> None:
    """From a month-end's row the same position comes out as from the beginning."""
    month_end = date(2019, month + 1, 1) - DAY
    as_of = max(month_end + timedelta(later), life.disbursed[0][0])
    with session.begin_nested() as undone:
        [loan_id] = record(session, lender(session), [life])
        if life.disbursed[0][0] <= month_end:
            checkpoint(session, life, loan_id, month_end)
        check(life, found(session, loan_id, as_of, as_of), as_of, as_of)
        undone.rollback()


@MAYBE_LATER
@given(lives=st.lists(lives(), max_size=6), days=st.integers(0, 330))
def test_a_loan_does_not_depend_on_its_company(session: Session, lives: list[Life], days: int) -> None:
    """Loans of different day counts, roundings and ages, asked for together, each have their own position."""
    as_of = date(2019, 1, 1) + timedelta(days)
    with session.begin_nested() as undone:
        of = lender(session)
        loans = dict(zip(record(session, of, lives), lives, strict=True))
        together = positions(session, as_of, books=[of.id])
        begun = [loan_id for loan_id, life in loans.items() if life.disbursed[0][0] <= as_of]
        assert together.loan_id.tolist() == begun
        for loan_id in begun:
            check(loans[loan_id], together.row(loan_id), as_of, as_of)
        undone.rollback()


@MAYBE_LATER
@given(lives=st.lists(st.tuples(lives(), st.integers(0, 330)), max_size=5))
def test_each_loan_may_have_its_own_day(session: Session, lives: list[tuple[Life, int]]) -> None:
    """Loans asked about together, each on another day, each have the position of their day."""
    with session.begin_nested() as undone:
        loan_ids = record(session, lender(session), [life for life, _ in lives])
        asked = {
            loan_id: (life, life.disbursed[0][0] + timedelta(days))
            for loan_id, (life, days) in zip(loan_ids, lives, strict=True)
        }
        together = positions(session, {loan_id: as_of for loan_id, (_, as_of) in asked.items()})
        for loan_id, (life, as_of) in asked.items():
            check(life, together.row(loan_id), as_of, as_of)
        undone.rollback()


def simple(*repaid: tuple[date, int, int], versions: tuple[Version, ...] = ()) -> Life:
    """1,200.00 lent on 15 January at 12 % for four monthly parts of 300.00."""
    dues = tuple((date(2019, month, 15), 30_000, 0) for month in (2, 3, 4, 5))
    signed = Version(date(2019, 1, 15), Decimal("0.12"), 0, dues)
    return Life("30/360", "half-up", (signed, *versions), ((date(2019, 1, 15), 120_000),), repaid)


def test_due_today_is_not_overdue(session: Session) -> None:
    """On the due date the instalment is due with the interest of the period; the day after it is overdue."""
    [loan_id] = record(session, lender(session), [simple()])
    today, tomorrow = (found(session, loan_id, day, day) for day in (date(2019, 2, 15), date(2019, 2, 16)))
    assert (today["principal_due"], today["interest_due"], today["principal_overdue"]) == (30_000, 1_200, 0)
    assert (tomorrow["principal_overdue"], tomorrow["interest_overdue"], tomorrow["days_past_due"]) == (
        30_000,
        1_200,
        1,
    )


def test_rescheduling_ends_arrears(session: Session) -> None:
    """What a new version no longer asks for is not overdue, and days past due start anew."""
    later = Version(date(2019, 4, 1), Decimal("0.12"), 0, ((date(2019, 5, 1), 120_000, 10_000),))
    [loan_id] = record(session, lender(session), [simple((date(2019, 3, 20), 0, 2_400), versions=(later,))])
    before, after, again = (
        found(session, loan_id, day, day) for day in (date(2019, 3, 31), date(2019, 4, 1), date(2019, 5, 3))
    )
    assert (before["days_past_due"], after["days_past_due"], again["days_past_due"]) == (44, 0, 2)


def test_columns_tell_what_is_booked(session: Session) -> None:
    """Accrued interest that the ledger has is told apart from accrued interest."""
    [loan_id] = record(session, lender(session), [simple((date(2019, 2, 15), 30_000, 1_200))])
    row = found(session, loan_id, date(2019, 2, 25), date(2019, 2, 25))
    assert (row["accrued_total"], row["accrued_posted"], row["interest_due"]) == (1_500, 1_200, 0)


def test_impossible_loans_are_listed_not_guessed(session: Session) -> None:
    """A loan repaid beyond its principal has no position but a reason; the others have theirs."""
    good, bad = simple(), simple((date(2019, 2, 15), 130_000, 0))
    first, second = record(session, lender(session), [good, bad])
    together = positions(session, date(2019, 3, 1), loan_ids=range(first, second + 1))
    assert together.loan_id.tolist() == [first]
    assert together.failures == {second: "more principal was repaid than was owed, by 10000 tiyn"}


def test_great_sums_stay_exact(session: Session) -> None:
    """An open period whose numerator needs more than 64 bits passes through a checkpoint unharmed."""
    signed = Version(date(2019, 1, 10), Decimal("0.999999"), 0, ((date(2020, 1, 10), 10**13, 0),))
    life = Life("act/act", "half-up", (signed,), ((date(2019, 1, 10), 10**13),), ())
    [loan_id] = record(session, lender(session), [life])
    checkpoint(session, life, loan_id, date(2019, 6, 30))
    check(life, found(session, loan_id, date(2019, 9, 1), date(2019, 9, 1)), date(2019, 9, 1), date(2019, 9, 1))


def test_the_page_tells_the_truth(session: Session) -> None:
    """The worked loan of the page has the position printed for every day."""
    [loan_id] = record(session, lender(session), [simple((date(2019, 3, 5), 30_000, 1_200))])
    columns = {
        "principal": "principal", "accrued": "accrued_total", "principal due": "principal_due",
        "interest due": "interest_due", "principal overdue": "principal_overdue",
        "interest overdue": "interest_overdue", "days": "days_past_due",
    }  # fmt: skip
    [rows] = tables("positions")
    for row in rows:
        at = found(session, loan_id, as_of := date.fromisoformat(row["as of"]), as_of)
        assert {name: int(row[name].replace(".", "")) for name in columns} == {
            name: at[column] for name, column in columns.items()
        }
