"""A reversed payment frees its bank reference."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_1240"
down_revision = "2026_11_20_1230"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('repayment', sa.Column('again', sa.SmallInteger(), server_default='0', nullable=False, comment='reversed payments of the same day and bank reference before it'))
    op.drop_index('uq_repayment_bank_reference', 'repayment')
    op.create_index('uq_repayment_bank_reference', 'repayment', ['loan_id', 'paid_on', 'bank_reference', 'again'], unique=True, postgresql_where="bank_reference <> '' AND reverses IS NULL")
