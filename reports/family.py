"""A report family: one kind of report that can be asked for by name.

A family says which periods it makes sense for, which duties of the calendar it answers, and how it is built
from the books. Every family lives in a module of its own and is entered by hand in `reports.catalogue`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.errors import BadInput
from reports.periods import PeriodKind, ReportPeriod
from reports.report import Phrase, Report, phrase


@dataclass(eq=False, kw_only=True)
class PeriodNotOffered(BadInput):
    """A kind of period that a family does not report on."""

    code = "report-period-not-offered"
    sentence = "The report {report} is made for: {expected}; found {found}. Ask for another period."
    report: str
    expected: tuple[str, ...]
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """What somebody asks for: the period, and the organisation and region to narrow it to, if any.

    ``subject`` names the one thing a report is about where it is about one, such as the loan of a statement;
    ``known_at`` asks a report that can for what was known at that moment instead of now.
    """

    period: ReportPeriod
    organisation: str | None = None
    region: str | None = None
    subject: str | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFamily:
    """One kind of report: its stable ``name``, what it may be asked for, and how to ``build`` it.

    ``deadlines`` are the rule ids of `reports.deadlines` that a report of this family answers.
    """

    name: str
    period_kinds: tuple[PeriodKind, ...]
    build: Callable[[Session, ReportRequest], Report]
    deadlines: tuple[str, ...] = ()

    @property
    def description(self) -> Phrase:
        """What the report shows, for lists: the words ``report.<name>.description``."""
        return phrase(f"report.{self.name}.description")

    def report(self, session: Session, request: ReportRequest) -> Report:
        """The report that ``request`` asks for.

        Raises:
            PeriodNotOffered: the family has no reports for such periods.
        """
        if request.period.kind not in self.period_kinds:
            raise PeriodNotOffered(report=self.name, expected=self.period_kinds, found=str(request.period))
        return self.build(session, request)
