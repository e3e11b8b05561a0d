"""Reports handed in, as a list: sent by one's own organisation and received by it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from api.submissions.tables import SubmissionRow, SubmissionStepRow
from ledger.tables import OrganisationRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column


def _statement(on: date) -> Select[Any]:
    sender, receiver = aliased(OrganisationRow), aliased(OrganisationRow)
    return (
        select(
            SubmissionRow.id, SubmissionRow.outgoing_number, SubmissionRow.filed_on,
            SubmissionRow.report.label("report_name"), SubmissionRow.period, SubmissionRow.rule,
            names_of(sender).label("sender"), names_of(receiver).label("receiver"),
            sender.code.label("sender_code"), func.coalesce(SubmissionStepRow.kind, "filed").label("submission_state"),
        )
        .join(sender, sender.id == SubmissionRow.sender_id)
        .join(receiver, receiver.id == SubmissionRow.receiver_id)
        .outerjoin(SubmissionStepRow, SubmissionStepRow.submission_id == SubmissionRow.id)
        .where(SubmissionRow.filed_on <= on)
    )  # fmt: skip


SUBMISSIONS = Listing(
    name="submissions",
    columns=(
        Column(key="outgoing-number", kind="identifier"),
        Column(key="filed-on", kind="date"),
        Column(key="report-name", kind="text"),
        Column(key="period", kind="identifier"),
        Column(key="rule", kind="identifier"),
        Column(key="sender", kind="text"),
        Column(key="receiver", kind="text"),
        Column(key="submission-state", kind="text"),
    ),
    statement=_statement,
    sorts=("-filed-on", "period", "rule"),
    filters=(
        Filter(name="state", column="submission-state", facet=True),
        Filter(name="rule", column="rule", facet=True),
        Filter(name="period", column="period"),
        Filter(name="sender", column="sender-code", facet=True, organisations=True),
    ),
    search=("outgoing-number",),
    opens="/submissions/{id}",
    worded={"report-name": "report-name", "submission-state": "submission-state"},
)
