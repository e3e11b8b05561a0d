"""Forms that are being filled in.

Locks: none, the table is new.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_1260"
down_revision = "2026_11_20_1250"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Text(), nullable=False, comment="which form, such as loans.conclude"),
        sa.Column("typed", postgresql.JSONB(astext_type=sa.Text()), nullable=False,
                  comment="fields as typed, by name"),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "form", name="pk_draft"),
    )
