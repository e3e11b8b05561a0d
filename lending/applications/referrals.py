"""The clock of the employment centre: how long it may take from the request to the referral to the lender.

Days are working days after the request, as many as the edition gives (746-LN-04; reading A-54: from the application to
the centre). Both days are told by papers of the application.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.calendar import WorkingCalendar
from lending.applications.values import Document
from lending.programmes.editions import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralClock:
    """When a referral was asked for, by when it was due, inclusive, and when it was given."""

    asked_on: date
    due_on: date
    issued_on: date | None
    rule: str
    clause: str

    def late(self, on: date) -> bool:
        """Whether it was, or by the close of ``on`` is, given too late."""
        return min(self.issued_on or on, on) > self.due_on


def referral_clock(
    documents: Sequence[Document], edition: Edition, calendar: WorkingCalendar | None = None
) -> ReferralClock | None:
    """The clock of an application; None where the edition sets none or no request is among the papers."""
    asked = min((each.dated for each in documents if each.kind == "referral-request"), default=None)
    law = edition.provision("oversight.referral_working_days")
    if asked is None or not law:
        return None
    return ReferralClock(
        asked_on=asked,
        due_on=(calendar or WorkingCalendar()).add_working_days(asked, law[0].value),
        issued_on=min((each.dated for each in documents if each.kind == "referral"), default=None),
        rule=law[0].rule,
        clause=law[0].clause,
    )
