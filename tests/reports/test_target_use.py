"""Target use tells what is confirmed, by which documents, and what is late, of the loans of `tests.reports.books`.

Confirmations are written as the registers write them.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from lending.oversight.tables import TargetUseRow
from reports.family import ReportRequest
from reports.periods import parse_period
from reports.report import Section
from reports.target_use import TARGET_USE
from reports.words import value_text
from tests.reports.books import MILLION, Books, programme
from tests.reports.sections import column, total


def confirmed(session: Session) -> Books:
    """The programme, with half of one loan proved by two documents and a third one withdrawn."""
    books = programme(session)
    proofs = (("12", MILLION // 2), ("13", MILLION // 2), ("14", MILLION), ("14", -MILLION))
    session.add_all(
        TargetUseRow(
            loan_id=books.loans["M-2"], confirmed_on=date(2021, 3, 30), amount=amount, document_kind="invoice",
            document_number=number, document_date=date(2021, 3, 29), checked_by="Айгүл",
        )
        for number, amount in proofs
    )  # fmt: skip
    session.flush()
    return books


def sections(session: Session, period: str) -> tuple[Section, ...]:
    """The summary, the register, the late checks and the violations."""
    return TARGET_USE.report(session, ReportRequest(period=parse_period(period))).sections


def test_what_is_confirmed_is_told_loan_by_loan(session: Session) -> None:
    """A withdrawn confirmation counts for nothing, and what is not confirmed is the rest."""
    confirmed(session)
    _, register, *_ = sections(session, "2021-Q1")
    place = column(register, "contract-number").index("M-2")
    assert [column(register, key)[place] for key in ("confirmed", "unconfirmed", "confirmed-share", "check-by")] == [
        MILLION, MILLION, Decimal("0.5000"), date(2021, 6, 3),
    ]  # fmt: skip


def test_documents_are_named(session: Session) -> None:
    """Documents that still prove something are listed with number and date, in the language of the report."""
    confirmed(session)
    _, register, *_ = sections(session, "2021-Q1")
    cell = column(register, "documents")[column(register, "contract-number").index("M-2")]
    assert value_text(cell, "en") == "invoice no. 12 of 29 March 2021, invoice no. 13 of 29 March 2021"


def test_sums_are_those_of_the_register(session: Session) -> None:
    """The summary by lender adds up to the loans of the quarter."""
    confirmed(session)
    summary, register, *_ = sections(session, "2021-Q1")
    assert total(summary, "amount") == total(register, "amount") == 13 * MILLION
    assert total(summary, "loans") == len(register.rows) == 5


def test_checks_are_late_after_ninety_days(session: Session) -> None:
    """At the end of May only the loan of 10 February is late, whose last day was 11 May; in June all are."""
    confirmed(session)
    assert column(sections(session, "2021-05")[2], "days-late") == [20]
    assert column(sections(session, "2021-Q2")[2], "contract-number") == ["F-1", "M-1", "M-2", "M-3", "B-1"]


def test_the_last_day_is_still_in_time(session: Session) -> None:
    """A check due on the last day of the period is not late."""
    books = programme(session)
    books.lend("F-9", "FF-61", MILLION, date(2021, 4, 1))
    assert "F-9" not in column(sections(session, "2021-Q2")[2], "contract-number")
