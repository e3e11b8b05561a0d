"""The register of issued loans that a lender sends by the first of the month after, as a card of the first page.

It turns by itself: from not begun, through files on their way, to accepted. The month that runs is told of from its
twentieth day on. Until the register is accepted this card tells of the report on the same loans too, for the report
waits for it; what remains after that is to hand the report in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Date, cast, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.submissions.duties import Owed
from api.uploads import kept
from api.web.due import DueCard
from ledger.periods import first_day, last_day, next_month
from lending.registers.columns import RegisterKind
from lending.registers.tables import RegisterRow
from reports.periods import calendar_period
from reports.report import phrase

KIND: RegisterKind = "issued-loans"
SENDERS = frozenset({"lender-officer", "lender-approver"})
#: From this day of a month on its register is told of.
FROM = 20


def registers_due(session: Session, actor: Actor, today: date) -> Sequence[DueCard]:
    """Registers of issued loans of the last month and, towards its end, of this one."""
    if not actor.roles & SENDERS:
        return ()
    this = first_day(today)
    months = [first_day(this - timedelta(1)), *([this] if today.day >= FROM else [])]
    coming = [each for each in kept.on_their_way(session) if each.kind == KIND]
    return [_card(session, month, coming) for month in months]


def _card(session: Session, month: date, coming: Sequence[kept.Upload]) -> DueCard:
    words = phrase("web.registers.due", month=calendar_period("month", month.year, month.month))
    on = next_month(month)
    if is_accepted(session, month):
        link = f"/registers?register-kind={KIND}&first-from={month}&last-to={last_day(month)}"
        return DueCard(words=words, status=phrase("web.registers.state.committed"), link=link, on=on, tone="done")
    for each in coming:
        if each.verdict and each.verdict.last_on and first_day(each.verdict.last_on) == month:
            return DueCard(
                words=words, status=phrase(f"web.registers.state.{each.state}"), link="/registers",
                on=on, tone="waiting" if each.state == "awaiting-approval" else "attention",
            )  # fmt: skip
    return DueCard(words=words, status=phrase("web.registers.not-begun"), link="/registers/upload", on=on)


def tells_of(session: Session, actor: Actor, owed: Owed) -> bool:
    """Whether the card of a register tells ``actor`` of a report: the monthly one, on issued loans and nothing else."""
    is_of_register = owed.deadline.content == (KIND,) and owed.deadline.frequency == "month"
    return is_of_register and bool(actor.roles & SENDERS) and not is_accepted(session, owed.due.period.start)


def is_accepted(session: Session, month: date) -> bool:
    """Whether a register of the month was accepted, by the last day it tells of."""
    until = cast(RegisterRow.told["last_on"].astext, Date)
    one = select(RegisterRow.id).where(RegisterRow.kind == KIND, until.between(month, last_day(month)))
    return session.scalar(one.limit(1)) is not None
