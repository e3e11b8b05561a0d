"""Demands withdrawn, support paid back."""

revision = "2026_11_20_1250"
down_revision = "2026_11_20_1240"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
