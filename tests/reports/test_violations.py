"""Violations are told with clause, demand and end, in the reports of the periods they concern."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.oversight.demands import Letter, agree, demand
from lending.oversight.values import BreachTerms
from lending.oversight.violations import Finding, close, find, propose
from reports.target_use import TARGET_USE
from reports.words import value_text
from tests.reports.books import programme
from tests.reports.sections import column, total
from tests.reports.test_jobs import sections

JUNE = date(2021, 6, 10)


def found(session: Session) -> None:
    """Misuse of M-1 with a demand; of M-2 one that was none, closed in July; jobs missing on M-2."""
    books = programme(session)
    m1, m2 = books.loans["M-1"], books.loans["M-2"]
    agree(session, BreachTerms(
        loan_id=m1, agreed_on=date(2021, 2, 7), document_number="Қ-1", fine=tenge(50_000), full_return=True,
    ))  # fmt: skip
    first = Finding(
        loan_id=m1, breach="target-use", amount=tenge(600_000), found_on=JUNE, mend_by=date(2021, 7, 10),
        found_by="Айгүл",
    )  # fmt: skip
    misuse, mistaken, _ = find(session, [first, replace(first, loan_id=m2), replace(first, loan_id=m2, breach="jobs")])
    demand(session, Letter(
        violation_id=misuse, made_on=date(2021, 6, 15), pay_by=date(2021, 7, 15), document_number="Т-1",
        made_by="Болат",
    ))  # fmt: skip
    proposal = propose(session, mistaken, "dismissed", "қате", on=date(2021, 7, 1), by="Айгүл")
    close(session, proposal, on=date(2021, 7, 2), by="Болат")


def test_what_was_demanded_is_told(session: Session) -> None:
    """Fine and full return stand beside the violation they follow from."""
    found(session)
    told = sections(session, "2021-06", TARGET_USE)[3]
    assert column(told, "contract-number") == ["M-1", "M-2"]
    assert (total(told, "fine"), column(told, "demanded")) == (5_000_000, [60_000_000, 0])


def test_a_closed_violation_leaves(session: Session) -> None:
    """It is told in the period it was closed in, and not later."""
    found(session)
    words = [
        [value_text(each, "en") for each in column(sections(session, period, TARGET_USE)[3], "resolution")]
        for period in ("2021-06", "2021-07", "2021-08")
    ]
    assert words == [["open", "open"], ["open", "dismissed"], ["open"]]


def test_jobs_are_told_with_jobs(session: Session) -> None:
    """A violation over jobs stands in the report on jobs, with the clause that is broken."""
    found(session)
    told = sections(session, "2021-06")[3]
    [clause] = column(told, "clause")
    assert (column(told, "contract-number"), str(clause).partition(":")[0]) == (["M-2"], "746-LN-06")
