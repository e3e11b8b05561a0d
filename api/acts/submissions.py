"""Acts on reports handed in: filing one, accepting it, returning it, and reminding whoever is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Prose
from api.http.printing import Printing
from api.submissions.filing import Filing, accept, digests, file, give_back, remind, submission
from ledger.calendar import WorkingCalendar
from ledger.errors import NotFound
from ledger.organisations import Organisation, organisation


class FileAsked(Asked):
    """A report to be filed under a duty of the calendar."""

    report: Line
    rule: Line
    period: Line
    language: Literal["kk", "ru", "en"]
    receiver: Line
    outgoing_number: Line


class AcceptAsked(Asked):
    """A report received, to be accepted."""

    submission_id: Id


class ReturnAsked(Asked):
    """A report received, to be returned with what is to be mended, and by when."""

    submission_id: Id
    comment: Prose
    due_on: date | None = None


class RemindAsked(Asked):
    """A report that an organisation owes to one's own."""

    rule: Line
    period: Line
    organisation: Line


def _own(actor: Actor) -> int:
    if actor.organisation_id is None:
        raise NotFound(what="organisation", name=actor.login)
    return actor.organisation_id


def of_own(_session: Session, asked: Any, actor: Actor) -> Concern:
    """A duty on a period, as one's own organisation sees it.

    Raises:
        NotFound: the system files nothing.
    """
    return Concern(_own(actor), f"duty:{asked.rule}:{asked.period}")


def of_received(session: Session, asked: Any, _actor: Actor) -> Concern:
    """A report in sight; its receiver decides about it.

    Raises:
        NotFound.
    """
    row = submission(session, asked.submission_id)
    return Concern(row.receiver_id, f"submission:{row.id}")


def _home(session: Session, doing: Doing) -> Organisation:
    return organisation(session, _own(doing.actor))


def _file(session: Session, doing: Doing, asked: FileAsked) -> Mapping[str, Any]:
    filing = Filing(**asked.model_dump())
    printing = Printing(doing.settings)
    made = file(
        session, _home(session, doing), filing, on=doing.today, filed_by=doing.actor.signature,
        write=lambda report, lang: printing.render_document(report, "pdf", lang),
    )  # fmt: skip
    return {"submission_id": made, **digests(session, made)}


def _accept(session: Session, doing: Doing, asked: AcceptAsked) -> Mapping[str, Any]:
    accept(session, asked.submission_id, by=doing.actor.signature)
    return {"submission_id": asked.submission_id}


def _return(session: Session, doing: Doing, asked: ReturnAsked) -> Mapping[str, Any]:
    by_rule = WorkingCalendar().add_working_days(doing.today, doing.settings.rework_days)
    give_back(session, asked.submission_id, asked.comment, asked.due_on or by_rule, by=doing.actor.signature)
    return {"submission_id": asked.submission_id}


def _remind(session: Session, doing: Doing, asked: RemindAsked) -> Mapping[str, Any]:
    owing = organisation(session, asked.organisation)
    made = remind(session, asked.rule, asked.period, owing, _home(session, doing), by=doing.actor.signature)
    return {"reminder_id": made}


ACTS: tuple[Act[Any], ...] = (
    Act(name="reports.file", asks=FileAsked, path="/submissions", concerns=of_own, work=_file),
    Act(
        name="reports.accept", asks=AcceptAsked, path="/submissions/{submission_id}/acceptance", concerns=of_received,
        work=_accept,
    ),
    Act(
        name="reports.return", asks=ReturnAsked, path="/submissions/{submission_id}/return", concerns=of_received,
        work=_return,
    ),
    Act(name="reports.remind", asks=RemindAsked, path="/reports/reminders", concerns=of_own, work=_remind),
)  # fmt: skip
