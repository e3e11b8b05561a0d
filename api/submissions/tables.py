"""Tables of reports handed in, of what was decided about them, and of reminders.

All are only ever added to: a report that was returned is filed anew as another row.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class SubmissionRow(Base):
    """A report as it was filed. ``document`` is the PDF that was sent, ``figures`` the same report as JSON has it."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("sender_id", "outgoing_number"),
        CheckConstraint("sha256 = sha256(document)", name="fingerprint"),
        Index("ix_submission_receiver_id", "receiver_id"),
        Index("ix_submission_rule_period", "rule", "period"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    rule: Mapped[str] = mapped_column(comment="the duty it answers, such as 746-RP-03")
    period: Mapped[str] = mapped_column(comment="2021-03, 2021-Q1, 2021-H1 or 2021")
    report: Mapped[str] = mapped_column(comment="name of the family of reports")
    language: Mapped[str]
    sender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    outgoing_number: Mapped[str]
    filed_on: Mapped[date] = mapped_column(comment="business day; printed in the document")
    figures: Mapped[dict[str, Any]]
    document: Mapped[bytes]
    sha256: Mapped[bytes]
    filed_by: Mapped[str]
    known_at: Mapped[datetime] = mapped_column(server_default=CLOCK, comment="its figures are as known then")


class SubmissionStepRow(Base):
    """What the receiver decided about a report: it is accepted, or returned to be mended by a day."""

    __tablename__ = "submission_step"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        CheckConstraint("kind IN ('accepted', 'returned')", name="kind"),
        CheckConstraint("kind = 'accepted' OR (comment <> '' AND due_on IS NOT NULL)", name="told_why"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    kind: Mapped[str]
    comment: Mapped[str]
    due_on: Mapped[date | None] = mapped_column(comment="last day to hand it in again, that day included")
    made_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class ReportReminderRow(Base):
    """Whoever is to receive a report reminded whoever owes it."""

    __tablename__ = "report_reminder"
    __table_args__ = (Index("ix_report_reminder_rule_period", "rule", "period"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    rule: Mapped[str]
    period: Mapped[str]
    sender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), comment="who owes the report")
    receiver_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), comment="who reminds")
    made_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
