"""What comes back is told by year and turn, and what was not lent again in time is owed. See `tests.reports.books`."""

from datetime import date

from sqlalchemy.orm import Session

from lending.chain.returns import expire, pay_return
from reports.family import ReportRequest
from reports.periods import parse_period
from reports.relending import RELENDING
from reports.report import Section
from tests.reports.books import TENGE, programme
from tests.reports.sections import column, total


def sections(session: Session, period: str) -> tuple[Section, ...]:
    """Returned money and returns to the budget."""
    return RELENDING.report(session, ReportRequest(period=parse_period(period))).sections


def test_returned_money_has_a_year_a_turn_and_a_window(session: Session) -> None:
    """400 000 came back in 2021 and were lent again; they may be until the end of 2022."""
    programme(session)
    came_back, _ = sections(session, "2021-Q1")
    assert came_back.rows == (
        ("FL-61", "2021", 2, 400_000 * TENGE, 400_000 * TENGE, 0, 0, 0, 0, date(2022, 12, 31)),
    )  # fmt: skip


def test_what_is_left_when_the_window_ends_is_owed(session: Session) -> None:
    """What came back later in 2021 and was not lent by the end of 2022 is owed to the budget, then paid."""
    books = programme(session)
    books.repay("M-2", 410_000 * TENGE, date(2021, 4, 5), "prepay-lower")
    [owed] = expire(session, date(2023, 1, 5))
    came_back, returns = sections(session, "2023-01")
    assert total(came_back, "expired") == total(returns, "unpaid") == 400_000 * TENGE
    assert column(returns, "due-on") == [date(2023, 2, 28)]
    assert column(sections(session, "2023-03")[1], "days-late") == [31]
    pay_return(session, owed, date(2023, 2, 27))
    came_back, returns = sections(session, "2023-03")
    assert (total(came_back, "on-hand"), total(returns, "paid"), total(returns, "unpaid")) == (
        0, 400_000 * TENGE, 0,
    )  # fmt: skip
