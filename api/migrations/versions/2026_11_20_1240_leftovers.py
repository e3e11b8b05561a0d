"""A reversed payment frees its bank reference."""

revision = "2026_11_20_1240"
down_revision = "2026_11_20_1230"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
