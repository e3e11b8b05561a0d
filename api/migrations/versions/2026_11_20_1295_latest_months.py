"""What pages ask of all loans at once: how they stood at one month's end, which ask for a guarantee; and where lots
came from.

Locks: the indexes keep the tables from being written for as long as it takes to read them once.
"""

from alembic import op

revision = "2026_11_20_1295"
down_revision = "2026_11_20_1290"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_loan_month_month"), "loan_month", ["month"])
    op.create_index("ix_loan_guarantee_asked", "loan", ["id"], postgresql_where="details ? 'guarantee_share'")
    op.create_index(
        "ix_lot_movement_received", "lot_movement", ["lot_id", "other_lot_id"], postgresql_where="kind = 'received'"
    )
