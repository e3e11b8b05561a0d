"""Acts that wait for a second person, and how each ended.

Locks: none, the tables are new.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_1210"
down_revision = "2026_11_20_1200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("maker", postgresql.JSONB(astext_type=sa.Text()), nullable=False,
                  comment="login, name, roles and channel of the maker at that time"),
        sa.Column("effect", postgresql.JSONB(astext_type=sa.Text()), nullable=False,
                  comment="measures before and after, and postings, as rehearsed"),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_approval_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
        sa.UniqueConstraint("id", "made_by", name="uq_approval_id_made_by"),
    )
    op.create_index("ix_approval_organisation_id_id", "approval", ["organisation_id", "id"])
    op.create_index("ix_approval_about", "approval", ["about"])
    op.create_table(
        "approval_decision",
        sa.Column("approval_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("decider", sa.Text(), nullable=False, comment="login of who decided"),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("decision IN ('approved', 'rejected', 'withdrawn')", name="ck_approval_decision_decision"),
        sa.CheckConstraint("(decision = 'withdrawn') = (decided_by = made_by)", name="ck_approval_decision_two_people"),
        sa.CheckConstraint("decision = 'approved' OR reason <> ''", name="ck_approval_decision_reason"),
        sa.ForeignKeyConstraint(["approval_id", "made_by"], ["approval.id", "approval.made_by"],
                                name="fk_approval_decision_approval_id_made_by"),
        sa.PrimaryKeyConstraint("approval_id", name="pk_approval_decision"),
    )
