"""Reports handed in, what became of them, and reminders. Locks: none, the tables are new."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_1280"
down_revision = "2026_11_20_1270"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("submission",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="the duty it answers, such as 746-RP-03"),
        sa.Column("period", sa.Text(), nullable=False, comment="2021-03, 2021-Q1, 2021-H1 or 2021"),
        sa.Column("report", sa.Text(), nullable=False, comment="name of the family of reports"),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("receiver_id", sa.BigInteger(), nullable=False),
        sa.Column("outgoing_number", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False, comment="business day; printed in the document"),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False,
                  comment="its figures are as known then"),
        sa.CheckConstraint("sha256 = sha256(document)", name=op.f("ck_submission_fingerprint")),
        sa.ForeignKeyConstraint(["sender_id"], ["organisation.id"], name=op.f("fk_submission_sender_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["organisation.id"], name=op.f("fk_submission_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("sender_id", "outgoing_number", name=op.f("uq_submission_sender_id_outgoing_number"))
        )  # fmt: skip
    op.create_index("ix_submission_receiver_id", "submission", ["receiver_id"])
    op.create_index("ix_submission_rule_period", "submission", ["rule", "period"])
    op.create_table("submission_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True, comment="last day to hand it in again, that day included"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("kind IN ('accepted', 'returned')", name=op.f("ck_submission_step_kind")),
        sa.CheckConstraint("kind = 'accepted' OR (comment <> '' AND due_on IS NOT NULL)",
                           name=op.f("ck_submission_step_told_why")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_step_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_step")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_submission_step_submission_id"))
        )  # fmt: skip
    op.create_table("report_reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False, comment="who owes the report"),
        sa.Column("receiver_id", sa.BigInteger(), nullable=False, comment="who reminds"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["organisation.id"], name=op.f("fk_report_reminder_sender_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["organisation.id"], name=op.f("fk_report_reminder_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reminder"))
        )  # fmt: skip
    op.create_index("ix_report_reminder_rule_period", "report_reminder", ["rule", "period"])
