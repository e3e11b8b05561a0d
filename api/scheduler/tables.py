"""The table of runs of scheduled jobs: which, when it was due, who ran it, what came of it.

A job runs once for a moment it is due at: that is a unique key, not a hope. One that was interrupted may run again. A
run ends once; old ones are removed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class JobRunRow(Base):
    """One run of a job."""

    __tablename__ = "job_run"
    __table_args__ = (
        Index("uq_job_run_job_due_at", "job", "due_at", unique=True, postgresql_where="outcome <> 'interrupted'"),
        CheckConstraint("outcome IN ('running', 'done', 'failed', 'interrupted')", name="outcome"),
        CheckConstraint("(outcome = 'running') = (ended_at IS NULL)", name="ended"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    job: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(comment="the moment it was to run")
    runner: Mapped[str] = mapped_column(comment="machine and process")
    started_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str]
    told: Mapped[dict[str, Any]] = mapped_column(comment="counts, or the error's code")
