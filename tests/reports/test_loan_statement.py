"""A statement shows one loan whole, and agrees with the ledger. Loans are those of `tests.reports.books`."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from lending.microcredits.tables import DisbursementRow
from reports.family import ReportRequest
from reports.figures import FiguresDisagree
from reports.loan_statement import LOAN_STATEMENT, NoLoanNamed
from reports.periods import parse_period
from reports.report import Phrase, Report, phrase
from tests.reports.books import MILLION, TENGE, Books, programme
from tests.reports.sections import column, total

MARCH = parse_period("2021-03")


def statement(session: Session, books: Books, number: str, organisation: str | None = None) -> Report:
    """The statement of a loan at the end of March."""
    loan = str(books.loans[number])
    return LOAN_STATEMENT.report(session, ReportRequest(period=MARCH, subject=loan, organisation=organisation))


def test_movements_lead_to_the_balance(session: Session) -> None:
    """A million out, 400 000 back: 600 000 are left, which is what the statement opens with."""
    standing, *_, movements = statement(session, programme(session), "M-1").sections
    assert column(movements, "balance") == [MILLION, 600_000 * TENGE]
    figures = {each.key: amount for each, amount in standing.rows if isinstance(each, Phrase)}
    assert (figures["standing.paid-out"], figures["standing.principal"]) == (MILLION, 600_000 * TENGE)


def test_the_effective_rate_has_one_decimal(session: Session) -> None:
    """6.168 % is printed as 6.2 %, beside the nominal rate."""
    rates = [
        each.value
        for each in statement(session, programme(session), "M-1").parameters
        if isinstance(each.value, Decimal)
    ]
    assert rates == [Decimal("0.06"), Decimal("0.062")]


def test_the_signed_schedule_is_always_there(session: Session) -> None:
    """A loan that went as signed has one schedule: interest alone in the grace, and nothing left at the end."""
    _, schedule, _ = statement(session, programme(session), "M-2").sections
    assert schedule.rows[0] == (1, date(2021, 4, 5), 0, 10_000 * TENGE, 10_000 * TENGE, 2 * MILLION)
    assert (len(schedule.rows), schedule.rows[-1][-1], total(schedule, "principal")) == (36, 0, 2 * MILLION)


def test_the_schedule_in_force_stands_beside_it(session: Session) -> None:
    """After an early repayment the borrower sees what was signed and what is due now."""
    _, signed, in_force, _ = statement(session, programme(session), "M-1").sections
    assert (total(signed, "principal"), total(in_force, "principal")) == (MILLION, 600_000 * TENGE)
    assert in_force.title == phrase(
        "section.schedule-in-force", number=2, day=date(2021, 3, 10), reason=phrase("schedule-reason.prepay-lower")
    )


def test_it_is_the_lender_s_statement_whoever_asks(session: Session) -> None:
    """The akimat may ask for it, another akimat may not."""
    books = programme(session)
    assert statement(session, books, "M-1", "akimat-61").organisation == statement(session, books, "M-1").organisation
    with pytest.raises(NotFound):
        statement(session, books, "M-1", "akimat-75")


@pytest.mark.parametrize("subject", [None, "", "M-1", "٣"])
def test_a_loan_must_be_named_by_its_id(session: Session, subject: str | None) -> None:
    """Without an id there is nothing to state."""
    with pytest.raises(NoLoanNamed, match="--loan"):
        LOAN_STATEMENT.report(session, ReportRequest(period=MARCH, subject=subject))


def test_movements_the_ledger_does_not_know_stop_the_statement(session: Session) -> None:
    """A payment out of nowhere is never printed."""
    books = programme(session)
    row = {"loan_id": books.loans["M-2"], "paid_on": MARCH.end, "amount": TENGE, "event_id": 0}
    session.execute(insert(DisbursementRow), row)
    with pytest.raises(FiguresDisagree, match="the principal of loan"):
        statement(session, books, "M-2")
