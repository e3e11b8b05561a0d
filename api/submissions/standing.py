"""How each duty of a month stands: who owes it, who has filed it, who is late, and the chain they make together.

A lender's report feeds its operator's, that one the akimat's, and so on up; so everybody along one's money is told,
the late ones for everybody to see. Of a report between others only that it was filed is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.submissions.duties import Owed, connected, owed_in, receivers, senders
from api.submissions.tables import ReportReminderRow, SubmissionRow, SubmissionStepRow
from ledger.organisations import Organisation
from reports.catalogue import families

State = Literal["filed", "accepted", "returned", "late", "owed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One organisation's part of a duty. ``submission_id`` is told to its sender and receiver alone; ``due_on`` is the
    day of the duty or, of a report returned, the day it is to be handed in again.
    """

    organisation: Organisation
    state: State
    due_on: date
    submission_id: int | None
    number: str
    reminded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A report of the month: what it is, who owes it along one's money, to whom it goes, and how it stands."""

    owed: Owed
    shares: tuple[Share, ...]
    receivers: tuple[Organisation, ...]
    mine: Share | None
    is_received: bool
    reports: tuple[str, ...]

    @property
    def filed(self) -> int:
        """How many of those who owe it have filed it."""
        return sum(each.state in ("filed", "accepted") for each in self.shares)

    @property
    def late(self) -> tuple[Share, ...]:
        """Those who are late."""
        return tuple(each for each in self.shares if each.state == "late")

    def days_left(self, today: date) -> int:
        """Days to the last day it is in time, negative when it is past."""
        return ((self.mine.due_on if self.mine else self.owed.due.due_on) - today).days


def duties_of(session: Session, organisation_id: int, month: date, today: date) -> list[Duty]:
    """The reports that fall due in ``month`` along the money of an organisation, by day; ``session`` sees everything.

    Those that nobody along its money owes, or that go to nobody there, are left out.
    """
    among = connected(session, organisation_id)
    me = next(each for each in among if each.id == organisation_id)
    owed = owed_in(month)
    standing = _Standing.read(session, [each.key for each in owed], among)
    duties = [_duty(each, me, among, standing, today) for each in owed]
    return [each for each in duties if each.shares and each.receivers]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Newest submissions by rule, period and sender, with their decisions; reminders counted by the same."""

    submissions: Mapping[tuple[str, str, int], SubmissionRow]
    steps: Mapping[int, SubmissionStepRow]
    reminders: Mapping[tuple[str, str, int], int]

    @classmethod
    def read(
        cls, session: Session, keys: Sequence[tuple[str, str]], among: Sequence[Organisation]
    ) -> _Standing:  # fmt: skip
        """What was filed of the reports ``keys``."""
        rules, ids = {rule for rule, _ in keys}, [each.id for each in among]
        rows = session.scalars(
            select(SubmissionRow)
            .where(SubmissionRow.rule.in_(rules), SubmissionRow.sender_id.in_(ids))
            .order_by(SubmissionRow.id)
        )
        newest = {(row.rule, row.period, row.sender_id): row for row in rows}
        decided = [row.id for row in newest.values()]
        steps = session.scalars(select(SubmissionStepRow).where(SubmissionStepRow.submission_id.in_(decided)))
        reminders: dict[tuple[str, str, int], int] = {}
        for row in session.scalars(select(ReportReminderRow).where(ReportReminderRow.rule.in_(rules))):
            key = (row.rule, row.period, row.sender_id)
            reminders[key] = reminders.get(key, 0) + 1
        return cls(newest, {step.submission_id: step for step in steps}, reminders)


def _duty(owed: Owed, me: Organisation, among: Sequence[Organisation], standing: _Standing, today: date) -> Duty:
    shares = tuple(_share(owed, each, me, standing, today) for each in senders(owed.deadline, among))
    mine = next((each for each in shares if each.organisation.id == me.id), None)
    sender = me if mine else next((each.organisation for each in shares), me)
    goes_to = tuple(receivers(owed.deadline, sender, among))
    return Duty(
        owed=owed, shares=shares, receivers=goes_to, mine=mine, is_received=mine is None and me in goes_to,
        reports=tuple(each.name for each in families() if owed.deadline.rule in each.deadlines),
    )  # fmt: skip


def _share(owed: Owed, sender: Organisation, me: Organisation, standing: _Standing, today: date) -> Share:
    key = (*owed.key, sender.id)
    row = standing.submissions.get(key)
    step = standing.steps.get(row.id) if row else None
    due_on = step.due_on if step and step.due_on else owed.due.due_on
    state: State = "late" if due_on < today else "owed"
    if row is not None and (step is None or step.kind == "accepted"):
        state = "filed" if step is None else "accepted"
    elif row is not None and state == "owed":
        state = "returned"
    told = row is not None and me.id in (row.sender_id, row.receiver_id)
    return Share(
        organisation=sender, state=state, due_on=due_on, submission_id=row.id if row and told else None,
        number=row.outgoing_number if row and told else "", reminded=standing.reminders.get(key, 0),
    )  # fmt: skip
