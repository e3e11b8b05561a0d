"""Runs of scheduled jobs."""

revision = "2026_11_20_1230"
down_revision = "2026_11_20_1220"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
