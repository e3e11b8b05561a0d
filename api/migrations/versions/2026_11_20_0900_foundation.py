"""The foundation: every table as declared. Regenerated as plain DDL before the first release."""

from alembic import op

from api.migrations.metadata import target_metadata

revision = "2026_11_20_0900"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    target_metadata.create_all(op.get_bind())
