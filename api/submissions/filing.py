"""Filing a report, and what its receiver decides: accepted, or returned to be mended by a day.

What is filed is built from the books at that moment and kept as bytes and as figures; nothing that is booked later
changes either. A report returned is filed anew under a number of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from api.submissions.checks import FIGURES_DIGEST
from api.submissions.duties import connected, receivers, senders
from api.submissions.tables import ReportReminderRow, SubmissionRow, SubmissionStepRow
from ledger.errors import BadInput, Conflict, NotFound
from ledger.locks import lock
from ledger.organisations import Organisation
from reports.catalogue import find_family
from reports.deadlines import find_deadline
from reports.exports import json_file
from reports.family import ReportRequest
from reports.periods import parse_period
from reports.report import Parameter, Report, phrase
from reports.words import Lang

#: Makes the document of a report: `api.http.printing`, or any other way.
Write = Callable[[Report, Lang], bytes]


@dataclass(eq=False, kw_only=True)
class NotThisDuty(BadInput):
    """A report filed under a duty that it does not answer, that is not the sender's, or not to this receiver."""

    code = "not-this-duty"
    sentence = "Under {rule}: expected {expected}; found {found}. See the calendar of reports for what you owe to whom."
    rule: str
    expected: str
    found: str


@dataclass(eq=False, kw_only=True)
class SubmissionDecided(Conflict):
    """A decision on a report that has one already."""

    code = "submission-decided"
    sentence = "The report {number} was {decision} already. Wait for the sender to file it anew, or ask them to."
    number: str
    decision: str


@dataclass(eq=False, kw_only=True)
class SubmissionStands(Conflict):
    """A report filed a second time while the first is with its receiver or accepted."""

    code = "submission-stands"
    sentence = "A report under {rule} on {period} was filed as {number} and has not been returned."
    rule: str
    period: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is filed: which report under which duty on which period, in which language, to whom, as which number."""

    report: str
    rule: str
    period: str
    language: Lang
    receiver: str
    outgoing_number: str


def file(
    session: Session, sender: Organisation, filing: Filing, *, on: date, filed_by: str, write: Write
) -> int:  # fmt: skip
    """Build the report, make its document and keep both; returns the id of the submission.

    Raises:
        NotThisDuty: the duty is not the sender's, not for such a period, not answered by the report, or owed to
            others. SubmissionStands: it was filed already and not returned.
    """
    receiver = _receiver(session, sender, filing)
    _demand_free(session, sender.id, filing.rule, filing.period)
    report = built(session, sender.code, filing.report, filing.period, filing.outgoing_number, on)
    document = write(report, filing.language)
    row = SubmissionRow(
        rule=filing.rule, period=str(report.period), report=filing.report, language=filing.language,
        sender_id=sender.id, receiver_id=receiver.id, outgoing_number=filing.outgoing_number, filed_on=on,
        figures=figures(report, filing.language), document=document, sha256=sha256(document).digest(),
        filed_by=filed_by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def digests(session: Session, submission_id: int) -> dict[str, str]:
    """SHA-256 of the document and of the figures of a report, for the answer that is kept of its filing."""
    query = select(
        func.encode(SubmissionRow.sha256, "hex").label("document_sha256"),
        literal_column(FIGURES_DIGEST).label("figures_sha256"),
    )
    row = session.execute(query.where(SubmissionRow.id == submission_id)).one()
    return {"document_sha256": row.document_sha256, "figures_sha256": row.figures_sha256}


def built(session: Session, organisation: str, report: str, period: str, number: str, on: date) -> Report:
    """The report as it is filed: dated, with its outgoing number."""
    made = find_family(report).report(session, ReportRequest(period=parse_period(period), organisation=organisation))
    told = Parameter(label=phrase("parameter.outgoing-number"), value=number, kind="identifier")
    return replace(made, prepared_on=on, parameters=(*made.parameters, told))


def figures(report: Report, lang: Lang) -> dict[str, Any]:
    """The figures of a report as its JSON file has them."""
    found: dict[str, Any] = json.loads(json_file(report, lang))
    return found


def newest(session: Session, rule: str, period: str, sender_id: int) -> SubmissionRow | None:
    """The last report that was filed under a duty on a period by an organisation."""
    return session.scalar(
        select(SubmissionRow)
        .where(SubmissionRow.rule == rule, SubmissionRow.period == period, SubmissionRow.sender_id == sender_id)
        .order_by(SubmissionRow.id.desc())
        .limit(1)
    )


def step_of(session: Session, submission_id: int) -> SubmissionStepRow | None:
    """What the receiver decided about a report; None while nothing."""
    return session.scalar(select(SubmissionStepRow).where(SubmissionStepRow.submission_id == submission_id))


def accept(session: Session, submission_id: int, *, by: str) -> None:
    """Take a report as it is.

    Raises:
        NotFound. SubmissionDecided.
    """
    _decide(session, submission_id, kind="accepted", comment="", due_on=None, made_by=by)


def give_back(session: Session, submission_id: int, comment: str, due_on: date, *, by: str) -> None:
    """Return a report to be mended up to ``due_on``, that day included.

    Raises:
        NotFound. SubmissionDecided.
    """
    _decide(session, submission_id, kind="returned", comment=comment, due_on=due_on, made_by=by)


def remind(session: Session, rule: str, period: str, owing: Organisation, receiver: Organisation, *, by: str) -> int:
    """Remind an organisation of a report it owes; returns the id of the reminder.

    Raises:
        NotThisDuty: it does not owe this report to whoever reminds. SubmissionStands: it has filed it.
    """
    deadline = find_deadline(rule)
    among = connected(session, receiver.id)
    if owing not in senders(deadline, among) or receiver not in receivers(deadline, owing, among):
        raise NotThisDuty(rule=rule, expected="an organisation that owes you the report", found=owing.code)
    _demand_free(session, owing.id, rule, period)
    row = ReportReminderRow(
        rule=rule, period=str(parse_period(period)), sender_id=owing.id, receiver_id=receiver.id, made_by=by
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _receiver(session: Session, sender: Organisation, filing: Filing) -> Organisation:
    deadline, family, period = find_deadline(filing.rule), find_family(filing.report), parse_period(filing.period)
    among = connected(session, sender.id)
    offered = {each.code: each for each in receivers(deadline, sender, among)}
    expected = (
        (sender in senders(deadline, among), "a report of " + ", ".join(deadline.senders), sender.kind),
        (filing.rule in family.deadlines, "a report that answers the duty", filing.report),
        (period.kind == deadline.frequency, f"a {deadline.frequency}", filing.period),
        (filing.receiver in offered, "one of " + (", ".join(sorted(offered)) or "—"), filing.receiver),
    )
    for holds, wanted, found in expected:
        if not holds:
            raise NotThisDuty(rule=filing.rule, expected=wanted, found=found)
    return offered[filing.receiver]


def submission(session: Session, submission_id: int) -> SubmissionRow:
    """The report that was handed in under this number, in sight.

    Raises:
        NotFound.
    """
    row = session.get(SubmissionRow, submission_id)
    if row is None:
        raise NotFound(what="submission", name=str(submission_id))
    return row


def _demand_free(session: Session, sender_id: int, rule: str, period: str) -> None:
    standing = newest(session, rule, str(parse_period(period)), sender_id)
    if standing is None:
        return
    step = step_of(session, standing.id)
    if step is None or step.kind == "accepted":
        raise SubmissionStands(rule=rule, period=period, number=standing.outgoing_number)


def _decide(session: Session, submission_id: int, **told: Any) -> None:
    lock(session, "submission", [submission_id])
    row = submission(session, submission_id)
    step = step_of(session, submission_id)
    if step is not None:
        raise SubmissionDecided(number=row.outgoing_number, decision=step.kind)
    session.add(SubmissionStepRow(submission_id=submission_id, **told))
    session.flush()
