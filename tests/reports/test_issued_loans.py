"""The register of issued loans adds up by region, territory and turn. Loans are those of `tests.reports.books`."""

from decimal import Decimal

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from lending.microcredits.tables import DisbursementRow
from reports.family import ReportRequest
from reports.figures import FiguresDisagree
from reports.issued_loans import ISSUED_LOANS
from reports.periods import parse_period
from reports.report import Cell, Section
from tests.reports.books import MILLION, TENGE, programme

MARCH = parse_period("2021-03")


def sections(session: Session, organisation: str | None = None, region: str | None = None) -> tuple[Section, ...]:
    """The summary and the register for March."""
    request = ReportRequest(period=MARCH, organisation=organisation, region=region)
    return ISSUED_LOANS.report(session, request).sections


def column(section: Section, key: str) -> list[Cell]:
    """The cells of one column."""
    place = [each.key for each in section.columns].index(key)
    return [row[place] for row in section.rows]


def test_each_payment_of_the_period_is_a_row(session: Session) -> None:
    """The loan of February is not there, and the one in two tranches is there twice."""
    programme(session)
    _, register = sections(session)
    assert column(register, "contract-number") == ["M-2", "F-1", "M-3", "B-1", "B-1"]
    assert column(register, "amount") == [each * MILLION for each in (2, 3, 1, 4, 2)]


def test_money_lent_again_is_told_from_money_lent_first(session: Session) -> None:
    """The last loan took what was returned, and the rest from fresh money."""
    programme(session)
    _, register = sections(session)
    assert (column(register, "first-turn")[2], column(register, "relent")[2]) == (60_000_000, 40_000_000)


def test_a_loan_in_tranches_counts_once(session: Session) -> None:
    """The summary counts loans and adds up payments, by region and territory."""
    programme(session)
    summary, _ = sections(session)
    assert column(summary, "loans") == [2, 1, 1]
    assert column(summary, "amount") == [4 * MILLION, 2 * MILLION, 6 * MILLION]
    assert column(summary, "start-up-share") == [Decimal("0.2500"), Decimal("0.0000"), Decimal("0.0000")]


def test_an_akimat_sees_the_loans_of_its_lenders(session: Session) -> None:
    """Loans are followed up their facilities, past operators that serve several akimats."""
    programme(session)
    assert sections(session, organisation="akimat-75")[0].totals == (
        None,
        1,
        6 * MILLION,
        6 * MILLION,
        0,
        0,
        Decimal("0.0000"),
    )


def test_a_loan_lies_where_its_kato_code_says(session: Session) -> None:
    """A region is asked for by code or by name, and takes loans without a code from their facility's region."""
    programme(session)
    by_code, by_name = (sections(session, region=each)[1] for each in ("61", "Түркістан облысы"))
    assert column(by_code, "contract-number") == column(by_name, "contract-number") == ["M-2", "F-1", "M-3"]


def test_a_payment_the_ledger_does_not_know_stops_the_report(session: Session) -> None:
    """Rows that do not add up to the books are never printed."""
    books = programme(session)
    row = {"loan_id": books.loans["M-2"], "paid_on": MARCH.end, "amount": TENGE, "event_id": 0}
    session.execute(insert(DisbursementRow), row)
    with pytest.raises(FiguresDisagree, match="payments to borrowers"):
        sections(session)
