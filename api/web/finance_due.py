"""What is due of the books and of reports: a month to close, reports to file and reports to decide about.

Each card opens the page where it is done. Reports are those that one's kind of organisation owes this month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import matrix
from api.submissions.duties import Owed, kinds_of, owed_in
from api.submissions.tables import SubmissionRow, SubmissionStepRow
from api.web.due import DueCard
from api.web.registers_due import tells_of
from ledger.bank.matches import waiting
from ledger.periods import first_day
from reports.cards.closing import month_to_close
from reports.report import phrase

FINANCE = frozenset({"accountant", "chief-accountant"})
#: Who prepares reports, beside those who hand them in.
PREPARING = FINANCE | {"lender-officer"}
#: Days ahead in which a report is told of.
SOON = 7


def finance_due(session: Session, actor: Actor, today: date) -> Sequence[DueCard]:
    """What is due of the books of the actor's organisation and of its reports."""
    if actor.organisation_id is None:
        return ()
    cards = [*_closing(session, actor, actor.organisation_id, today)]
    cards += _bank(session, actor, actor.organisation_id)
    if matrix().may_make(actor, "reports.file") or actor.roles & PREPARING:
        cards += _to_file(session, actor, today)
    if matrix().may_make(actor, "reports.accept"):
        cards += _to_decide(session, actor.organisation_id)
    return cards


def _closing(session: Session, actor: Actor, book: int, today: date) -> Iterator[DueCard]:
    month = month_to_close(session, book)
    if actor.roles & FINANCE and month < first_day(today):
        yield DueCard(
            words=phrase("web.due.closing", month=f"{month:%Y-%m}"), status=phrase("web.due.to-close"), link="/closing"
        )


def _bank(session: Session, actor: Actor, book: int) -> Iterator[DueCard]:
    count = session.scalar(select(func.count()).select_from(waiting(book).subquery())) if actor.roles & FINANCE else 0
    if count:
        yield DueCard(words=phrase("web.due.bank", count=count), status=phrase("web.due.to-match"), link="/bank")


def _to_file(session: Session, actor: Actor, today: date) -> Iterator[DueCard]:
    """Reports of this month not handed in: those that are late, and those of the next days.

    One that the card of its register tells of is left to that.
    """
    own = [each for each in owed_in(today) if actor.organisation_kind in kinds_of(each.deadline.senders)]
    rows = session.execute(
        select(SubmissionRow.rule, SubmissionRow.period)
        .outerjoin(SubmissionStepRow, SubmissionStepRow.submission_id == SubmissionRow.id)
        .where(SubmissionRow.sender_id == actor.organisation_id, SubmissionStepRow.kind.is_distinct_from("returned"))
    )
    filed = {(row.rule, row.period) for row in rows}
    open_still = [each for each in own if each.key not in filed and (each.due.due_on - today).days <= SOON]
    open_still = [each for each in open_still if not tells_of(session, actor, each)]
    late = [each for each in open_still if each.due.due_on < today]
    soon = [each for each in open_still if each not in late]
    if late:
        yield _reports("web.due.reports-late", late)
    if soon:
        yield _reports("web.due.reports-soon", soon)


def _reports(key: str, owed: Sequence[Owed]) -> DueCard:
    late = key == "web.due.reports-late"
    return DueCard(
        words=phrase(key, count=len(owed)), status=phrase("web.due.report-late" if late else "web.due.to-file"),
        link="/calendar", on=min(each.due.due_on for each in owed), tone="problem" if late else "attention",
    )  # fmt: skip


def _to_decide(session: Session, organisation_id: int) -> Iterator[DueCard]:
    waiting = session.scalar(
        select(func.count())
        .select_from(SubmissionRow)
        .outerjoin(SubmissionStepRow, SubmissionStepRow.submission_id == SubmissionRow.id)
        .where(SubmissionRow.receiver_id == organisation_id, SubmissionStepRow.id.is_(None))
    )
    if waiting:
        yield DueCard(
            words=phrase("web.due.reports-received", count=waiting), status=phrase("web.due.yours"),
            link="/submissions?state=filed",
        )  # fmt: skip
