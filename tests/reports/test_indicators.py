"""What was lent stands beside what the programme set out to lend. Loans are those of `tests.reports.books`."""

from decimal import Decimal

from sqlalchemy.orm import Session

from reports.family import ReportRequest
from reports.indicators import INDICATORS
from reports.periods import parse_period
from tests.reports.books import MILLION, programme
from tests.reports.sections import column, total


def test_lending_stands_against_each_target(session: Session) -> None:
    """Four rural loans of 7 million, two of them to start-ups, and one city loan of 6 million, against the targets."""
    programme(session)
    loans, amount, shares, _ = INDICATORS.report(session, ReportRequest(period=parse_period("2021-03"))).sections
    assert list(zip(column(loans, "rule"), column(loans, "target"), column(loans, "reached"), strict=True)) == [
        ("746-KP-04", 8500, 4), ("746-KP-05", 11000, 4), ("746-KP-10", 887, 1),
    ]  # fmt: skip
    assert column(amount, "target") == [44_759 * MILLION, 9_311 * MILLION, 9_311 * MILLION]
    assert column(amount, "reached") == [7 * MILLION, 6 * MILLION, 6 * MILLION]
    assert column(shares, "reached") == [Decimal("0.5000"), Decimal("0.0000")]


def test_regions_add_up_to_the_whole(session: Session) -> None:
    """The table by region has the same loans and sums."""
    programme(session)
    *_, by_region = INDICATORS.report(session, ReportRequest(period=parse_period("2021-03"))).sections
    assert (total(by_region, "loans"), total(by_region, "amount")) == (5, 13 * MILLION)


def test_a_year_starts_in_january(session: Session) -> None:
    """Nothing of 2021 counts in 2022, and a year without targets has none."""
    programme(session)
    loans, *_ = INDICATORS.report(session, ReportRequest(period=parse_period("2022"))).sections
    assert (column(loans, "target"), column(loans, "reached")) == ([None] * 3, [0] * 3)
