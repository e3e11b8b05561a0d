"""People and how they prove who they are.

Locks: none, the tables are new. Grants are installed by ``api.database.migrate``.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_1200"
down_revision = "2026_11_20_0900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('provider_visit',
        sa.Column('state_digest', sa.LargeBinary(), nullable=False),
        sa.Column('browser_digest', sa.LargeBinary(), nullable=False, comment='of the cookie: another browser cannot bring the answer'),
        sa.Column('nonce', sa.Text(), nullable=False),
        sa.Column('verifier', sa.Text(), nullable=False, comment='of PKCE'),
        sa.Column('onward', sa.Text(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('state_digest', name=op.f('pk_provider_visit'))
        )
    op.create_table('sign_in_attempt',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('account', sa.LargeBinary(), nullable=False, comment='SHA-256 of the login that was typed'),
        sa.Column('address', sa.Text(), nullable=False),
        sa.Column('tried_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('succeeded', sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('password', 'code')", name=op.f('ck_sign_in_attempt_kind')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
        )
    op.create_index('ix_sign_in_attempt_address_kind_tried_at', 'sign_in_attempt', ['address', 'kind', 'tried_at'], unique=False)
    op.create_index('ix_sign_in_attempt_account_kind_tried_at', 'sign_in_attempt', ['account', 'kind', 'tried_at'], unique=False)
    op.create_table('person',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('login', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=False),
        sa.Column('language', sa.Text(), nullable=False),
        sa.Column('password_hash', sa.Text(), nullable=True),
        sa.Column('totp_secret', sa.LargeBinary(), nullable=True, comment='encrypted; the key is in the secret file'),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("login ~ '^[a-z0-9][a-z0-9._@+-]{1,99}$'", name=op.f('ck_person_login')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_person_organisation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
        sa.UniqueConstraint('login', name=op.f('uq_person_login'))
        )
    op.create_index(op.f('ix_person_organisation_id'), 'person', ['organisation_id'], unique=False)
    op.create_table('api_token',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('scopes', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='roles; those the person has lost do not count'),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_api_token_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
        sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
        )
    op.create_index(op.f('ix_api_token_person_id'), 'api_token', ['person_id'], unique=False)
    op.create_table('invitation',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitation_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
        sa.UniqueConstraint('digest', name=op.f('uq_invitation_digest'))
        )
    op.create_index(op.f('ix_invitation_person_id'), 'invitation', ['person_id'], unique=False)
    op.create_table('person_identity',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('issuer', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_identity_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_person_identity')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_person_identity_issuer_subject'))
        )
    op.create_index(op.f('ix_person_identity_person_id'), 'person_identity', ['person_id'], unique=False)
    op.create_table('person_role',
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('role', sa.Text(), nullable=False),
        sa.Column('granted_by', sa.BigInteger(), nullable=True),
        sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('granted_by <> person_id', name=op.f('ck_person_role_granted_by_another')),
        sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_person_role_granted_by')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_role_person_id')),
        sa.PrimaryKeyConstraint('person_id', 'role', name=op.f('pk_person_role'))
        )
    op.create_table('recovery_code',
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id')),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_recovery_code'))
        )
    op.create_index(op.f('ix_recovery_code_person_id'), 'recovery_code', ['person_id'], unique=False)
    op.create_table('sign_in_session',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False, comment='SHA-256 of the token in the cookie'),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('stage', sa.Text(), nullable=False),
        sa.Column('address', sa.Text(), nullable=False),
        sa.Column('agent', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True, comment='when a one-time code was last given'),
        sa.Column('offered_secret', sa.LargeBinary(), nullable=True, comment='encrypted; shown for enrolment, not yet confirmed'),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN ('password', 'complete')", name=op.f('ck_sign_in_session_stage')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_session_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
        sa.UniqueConstraint('digest', name=op.f('uq_sign_in_session_digest'))
        )
    op.create_index('ix_sign_in_session_person_id', 'sign_in_session', ['person_id'], unique=False)
    op.create_table('totp_use',
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('step', sa.BigInteger(), nullable=False, comment='seconds since 1970 divided by 30'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_totp_use_person_id')),
        sa.PrimaryKeyConstraint('person_id', 'step', name=op.f('pk_totp_use'))
        )
