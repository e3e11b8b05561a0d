"""Files of registers on their way to being accepted.

Locks: the indexes on what registers made keep those tables from being written for as long as it takes to read them once.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_1290"
down_revision = "2026_11_20_1280"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="of the register, by its headings"),
        sa.Column("file_name", sa.Text(), nullable=False, comment="as its sender called it; names nothing here"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("mends_id", sa.BigInteger(), nullable=True, comment="the file this one was made from by a fix"),
        sa.Column("sent_by", sa.BigInteger(), nullable=False, comment="the user"),
        sa.Column("sender", sa.Text(), nullable=False, comment="login and channel of the user"),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=True,
                  comment="of the last rehearsal; see `api.uploads.verdicts`"),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_upload_sha256")),
        sa.CheckConstraint("(verdict IS NULL) = (judged_at IS NULL)", name=op.f("ck_upload_judged")),
        sa.ForeignKeyConstraint(["mends_id"], ["upload.id"], name=op.f("fk_upload_mends_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_upload_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("organisation_id", "sha256", name=op.f("uq_upload_organisation_id_sha256")),
    )
    op.create_index(op.f("ix_upload_mends_id"), "upload", ["mends_id"])
    for table in ("loan", "repayment", "target_use", "training", "specialisation"):
        op.create_index(op.f(f"ix_{table}_register_id"), table, ["register_id"])
