"""Reports for people who ask: whose figures they may have, and the report built from all the books behind them.

An organisation has reports of itself and of what its money funds, never of another organisation: the scope is settled
under the person's own sight, and only then are the books read whole, because a figure of an akimat is added up from
books of its lenders.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from api.access.sight import see_everything
from lending.microcredits.loans import loan
from reports.catalogue import find_family
from reports.family import ReportFamily, ReportRequest
from reports.loan_statement import LOAN_STATEMENT
from reports.report import Report


def report_for(session: Session, name: str, wanted: ReportRequest) -> Report:
    """The report ``name``; ``session`` has the sight of whoever asks, and sees everything from then on.

    ``wanted.organisation`` has been settled by `api.web.scope.organisation_of`.

    Raises:
        UnknownReport, PeriodNotOffered. NotFound: a statement of a loan that they do not see.
    """
    family = find_family(name)
    if family is LOAN_STATEMENT:
        wanted = replace(wanted, organisation=None)
        _demand_seen(session, wanted)
    see_everything(session)
    return family.report(session, wanted)


def takes_subject(family: ReportFamily) -> bool:
    """Whether a report of the family is about one thing, which has to be named."""
    return family is LOAN_STATEMENT


def _demand_seen(session: Session, wanted: ReportRequest) -> None:
    """Refuse a statement of a loan out of sight.

    Raises:
        NotFound.
    """
    subject = wanted.subject or ""
    loan(session, int(subject) if subject.isdigit() and len(subject) < 19 else 0)
