"""Runs of scheduled jobs.

Locks: none, the table is new.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_1230"
down_revision = "2026_11_20_1220"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("job_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="the moment it was to run"),
        sa.Column("runner", sa.Text(), nullable=False, comment="machine and process"),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="counts, or the error's code"),
        sa.CheckConstraint("outcome IN ('running', 'done', 'failed', 'interrupted')", name=op.f("ck_job_run_outcome")),
        sa.CheckConstraint("(outcome = 'running') = (ended_at IS NULL)", name=op.f("ck_job_run_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_index("uq_job_run_job_due_at", "job_run", ["job", "due_at"], unique=True,
                    postgresql_where=sa.text("outcome <> 'interrupted'"))
