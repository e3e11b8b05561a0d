"""When a job is due: every so many minutes, or once a day by the clock on the wall in Almaty.

The moment a job is due at is worked out from the clock alone, so that several processes, and one that slept, name the
same moment. Days follow the wall: the night of 1 March 2024, when the clocks of Almaty went back an hour, is one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from api.settings import ALMATY


class Moments(Protocol):
    """The moments a job is due at."""

    def latest(self, now: datetime) -> datetime:
        """The last moment at or before ``now``, in UTC."""
        ...

    def trigger(self) -> BaseTrigger:
        """What wakes the job at each of them."""
        ...


@dataclass(frozen=True, slots=True)
class EveryMinute:
    """At the beginning of each minute."""

    def latest(self, now: datetime) -> datetime:
        """The beginning of the minute of ``now``."""
        return now.astimezone(UTC).replace(second=0, microsecond=0)

    def trigger(self) -> BaseTrigger:
        """A trigger a minute."""
        return CronTrigger(minute="*", timezone=UTC)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, ``at`` a time of the wall in Almaty."""

    at: time

    def latest(self, now: datetime) -> datetime:
        """That time today, or yesterday while it is still to come."""
        day = now.astimezone(ALMATY).date()
        moment = datetime.combine(day, self.at, ALMATY).astimezone(UTC)
        return moment if moment <= now else datetime.combine(day - timedelta(1), self.at, ALMATY).astimezone(UTC)

    def trigger(self) -> BaseTrigger:
        """A trigger a day."""
        return CronTrigger(hour=self.at.hour, minute=self.at.minute, timezone=ALMATY)
