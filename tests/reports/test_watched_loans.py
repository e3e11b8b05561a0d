"""Reports of oversight name loans in one order, and only those in sight."""

from sqlalchemy.orm import Session

from reports.family import ReportRequest
from reports.periods import parse_period
from reports.scope import scope_of
from reports.watched_loans import watched_loans
from tests.reports.books import MILLION, programme


def numbers(session: Session, period: str, organisation: str | None = None) -> list[str]:
    """Contract numbers in the order they are printed."""
    scope = scope_of(session, ReportRequest(period=parse_period(period), organisation=organisation))
    return [loan.contract_number for loan in watched_loans(session, scope).values()]


def test_loans_are_in_one_order(session: Session) -> None:
    """By region, lender, day and loan; what is paid out later is not there yet."""
    programme(session)
    assert numbers(session, "2021-03") == ["F-1", "M-1", "M-2", "M-3", "B-1"]
    assert numbers(session, "2021-02") == ["M-1"]
    assert numbers(session, "2021-03", organisation="mfo-1") == ["M-1", "M-2", "M-3"]


def test_some_may_be_chosen(session: Session) -> None:
    """Of the chosen loans the sum is what was paid out, tranches together."""
    books = programme(session)
    scope = scope_of(session, ReportRequest(period=parse_period("2021-03")))
    assert watched_loans(session, scope, [books.loans["B-1"]])[books.loans["B-1"]].amount == 6 * MILLION
