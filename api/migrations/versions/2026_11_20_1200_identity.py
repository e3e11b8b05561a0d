"""People and how they prove who they are."""

revision = "2026_11_20_1200"
down_revision = "2026_11_20_0900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
