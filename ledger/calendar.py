"""The business calendar of Kazakhstan.

Says which days are worked, and moves a date by one of the usual conventions. Public holidays and the yearly
transfers of days off come from the package ``holidays``: when the Government gives a Friday off and has the
Saturday worked instead, the Saturday *is* a working day here. What the package does not know yet, or has
wrong, is set straight by a table of overrides that the caller passes in. Which day is today is not known
here: the clock belongs to the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import holidays

Convention = Literal["none", "following", "modified-following", "preceding"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days of Kazakhstan, with ``overrides`` (day → is it worked?) taking precedence."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    @cached_property
    def _public(self) -> holidays.HolidayBase:
        return holidays.country_holidays("KZ")

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked: a weekday that is no day off, or a weekend day worked in exchange.

        Source: Labour Code art. 85 and the yearly transfers, as ``holidays`` >= 0.108 has them.
        """
        known = self.overrides.get(day)
        return self._public.is_working_day(day) if known is None else known

    def shift(self, day: date, convention: Convention) -> date:
        """``day`` itself when it is worked, otherwise the working day the convention points at.

        ``following`` goes forward, ``preceding`` back, ``modified-following`` forward unless that leaves the
        month, then back; ``none`` leaves every day where it is.
        """
        if convention == "none":
            return day
        if convention == "preceding":
            return self._nearest(day, -_DAY)
        after = self._nearest(day, _DAY)
        if convention == "modified-following" and after.month != day.month:
            return self._nearest(day, -_DAY)
        return after

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it when negative); ``day`` itself is not counted.

        Zero gives ``day`` back, worked or not.
        """
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day = self._nearest(day + step, step)
        return day

    def _nearest(self, day: date, step: timedelta) -> date:
        while not self.is_working_day(day):
            day += step
        return day
