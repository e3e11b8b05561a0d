"""Acts that wait for a second person."""

revision = "2026_11_20_1210"
down_revision = "2026_11_20_1200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
