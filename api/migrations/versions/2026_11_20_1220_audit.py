"""Who did what, and its seals.

Locks: the index on commands keeps them from being written for as long as it takes to read them once.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_1220"
down_revision = "2026_11_20_1210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_event',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('actor_id', sa.BigInteger(), nullable=False, comment='the user; 0 is the system'),
        sa.Column('login', sa.Text(), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=True, comment="the actor's"),
        sa.Column('channel', sa.Text(), nullable=False, comment='web, api, cli, register or scheduler'),
        sa.Column('act', sa.Text(), nullable=False),
        sa.Column('about', sa.Text(), nullable=False, comment='what it was done to, such as loan:17'),
        sa.Column('request', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='as asked, without secrets'),
        sa.Column('measures', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='what it changed: key, before, after'),
        sa.Column('outcome', sa.Text(), nullable=False),
        sa.Column('command_id', sa.BigInteger(), nullable=True),
        sa.Column('request_id', sa.Text(), nullable=False, comment="of the HTTP request, as in the server's log"),
        sa.CheckConstraint("outcome IN ('done', 'refused', 'failed')", name=op.f('ck_audit_event_outcome')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_audit_event_organisation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_event'))
        )
    op.create_index('ix_audit_event_recorded_at', 'audit_event', ['recorded_at'])
    op.create_index('ix_audit_event_about', 'audit_event', ['about'])
    op.create_index('ix_audit_event_organisation_id_id', 'audit_event', ['organisation_id', 'id'])
    op.create_table('audit_seal',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False, comment='1, 2, …'),
        sa.Column('kind', sa.Text(), nullable=False, comment='audit_event, command or period_change'),
        sa.Column('row_id', sa.BigInteger(), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False, comment="of the row's canonical text"),
        sa.Column('link', sa.LargeBinary(), nullable=False, comment='over number, kind, row, digest and the link before'),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_seal')),
        sa.UniqueConstraint('kind', 'row_id', name=op.f('uq_audit_seal_kind_row_id'))
        )
    op.create_index('ix_command_recorded_at', 'command', ['recorded_at'])
