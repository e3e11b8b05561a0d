"""The annex to a contract: what was agreed and the schedule as signed, to be printed for the borrower in ru and kk.

Unlike the statement it needs no closed month and no money paid out; it is the same on every day.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from ledger.money import to_tiyn
from ledger.organisations import organisation
from lending.chain.facilities import facility
from lending.microcredits.loans import loan
from lending.microcredits.tables import LoanScheduleRow
from lending.microcredits.values import Loan
from reports import columns
from reports.issued_loans import printed_rate
from reports.loan_statement import schedule_section
from reports.periods import calendar_period
from reports.report import Cell, Column, Name, Parameter, Report, Signature, phrase

NAME = "loan-annex"


def annex(session: Session, loan_id: int) -> Report:
    """The annex to the contract of a loan.

    Raises:
        NotFound: there is no such loan.
    """
    found = loan(session, loan_id)
    of = found.contract
    lender = organisation(session, of.lender_id)
    signed = session.get_one(LoanScheduleRow, (loan_id, 1))
    return Report(
        name=NAME, title=phrase("report.loan-annex.title"),
        period=calendar_period("month", of.signed_on.year, of.signed_on.month),
        organisation=Name(lender.name_kk, lender.name_ru, lender.name_en),
        sections=(schedule_section(signed, phrase("section.schedule-signed", day=signed.valid_from)),),
        parameters=tuple(_facts(found, facility(session, of.facility_id).number, signed)),
        signatures=(Signature(role="head"),), prepared_on=of.signed_on, subject=str(loan_id),
        tells_period=False,
    )  # fmt: skip


def _facts(found: Loan, agreement: str, signed: LoanScheduleRow) -> Iterator[Parameter]:
    of = found.contract
    facts: tuple[tuple[Column, Cell], ...] = (
        (columns.CONTRACT_NUMBER, of.number),
        (columns.CONTRACT_DATE, of.signed_on),
        (columns.BORROWER, of.borrower.name),
        (columns.ID_NUMBER, str(of.borrower.id_number)),
        (columns.PURPOSE, phrase(f"purpose.{of.purpose}")),
        (columns.FUNDING_SOURCE, agreement),
        (columns.AMOUNT, to_tiyn(of.amount)),
        (columns.NOMINAL_RATE, of.annual_rate),
        (columns.EFFECTIVE_RATE, printed_rate(signed.effective_rate)),
        (columns.TERM, of.instalments * of.every_months),
        (columns.GRACE, of.principal_grace * of.every_months),
    )
    for column, cell in facts:
        yield Parameter(label=column.title, value=cell, kind=column.kind)
