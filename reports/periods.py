"""The period a report covers: a month, a quarter, a half-year or a year.

A `ReportPeriod` is always a whole calendar period, so its kind and first day say everything; the last day is
included. Which families offer which kinds belongs to `reports.family`, when a report is due to
`reports.deadlines`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.errors import BadInput
from ledger.periods import FIRST_DAY, LAST_DAY

PeriodKind = Literal["month", "quarter", "half-year", "year"]

MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_WRITTEN = re.compile(r"(?P<year>[12]\d{3})(-(?:(?P<month>\d{2})|Q(?P<quarter>\d)|H(?P<half>\d)))?", re.ASCII)


@dataclass(eq=False, kw_only=True)
class NotAPeriod(BadInput):
    """A text that does not name a calendar period."""

    code = "not-a-period"
    sentence = (
        "Expected a month like 2021-03, a quarter like 2021-Q1, a half-year like 2021-H1 or a year like 2021; "
        "found {found}. Write the period in one of these forms."
    )
    found: str


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """A whole calendar period from ``start`` to ``end``, both included."""

    start: date
    end: date
    kind: PeriodKind

    @property
    def number(self) -> int:
        """Which period of its kind it is within the year, from 1."""
        return (self.start.month - 1) // MONTHS[self.kind] + 1

    def __str__(self) -> str:
        """The form `parse_period` reads: ``2021-03``, ``2021-Q1``, ``2021-H1``, ``2021``."""
        year = self.start.year
        return {
            "month": f"{year}-{self.number:02}",
            "quarter": f"{year}-Q{self.number}",
            "half-year": f"{year}-H{self.number}",
            "year": str(year),
        }[self.kind]


def calendar_period(kind: PeriodKind, year: int, number: int = 1) -> ReportPeriod:
    """The ``number``-th period (from 1) of ``kind`` in ``year``; ``ValueError`` when the year has fewer."""
    months = MONTHS[kind]
    last = number * months
    start = date(year, last - months + 1, 1)
    return ReportPeriod(start, date(year, last, monthrange(year, last)[1]), kind)


def periods_of_year(kind: PeriodKind, year: int) -> tuple[ReportPeriod, ...]:
    """All periods of ``kind`` in ``year``, in order."""
    return tuple(calendar_period(kind, year, number + 1) for number in range(12 // MONTHS[kind]))


def parse_period(text: str) -> ReportPeriod:
    """Read ``2021-03``, ``2021-Q1``, ``2021-H1`` or ``2021``.

    Raises:
        NotAPeriod: anything else, a thirteenth month or a fifth quarter included.
    """
    written = _WRITTEN.fullmatch(text.strip().upper())
    if written is None:
        raise NotAPeriod(found=text)
    kinds: dict[str, PeriodKind] = {"month": "month", "quarter": "quarter", "half": "half-year"}
    year = int(written["year"])
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise NotAPeriod(found=text)
    for part, kind in kinds.items():
        if written[part]:
            number = int(written[part])
            if not 1 <= number <= 12 // MONTHS[kind]:
                raise NotAPeriod(found=text)
            return calendar_period(kind, year, number)
    return calendar_period("year", year)
