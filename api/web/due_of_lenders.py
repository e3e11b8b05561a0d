"""What is due at a lender: instalments of the week, arrears, proofs of target use, applications, money to pay out.

Each card counts the rows that its page will show: instalments and arrears come from the very listing of loans, proofs
from the cases, applications from the queue's states. Reports and registers are told by areas of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.web.due import DueCard
from ledger.money import from_tiyn
from lending.applications.states import OPEN
from lending.oversight.cases import cases
from reports.listings.applications import APPLICATIONS
from reports.listings.loans import LOANS
from reports.report import phrase

KINDS = ("mfo", "credit-partnership", "bank", "ffsa")
WEEK, FORTNIGHT = timedelta(6), 14


def lenders_due(session: Session, actor: Actor, today: date) -> Sequence[DueCard]:
    """What is due at the lender that ``actor`` works for; nothing for others."""
    if actor.organisation_kind not in KINDS or actor.organisation_id is None:
        return ()
    return (*_loans(session, today), *_proofs(session, actor, today), *_applications(session, today))


def _loans(session: Session, today: date) -> Iterator[DueCard]:
    listed = LOANS.statement(today).subquery()
    until = today + WEEK
    week = _count(session, listed, listed.c.status == "active", listed.c.next_due.between(today, until))
    if week[0]:
        link = f"/loans?status=active&due-from={today}&due-to={until}"
        yield DueCard(words=phrase("web.due.instalments", count=week[0]), status=phrase("web.due.soon"), link=link,
                      on=until)  # fmt: skip
    late = _count(session, listed, listed.c.status == "active", listed.c.days_past_due > 0)
    if late[0]:
        yield DueCard(
            words=phrase("web.due.overdue", count=late[0]), status=phrase("web.due.late"), tone="problem",
            link="/loans?status=active&overdue-from=1",
            detail=phrase("web.due.total", amount=from_tiyn(late[1]).amount),
        )  # fmt: skip
    unpaid = _count(session, listed, listed.c.status == "contracted")
    if unpaid[0]:
        yield DueCard(words=phrase("web.due.to-pay-out", count=unpaid[0]), status=phrase("web.due.yours"),
                      link="/loans?status=contracted")  # fmt: skip


def _count(session: Session, listed: Subquery, *conditions: ColumnElement[bool]) -> tuple[int, int]:
    """Loans of the listing that meet the conditions, and their overdue principal in tiyn."""
    overdue = func.coalesce(func.sum(listed.c.overdue_principal), 0)
    row = session.execute(select(func.count(), overdue).select_from(listed).where(*conditions)).one()
    return int(row[0]), int(row[1])


def _proofs(session: Session, actor: Actor, today: date) -> Iterator[DueCard]:
    found = cases(session, today, lender_ids=[actor.organisation_id or 0], unproved_only=True)
    dated = [(each, left) for each in found if (left := each.days_left(today)) is not None]
    soon = [each for each, left in dated if 0 <= left <= FORTNIGHT]
    late = [each for each, left in dated if left < 0]
    if soon:
        yield DueCard(words=phrase("web.due.target-use", count=len(soon)), status=phrase("web.due.soon"),
                      on=min(each.check_by for each in soon if each.check_by), link="/cases")  # fmt: skip
    if late:
        yield DueCard(words=phrase("web.due.target-use-late", count=len(late)), status=phrase("web.due.late"),
                      tone="problem", link="/cases")  # fmt: skip


def _applications(session: Session, today: date) -> Iterator[DueCard]:
    listed = APPLICATIONS.statement(today).subquery()
    waiting = session.scalar(select(func.count()).select_from(listed).where(listed.c.state.in_(OPEN))) or 0
    if waiting:
        yield DueCard(words=phrase("web.due.queue", count=waiting), status=phrase("web.due.yours"), link="/queue")
