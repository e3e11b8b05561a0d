"""Files handed in about loans, to prove what they were spent on.

Locks: none, the table is new.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_1270"
down_revision = "2026_11_20_1260"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("loan_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False,
                  comment="pdf, jpeg, png, signature: by its bytes, not by its name"),
        sa.Column("name", sa.Text(), nullable=False, comment="as its owner called it"),
        sa.Column("stored", sa.Text(), nullable=False, comment="the generated name it is kept under"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("signs_id", sa.BigInteger(), nullable=True),
        sa.Column("handed_in_by", sa.Text(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"),
                  nullable=False),
        sa.CheckConstraint("kind IN ('pdf', 'jpeg', 'png', 'signature')", name="ck_evidence_file_kind"),
        sa.CheckConstraint("(kind = 'signature') = (signs_id IS NOT NULL)", name="ck_evidence_file_signs"),
        sa.CheckConstraint("size > 0", name="ck_evidence_file_size"),
        sa.CheckConstraint("length(sha256) = 32", name="ck_evidence_file_sha256"),
        sa.CheckConstraint("stored ~ '^[0-9a-f]{32}$'", name="ck_evidence_file_stored"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_evidence_file_loan_id"),
        sa.ForeignKeyConstraint(["signs_id"], ["evidence_file.id"], name="fk_evidence_file_signs_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_file"),
        sa.UniqueConstraint("stored", name="uq_evidence_file_stored"),
    )
    op.create_index("ix_evidence_file_loan_id", "evidence_file", ["loan_id"])
