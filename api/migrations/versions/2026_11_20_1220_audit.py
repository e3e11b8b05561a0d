"""Who did what, and its seals."""

revision = "2026_11_20_1220"
down_revision = "2026_11_20_1210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
