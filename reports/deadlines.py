"""The calendar of reports: who owes which report to whom, and by which day.

The duties are those of the editions (`lending.programmes.editions`), one for each rule; a due date follows from the
end of a reporting period. "To the N-th" includes day N and is not shifted for days off unless the caller
gives a shift. Which organisation holds which role, and what was handed in, belongs to submissions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from ledger.errors import NotFound
from lending.programmes.editions import editions
from reports.periods import PeriodKind, ReportPeriod, periods_of_year
from reports.report import Phrase, phrase


@dataclass(eq=False, kw_only=True)
class UnknownDeadline(NotFound):
    """A rule that the calendar of reports does not have."""

    code = "unknown-deadline"
    sentence = "There is no {what} {name}. Take a rule id of the calendar, like 746-RP-03."
    what: str = "report deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One duty to report, as a rule of a programme states it.

    ``senders`` and ``receivers`` are codes of parties, ``content`` of what is reported. A duty without a
    ``day`` stands in the programme without a date, one without receivers without an addressee.
    """

    rule: str
    programme: str
    senders: tuple[str, ...]
    receivers: tuple[str, ...]
    content: tuple[str, ...]
    frequency: PeriodKind
    day: int | None
    months_after: int
    clause: str

    @property
    def sender_words(self) -> tuple[Phrase, ...]:
        """Who owes the report, for the catalogue."""
        return tuple(phrase(f"party.{code}") for code in self.senders)

    @property
    def receiver_words(self) -> tuple[Phrase, ...]:
        """Who is to receive it, for the catalogue."""
        return tuple(phrase(f"party.{code}") for code in self.receivers)

    @property
    def content_words(self) -> tuple[Phrase, ...]:
        """What it tells, for the catalogue."""
        return tuple(phrase(f"content.{code}") for code in self.content)

    @property
    def frequency_words(self) -> Phrase:
        """How often it is owed, for the catalogue."""
        return phrase(f"frequency.{self.frequency}")


@dataclass(frozen=True, slots=True)
class Due:
    """A report on ``period`` that is in time up to ``due_on``, that day included."""

    rule: str
    period: ReportPeriod
    due_on: date


@cache
def deadlines() -> tuple[Deadline, ...]:
    """All duties of the calendar, by programme and rule."""
    return tuple(
        Deadline(
            rule=duty.rule,
            programme=edition.id,
            senders=duty.senders,
            receivers=duty.receivers,
            content=duty.content,
            frequency=duty.frequency,
            day=duty.day,
            months_after=duty.months_after,
            clause=duty.clause,
        )
        for edition in editions().values()
        for duty in edition.reports
    )


def find_deadline(rule: str) -> Deadline:
    """The duty stated by ``rule``, e.g. ``746-RP-03``.

    Raises:
        UnknownDeadline: no such rule in the calendar.
    """
    for deadline in deadlines():
        if deadline.rule == rule:
            return deadline
    raise UnknownDeadline(name=rule)


def due_dates(deadline: Deadline, year: int, shift: Callable[[date], date] | None = None) -> tuple[Due, ...]:
    """When the reports on the periods of ``year`` are due, last day included; nothing for a duty without a day.

    The report on a period that ends in December falls due in the next year. ``shift`` moves a date that is
    a day off (for instance to the next working day); by default dates stand as the programme writes them.
    """
    day = deadline.day
    if day is None:
        return ()
    return tuple(
        Due(deadline.rule, period, due_on if shift is None else shift(due_on))
        for period in periods_of_year(deadline.frequency, year)
        for due_on in [_day_after(period.end, deadline.months_after, day)]
    )


def _day_after(end: date, months: int, day: int) -> date:
    years, month = divmod(end.month - 1 + months, 12)
    return date(end.year + years, month + 1, day)
