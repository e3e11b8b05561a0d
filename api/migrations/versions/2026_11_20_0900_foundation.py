"""The foundation: every table of the ledger, of lending and of guarantees as of the first release.

Locks: none, the tables are new. Guards, grants and the chart are installed by ``api.database.migrate``.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ledger.tables import TransactionId

revision = "2026_11_20_0900"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("entry_id_seq")))
    op.create_table('account',
        sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column('code', sa.Text(), nullable=False),
        sa.Column('type', sa.Text(), nullable=False),
        sa.Column('name_kk', sa.Text(), nullable=False),
        sa.Column('name_ru', sa.Text(), nullable=False),
        sa.Column('name_en', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('kinds', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('mirror', sa.Text(), nullable=False),
        sa.Column('mof', sa.Text(), nullable=False),
        sa.Column('nb3', sa.Text(), nullable=False),
        sa.Column('nb79', sa.Text(), nullable=False),
        sa.Column('gov', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
        sa.UniqueConstraint('code', name=op.f('uq_account_code'))
        )
    op.create_table('borrower',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('id_number', sa.Text(), nullable=False, comment='IIN or BIN, twelve digits'),
        sa.Column('kind', sa.Text(), nullable=False, comment='individual-entrepreneur, legal-entity, peasant-farm, cooperative'),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('registered_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_borrower')),
        sa.UniqueConstraint('id_number', name=op.f('uq_borrower_id_number'))
        )
    op.create_table('close_run',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('books', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='book ids'),
        sa.Column('chunk_loans', sa.BigInteger(), nullable=False, comment='loan ids a chunk covers; a resumed run keeps to it'),
        sa.Column('state', sa.Text(), nullable=False, comment='running, blocked, done or abandoned'),
        sa.Column('started_by', sa.Text(), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_close_run'))
        )
    op.create_table('command',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('request_digest', sa.LargeBinary(), nullable=False),
        sa.Column('actor', sa.Text(), nullable=False),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('result', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_command')),
        sa.UniqueConstraint('key', name=op.f('uq_command_key'))
        )
    op.create_table('entry',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.Column('book_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('effective_on', sa.Date(), nullable=False),
        sa.Column('legs', sa.BigInteger(), nullable=False),
        sa.Column('reverses', sa.BigInteger(), nullable=True),
        sa.Column('command_id', sa.BigInteger(), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('xid', TransactionId(), server_default=sa.text('pg_current_xact_id()'), nullable=False),
        sa.CheckConstraint("kind ~ '^[A-Za-z0-9_.:/@#+-]*$' AND source ~ '^[A-Za-z0-9_.:/@#+-]*$'", name=op.f('ck_entry_references')),
        sa.CheckConstraint('legs >= 2', name=op.f('ck_entry_two_legs')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_entry'))
        )
    op.create_index('ix_entry_book_id_effective_on', 'entry', ['book_id', 'effective_on'], unique=False)
    op.create_index('ix_entry_event_id', 'entry', ['event_id'], unique=False)
    op.create_index('ix_entry_source', 'entry', ['source'], unique=False, postgresql_where=sa.text("source <> ''"))
    op.create_index('uq_entry_reverses', 'entry', ['reverses'], unique=True, postgresql_where=sa.text('reverses IS NOT NULL'))
    op.create_table('entry_seal',
        sa.Column('entry_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('book_id', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.BigInteger(), nullable=False, comment='of the seal, within the book'),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('marks', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_entry_seal'))
        )
    op.create_index('ix_entry_seal_book_id_number', 'entry_seal', ['book_id', 'number'], unique=False)
    op.create_table('organisation',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('code', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('name_kk', sa.Text(), nullable=False),
        sa.Column('name_ru', sa.Text(), nullable=False),
        sa.Column('name_en', sa.Text(), nullable=False),
        sa.Column('bin', sa.Text(), nullable=True),
        sa.Column('region', sa.Text(), nullable=True, comment='KATO code of the region, nine digits'),
        sa.Column('opened_on', sa.Date(), nullable=False, comment='first day its book may carry an entry'),
        sa.CheckConstraint("code ~ '^[A-Za-z0-9][A-Za-z0-9_.@#+-]*$'", name=op.f('ck_organisation_code')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
        sa.UniqueConstraint('bin', name=op.f('uq_organisation_bin')),
        sa.UniqueConstraint('code', name=op.f('uq_organisation_code'))
        )
    op.create_table('posting',
        sa.Column('entry_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('line', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('book_id', sa.BigInteger(), nullable=False),
        sa.Column('account_id', sa.SmallInteger(), nullable=False),
        sa.Column('subject', sa.Text(collation='C'), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('effective_on', sa.Date(), nullable=False),
        sa.CheckConstraint("subject ~ '^[A-Za-z0-9_.:/@#+-]*$'", name=op.f('ck_posting_reference')),
        sa.CheckConstraint('amount <> 0 AND abs(amount) <= 1000000000000000', name=op.f('ck_posting_amount')),
        sa.PrimaryKeyConstraint('entry_id', 'line', name=op.f('pk_posting'))
        )
    op.create_index('ix_posting_account_id_subject_effective_on', 'posting', ['account_id', 'subject', 'effective_on'], unique=False)
    op.create_index('ix_posting_book_id_effective_on', 'posting', ['book_id', 'effective_on'], unique=False)
    op.create_table('snapshot',
        sa.Column('book_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('account_id', sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column('subject', sa.Text(collation='C'), nullable=False),
        sa.Column('balance', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('book_id', 'month', 'account_id', 'subject', name=op.f('pk_snapshot'))
        )
    op.create_table('allocation',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('number', sa.Text(), nullable=False, comment='contract between the akimat and the guarantor'),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('akimat_id', sa.BigInteger(), nullable=False),
        sa.Column('department', sa.Text(), nullable=False, comment='agriculture or entrepreneurship'),
        sa.Column('guarantor_id', sa.BigInteger(), nullable=False),
        sa.Column('edition', sa.Text(), nullable=False),
        sa.Column('unit', sa.Text(), nullable=False, comment='KATO code of the administrative unit served'),
        sa.Column('territory', sa.Text(), nullable=False, comment='rural or city'),
        sa.Column('commission_rate', sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column('first_share', sa.Numeric(precision=9, scale=6), nullable=False, comment='part of the year transferred at its start'),
        sa.CheckConstraint('commission_rate > 0 AND commission_rate <= 1', name=op.f('ck_allocation_rate')),
        sa.ForeignKeyConstraint(['akimat_id'], ['organisation.id'], name=op.f('fk_allocation_akimat_id')),
        sa.ForeignKeyConstraint(['guarantor_id'], ['organisation.id'], name=op.f('fk_allocation_guarantor_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_allocation')),
        sa.UniqueConstraint('akimat_id', 'guarantor_id', 'year', name=op.f('uq_allocation_akimat_id_guarantor_id_year'))
        )
    op.create_index(op.f('ix_allocation_guarantor_id'), 'allocation', ['guarantor_id'], unique=False)
    op.create_table('close_step',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('run_id', sa.BigInteger(), nullable=False),
        sa.Column('step', sa.Text(), nullable=False),
        sa.Column('chunk', sa.BigInteger(), nullable=False),
        sa.Column('touched', sa.BigInteger(), nullable=False),
        sa.Column('failures', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='loan id to reason'),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['close_run.id'], name=op.f('fk_close_step_run_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_close_step')),
        sa.UniqueConstraint('run_id', 'step', 'chunk', name=op.f('uq_close_step_run_id_step_chunk'))
        )
    op.create_table('facility',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('number', sa.Text(), nullable=False, comment='agreement number'),
        sa.Column('link', sa.Text(), nullable=False),
        sa.Column('parent_id', sa.BigInteger(), nullable=True),
        sa.Column('lender_id', sa.BigInteger(), nullable=False),
        sa.Column('borrower_id', sa.BigInteger(), nullable=False),
        sa.Column('edition', sa.Text(), nullable=False),
        sa.Column('signed_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('annual_rate', sa.Numeric(precision=9, scale=6), nullable=False, comment='fraction, 0.0001 is 0.01 %'),
        sa.Column('months', sa.Integer(), nullable=False),
        sa.Column('principal_grace_months', sa.Integer(), nullable=False),
        sa.Column('every_months', sa.Integer(), nullable=False),
        sa.Column('repayment', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='method, day_count, rounding, fixed_principal'),
        sa.Column('matures_on', sa.Date(), nullable=False),
        sa.Column('territory', sa.Text(), nullable=True, comment="rural or city, where the edition's periods differ"),
        sa.Column('utilisation_months', sa.Integer(), nullable=True),
        sa.Column('utilisation_from', sa.Text(), nullable=True, comment='transfer or agreement'),
        sa.Column('relending', sa.Text(), nullable=False, comment='none, unlimited or next-year-end: what may be done with returned principal'),
        sa.Column('returns_unused', sa.Boolean(), nullable=False, comment='unused money becomes payable to the budget at the deadline'),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('security', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='collateral or stability finding: kind, document, date'),
        sa.CheckConstraint("link IN ('budget-credit', 'operator-loan', 'funding-line', 'bond')", name=op.f('ck_facility_link')),
        sa.CheckConstraint('amount > 0 AND months > 0 AND principal_grace_months >= 0', name=op.f('ck_facility_terms')),
        sa.CheckConstraint('lender_id <> borrower_id', name=op.f('ck_facility_two_parties')),
        sa.ForeignKeyConstraint(['borrower_id'], ['organisation.id'], name=op.f('fk_facility_borrower_id')),
        sa.ForeignKeyConstraint(['lender_id'], ['organisation.id'], name=op.f('fk_facility_lender_id')),
        sa.ForeignKeyConstraint(['parent_id'], ['facility.id'], name=op.f('fk_facility_parent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_facility')),
        sa.UniqueConstraint('number', name=op.f('uq_facility_number'))
        )
    op.create_index(op.f('ix_facility_borrower_id'), 'facility', ['borrower_id'], unique=False)
    op.create_index(op.f('ix_facility_lender_id'), 'facility', ['lender_id'], unique=False)
    op.create_index(op.f('ix_facility_parent_id'), 'facility', ['parent_id'], unique=False)
    op.create_table('period',
        sa.Column('book_id', sa.BigInteger(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False, comment='first day of the month'),
        sa.Column('state', sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closing', 'locked', 'final')", name=op.f('ck_period_state')),
        sa.ForeignKeyConstraint(['book_id'], ['organisation.id'], name=op.f('fk_period_book_id')),
        sa.PrimaryKeyConstraint('book_id', 'month', name=op.f('pk_period'))
        )
    op.create_table('period_change',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('book_id', sa.BigInteger(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('to_state', sa.Text(), nullable=False),
        sa.Column('made_by', sa.Text(), nullable=False),
        sa.Column('second_by', sa.Text(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('xid', TransactionId(), server_default=sa.text('pg_current_xact_id()'), nullable=False),
        sa.CheckConstraint("made_by <> '' AND second_by <> '' AND second_by <> made_by", name=op.f('ck_period_change_two_people')),
        sa.ForeignKeyConstraint(['book_id'], ['organisation.id'], name=op.f('fk_period_change_book_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_period_change'))
        )
    op.create_index('ix_period_change_book_id_month', 'period_change', ['book_id', 'month'], unique=False)
    op.create_table('register',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False, comment='see `lending.registers.columns.RegisterKind`'),
        sa.Column('file_name', sa.Text(), nullable=False),
        sa.Column('sha256', sa.LargeBinary(), nullable=False),
        sa.Column('rows', sa.Integer(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False, comment='control sum, tiyn'),
        sa.Column('told', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='transformations and warnings told to the lender'),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('command_id', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_register_organisation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_register')),
        sa.UniqueConstraint('organisation_id', 'kind', 'sha256', name=op.f('uq_register_organisation_id_kind_sha256'))
        )
    op.create_table('seal',
        sa.Column('book_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False, comment='1, 2, … within the book'),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('entries', sa.BigInteger(), nullable=False),
        sa.Column('previous', sa.LargeBinary(), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('xid', TransactionId(), server_default=sa.text('pg_current_xact_id()'), nullable=False),
        sa.ForeignKeyConstraint(['book_id'], ['organisation.id'], name=op.f('fk_seal_book_id')),
        sa.PrimaryKeyConstraint('book_id', 'number', name=op.f('pk_seal'))
        )
    op.create_table('state_grant',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('payer_id', sa.BigInteger(), nullable=False, comment='the akimat'),
        sa.Column('edition', sa.Text(), nullable=False),
        sa.Column('id_number', sa.Text(), nullable=False, comment="the participant's IIN"),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('ground', sa.Text(), nullable=False, comment='bastau, direction-1, resettler or oralman'),
        sa.Column('proof', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='document of training or status'),
        sa.Column('support_checked_on', sa.Date(), nullable=False, comment='day earlier support was looked up'),
        sa.Column('opinion', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='document of the chamber of entrepreneurs'),
        sa.Column('uses', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='kind, tiyn'),
        sa.Column('warnings', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='rule, clause, found: weighed, no bar'),
        sa.Column('fund_source', sa.Text(), nullable=False, comment='republican or local budget'),
        sa.Column('mci', sa.Integer(), nullable=False, comment='monthly index of the decision day, tenge'),
        sa.Column('cap', sa.BigInteger(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False, comment='of the decision'),
        sa.Column('decided_on', sa.Date(), nullable=False),
        sa.Column('decided_by', sa.Text(), nullable=False),
        sa.Column('centre', sa.Text(), nullable=False, comment='employment centre that pays'),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.Column('standing', sa.Boolean(), nullable=False, comment='false once it was taken back'),
        sa.CheckConstraint("fund_source IN ('republican', 'local')", name=op.f('ck_state_grant_fund_source')),
        sa.CheckConstraint('amount > 0 AND amount <= cap', name=op.f('ck_state_grant_amount')),
        sa.ForeignKeyConstraint(['payer_id'], ['organisation.id'], name=op.f('fk_state_grant_payer_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_state_grant')),
        sa.UniqueConstraint('id', 'standing', name=op.f('uq_state_grant_id_standing'))
        )
    op.create_index(op.f('ix_state_grant_payer_id'), 'state_grant', ['payer_id'], unique=False)
    op.create_index('uq_state_grant_id_number', 'state_grant', ['id_number'], unique=True, postgresql_where='standing')
    op.create_table('allocation_change',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('allocation_id', sa.BigInteger(), nullable=False),
        sa.Column('changed_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('document', sa.Text(), nullable=False),
        sa.CheckConstraint('amount <> 0', name=op.f('ck_allocation_change_not_zero')),
        sa.ForeignKeyConstraint(['allocation_id'], ['allocation.id'], name=op.f('fk_allocation_change_allocation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_allocation_change'))
        )
    op.create_index(op.f('ix_allocation_change_allocation_id'), 'allocation_change', ['allocation_id'], unique=False)
    op.create_table('application',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('lender_id', sa.BigInteger(), nullable=False),
        sa.Column('facility_id', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('borrower_id_number', sa.Text(), nullable=False, comment='IIN or BIN, twelve digits'),
        sa.Column('borrower_name', sa.Text(), nullable=False),
        sa.Column('applied_on', sa.Date(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.CheckConstraint("channel IN ('own', 'petition', 'referral')", name=op.f('ck_application_channel')),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], name=op.f('fk_application_facility_id')),
        sa.ForeignKeyConstraint(['lender_id'], ['organisation.id'], name=op.f('fk_application_lender_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
        sa.UniqueConstraint('lender_id', 'number', name=op.f('uq_application_lender_id_number'))
        )
    op.create_index(op.f('ix_application_borrower_id_number'), 'application', ['borrower_id_number'], unique=False)
    op.create_index(op.f('ix_application_facility_id'), 'application', ['facility_id'], unique=False)
    op.create_table('facility_month',
        sa.Column('facility_id', sa.BigInteger(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('accrued', sa.BigInteger(), nullable=False, comment='tiyn accrued by the month-end entry'),
        sa.Column('accrued_total', sa.BigInteger(), nullable=False, comment='tiyn accrued since the first drawdown'),
        sa.Column('accrued_at_due', sa.BigInteger(), nullable=False, comment='accrued_total at the last due date'),
        sa.Column('open_numerator', sa.Numeric(precision=45, scale=0), nullable=False, comment='exact interest of the open period'),
        sa.Column('principal', sa.BigInteger(), nullable=False, comment="outstanding at the month's end"),
        sa.Column('event_id', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], name=op.f('fk_facility_month_facility_id')),
        sa.PrimaryKeyConstraint('facility_id', 'month', name=op.f('pk_facility_month'))
        )
    op.create_table('facility_payment',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('facility_id', sa.BigInteger(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('interest', sa.BigInteger(), nullable=False),
        sa.Column('principal', sa.BigInteger(), nullable=False),
        sa.Column('accrued', sa.BigInteger(), nullable=False, comment='interest accrued and posted with the payment'),
        sa.Column('own_money', sa.BigInteger(), nullable=False, comment='part of the principal paid from own money, for lack of lots'),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], name=op.f('fk_facility_payment_facility_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_facility_payment'))
        )
    op.create_index(op.f('ix_facility_payment_facility_id'), 'facility_payment', ['facility_id'], unique=False)
    op.create_table('facility_schedule',
        sa.Column('facility_id', sa.BigInteger(), nullable=False),
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False, comment='the event that made it, such as drawdown:15'),
        sa.Column('principal_before', sa.BigInteger(), nullable=False, comment='principal that fell due, or was paid early, before it'),
        sa.Column('due_on', postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column('principal', postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column('interest', postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], name=op.f('fk_facility_schedule_facility_id')),
        sa.PrimaryKeyConstraint('facility_id', 'version', name=op.f('pk_facility_schedule'))
        )
    op.create_table('grant_payment',
        sa.Column('grant_id', sa.BigInteger(), nullable=False),
        sa.Column('standing', sa.Boolean(), nullable=False),
        sa.Column('order_number', sa.Text(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('paid_by', sa.Text(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('accompanied_until', sa.Date(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.CheckConstraint('standing', name=op.f('ck_grant_payment_standing')),
        sa.ForeignKeyConstraint(['grant_id', 'standing'], ['state_grant.id', 'state_grant.standing'], name=op.f('fk_grant_payment_grant_id_standing')),
        sa.PrimaryKeyConstraint('grant_id', name=op.f('pk_grant_payment'))
        )
    op.create_table('grant_withdrawal',
        sa.Column('grant_id', sa.BigInteger(), nullable=False),
        sa.Column('withdrawn_on', sa.Date(), nullable=False),
        sa.Column('withdrawn_by', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False, comment='reverses the award'),
        sa.ForeignKeyConstraint(['grant_id'], ['state_grant.id'], name=op.f('fk_grant_withdrawal_grant_id')),
        sa.PrimaryKeyConstraint('grant_id', name=op.f('pk_grant_withdrawal'))
        )
    op.create_table('loan',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('lender_id', sa.BigInteger(), nullable=False),
        sa.Column('facility_id', sa.BigInteger(), nullable=False),
        sa.Column('borrower_id', sa.BigInteger(), nullable=False),
        sa.Column('edition', sa.Text(), nullable=False),
        sa.Column('contract_number', sa.Text(), nullable=False),
        sa.Column('contract_date', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('annual_rate', sa.Numeric(precision=9, scale=6), nullable=False, comment='nominal, fraction'),
        sa.Column('instalments', sa.Integer(), nullable=False),
        sa.Column('every_months', sa.Integer(), nullable=False),
        sa.Column('method', sa.Text(), nullable=False),
        sa.Column('day_count', sa.Text(), nullable=False),
        sa.Column('principal_grace', sa.Integer(), nullable=False, comment='in instalments'),
        sa.Column('interest_grace', sa.Integer(), nullable=False, comment='in instalments'),
        sa.Column('interest_grace_treatment', sa.Text(), nullable=False),
        sa.Column('rounding', sa.Text(), nullable=False),
        sa.Column('business_days', sa.Text(), nullable=False),
        sa.Column('first_due_on', sa.Date(), nullable=True),
        sa.Column('penalty_rate', sa.Numeric(precision=9, scale=6), server_default='0', nullable=False, comment='of what is overdue, a day, at first; see penalties.toml'),
        sa.Column('penalty_rate_after', sa.Numeric(precision=9, scale=6), server_default='0', nullable=False, comment='and after that'),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('sector', sa.Text(), nullable=False),
        sa.Column('territory_type', sa.Text(), nullable=False),
        sa.Column('kato', sa.Text(), nullable=True),
        sa.Column('oked', sa.Text(), nullable=True),
        sa.Column('start_up', sa.Boolean(), nullable=False),
        sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='certificate, referral, guarantee share, jobs promised'),
        sa.Column('status', sa.Text(), nullable=False),
        sa.Column('register_id', sa.BigInteger(), nullable=True),
        sa.Column('register_row', sa.Integer(), nullable=True),
        sa.CheckConstraint("status IN ('contracted', 'active', 'repaid', 'written-off')", name=op.f('ck_loan_status')),
        sa.CheckConstraint('amount > 0 AND instalments > 0', name=op.f('ck_loan_terms')),
        sa.ForeignKeyConstraint(['borrower_id'], ['borrower.id'], name=op.f('fk_loan_borrower_id')),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], name=op.f('fk_loan_facility_id')),
        sa.ForeignKeyConstraint(['lender_id'], ['organisation.id'], name=op.f('fk_loan_lender_id')),
        sa.ForeignKeyConstraint(['register_id'], ['register.id'], name=op.f('fk_loan_register_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_loan')),
        sa.UniqueConstraint('lender_id', 'contract_number', 'contract_date', name=op.f('uq_loan_lender_id_contract_number_contract_date'))
        )
    op.create_index(op.f('ix_loan_borrower_id'), 'loan', ['borrower_id'], unique=False)
    op.create_index(op.f('ix_loan_facility_id'), 'loan', ['facility_id'], unique=False)
    op.create_table('lot',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('facility_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('turn', sa.Integer(), nullable=False, comment='1: lent for the first time; 2: relent once; and so on'),
        sa.Column('financial_year', sa.Integer(), nullable=False, comment='year it was received, or returned'),
        sa.Column('arrived_on', sa.Date(), nullable=False),
        sa.Column('usable_until', sa.Date(), nullable=True, comment='last day it may be lent; NULL: no limit'),
        sa.CheckConstraint("(kind = 'fresh') = (turn = 1)", name=op.f('ck_lot_fresh_is_turn_one')),
        sa.CheckConstraint("kind IN ('fresh', 'returned')", name=op.f('ck_lot_kind')),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], name=op.f('fk_lot_facility_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lot'))
        )
    op.create_index(op.f('ix_lot_facility_id'), 'lot', ['facility_id'], unique=False)
    op.create_index('uq_lot_returned', 'lot', ['facility_id', 'financial_year', 'turn'], unique=True, postgresql_where="kind = 'returned'")
    op.create_table('specialisation',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=False, comment='whose map it is'),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('district', sa.Text(), nullable=False),
        sa.Column('oked', sa.Text(), nullable=False),
        sa.Column('approver', sa.Text(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=False, comment='inclusive'),
        sa.Column('register_id', sa.BigInteger(), nullable=False),
        sa.Column('register_row', sa.Integer(), nullable=False),
        sa.CheckConstraint("valid_from <= valid_until AND approver <> ''", name=op.f('ck_specialisation_approved')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_specialisation_organisation_id')),
        sa.ForeignKeyConstraint(['register_id'], ['register.id'], name=op.f('fk_specialisation_register_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_specialisation')),
        sa.UniqueConstraint('organisation_id', 'year', 'district', 'oked', 'valid_from', name=op.f('uq_specialisation_organisation_id_year_district_oked_valid_from'))
        )
    op.create_index(op.f('ix_specialisation_year'), 'specialisation', ['year'], unique=False)
    op.create_table('training',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=False, comment='the chamber'),
        sa.Column('iin', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('district', sa.Text(), nullable=True, comment='KATO code'),
        sa.Column('admitted_on', sa.Date(), nullable=False),
        sa.Column('trained_on', sa.Date(), nullable=True, comment='last day of the training'),
        sa.Column('certificate_kind', sa.Text(), nullable=True),
        sa.Column('certificate_number', sa.Text(), nullable=True),
        sa.Column('certificate_on', sa.Date(), nullable=True),
        sa.Column('opened_on', sa.Date(), nullable=True, comment='business registered with the tax authorities'),
        sa.Column('launched_on', sa.Date(), nullable=True, comment='the project began to work'),
        sa.Column('large_family', sa.Boolean(), nullable=False, comment='low-income or large family: accompanied for longer'),
        sa.Column('register_id', sa.BigInteger(), nullable=False),
        sa.Column('register_row', sa.Integer(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.CheckConstraint("certificate_kind IN ('bastau-completion', 'bastau-participation')", name=op.f('ck_training_certificate_kind')),
        sa.CheckConstraint('(certificate_kind IS NULL) = (certificate_number IS NULL)', name=op.f('ck_training_certificate_number')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_training_organisation_id')),
        sa.ForeignKeyConstraint(['register_id'], ['register.id'], name=op.f('fk_training_register_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_training'))
        )
    op.create_index('ix_training_iin', 'training', ['iin'], unique=False)
    op.create_table('transfer_request',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('allocation_id', sa.BigInteger(), nullable=False),
        sa.Column('requested_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('requested_by', sa.Text(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.ForeignKeyConstraint(['allocation_id'], ['allocation.id'], name=op.f('fk_transfer_request_allocation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_request'))
        )
    op.create_index(op.f('ix_transfer_request_allocation_id'), 'transfer_request', ['allocation_id'], unique=False)
    op.create_table('application_document',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('application_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('dated', sa.Date(), nullable=False),
        sa.Column('sha256', sa.LargeBinary(), nullable=True, comment='of the scan, where there is one'),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_document_application_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_application_document')),
        sa.UniqueConstraint('application_id', 'kind', 'number', 'dated', name=op.f('uq_application_document_application_id_kind_number_dated'))
        )
    op.create_index(op.f('ix_application_document_application_id'), 'application_document', ['application_id'], unique=False)
    op.create_table('application_step',
        sa.Column('application_id', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False, comment='from 1'),
        sa.Column('act', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False, comment='after the step'),
        sa.Column('done_on', sa.Date(), nullable=False),
        sa.Column('done_by', sa.Text(), nullable=False),
        sa.Column('why', sa.Text(), nullable=False),
        sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('findings', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='rule, severity, limit, actual, message, clause'),
        sa.Column('clauses', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='clauses the contract has, by code'),
        sa.Column('loan_id', sa.BigInteger(), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.CheckConstraint("state IN ('submitted', 'under-review', 'concluded-positive', 'concluded-negative', 'decided', 'contracted', 'disbursed', 'refused', 'withdrawn')", name=op.f('ck_application_step_state')),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_step_application_id')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_application_step_loan_id')),
        sa.PrimaryKeyConstraint('application_id', 'number', name=op.f('pk_application_step'))
        )
    op.create_index('uq_application_step_loan_id', 'application_step', ['loan_id'], unique=True, postgresql_where="act = 'contract'")
    op.create_table('breach_terms',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('agreed_on', sa.Date(), nullable=False),
        sa.Column('document_number', sa.Text(), nullable=False),
        sa.Column('fine', sa.BigInteger(), nullable=True),
        sa.Column('fine_share', sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column('full_return', sa.Boolean(), nullable=False),
        sa.CheckConstraint('fine >= 0 AND fine_share BETWEEN 0 AND 1', name=op.f('ck_breach_terms_fine')),
        sa.CheckConstraint('num_nonnulls(fine, fine_share) <= 1', name=op.f('ck_breach_terms_one_fine')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_breach_terms_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_breach_terms'))
        )
    op.create_index(op.f('ix_breach_terms_loan_id'), 'breach_terms', ['loan_id'], unique=False)
    op.create_table('budget_return',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('facility_id', sa.BigInteger(), nullable=False),
        sa.Column('lot_id', sa.BigInteger(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False, comment='window or utilisation'),
        sa.Column('clause', sa.Text(), nullable=False),
        sa.Column('arisen_on', sa.Date(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['facility_id'], ['facility.id'], name=op.f('fk_budget_return_facility_id')),
        sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_budget_return_lot_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_return'))
        )
    op.create_index(op.f('ix_budget_return_facility_id'), 'budget_return', ['facility_id'], unique=False)
    op.create_table('change_of_use',
        sa.Column('loan_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('cadastral_number', sa.Text(), nullable=False),
        sa.Column('changed_on', sa.Date(), nullable=False),
        sa.Column('document_kind', sa.Text(), nullable=False),
        sa.Column('document_number', sa.Text(), nullable=False),
        sa.Column('sha256', sa.LargeBinary(), nullable=True),
        sa.Column('checked_by', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_change_of_use_loan_id')),
        sa.PrimaryKeyConstraint('loan_id', name=op.f('pk_change_of_use'))
        )
    op.create_table('commission_transfer',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('allocation_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('payer', sa.Text(), nullable=False, comment='who gave the order: the akimat, under 919 also a ministry (A-44)'),
        sa.Column('request_id', sa.BigInteger(), nullable=True),
        sa.Column('approved_by', sa.Text(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('first', 'remainder', 'returned', 'carried')", name=op.f('ck_commission_transfer_kind')),
        sa.CheckConstraint('amount <> 0', name=op.f('ck_commission_transfer_not_zero')),
        sa.ForeignKeyConstraint(['allocation_id'], ['allocation.id'], name=op.f('fk_commission_transfer_allocation_id')),
        sa.ForeignKeyConstraint(['request_id'], ['transfer_request.id'], name=op.f('fk_commission_transfer_request_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_commission_transfer')),
        sa.UniqueConstraint('request_id', name=op.f('uq_commission_transfer_request_id'))
        )
    op.create_index(op.f('ix_commission_transfer_allocation_id'), 'commission_transfer', ['allocation_id'], unique=False)
    op.create_index('uq_commission_transfer_first', 'commission_transfer', ['allocation_id'], unique=True, postgresql_where="kind = 'first'")
    op.create_table('disbursement',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_disbursement_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_disbursement'))
        )
    op.create_index(op.f('ix_disbursement_loan_id'), 'disbursement', ['loan_id'], unique=False)
    op.create_table('explanation_request',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('about', sa.Text(), nullable=False),
        sa.Column('asked_on', sa.Date(), nullable=False),
        sa.Column('answer_by', sa.Date(), nullable=False),
        sa.Column('asked_by', sa.Text(), nullable=False),
        sa.CheckConstraint('answer_by >= asked_on', name=op.f('ck_explanation_request_dates')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_explanation_request_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_explanation_request'))
        )
    op.create_index(op.f('ix_explanation_request_loan_id'), 'explanation_request', ['loan_id'], unique=False)
    op.create_table('grant_journal',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('grant_id', sa.BigInteger(), nullable=False),
        sa.Column('visited_on', sa.Date(), nullable=False),
        sa.Column('visited_by', sa.Text(), nullable=False),
        sa.Column('remark', sa.Text(), nullable=False),
        sa.Column('spent', sa.BigInteger(), nullable=False),
        sa.Column('documents', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='kind, number, issued_on'),
        sa.CheckConstraint('spent >= 0', name=op.f('ck_grant_journal_spent')),
        sa.ForeignKeyConstraint(['grant_id'], ['grant_payment.grant_id'], name=op.f('fk_grant_journal_grant_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_journal'))
        )
    op.create_index(op.f('ix_grant_journal_grant_id'), 'grant_journal', ['grant_id'], unique=False)
    op.create_table('guarantee',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('lender_id', sa.BigInteger(), nullable=False),
        sa.Column('guarantor_id', sa.BigInteger(), nullable=False),
        sa.Column('allocation_id', sa.BigInteger(), nullable=False),
        sa.Column('edition', sa.Text(), nullable=False),
        sa.Column('form_version', sa.Text(), nullable=False),
        sa.Column('signed_on', sa.Date(), nullable=False),
        sa.Column('applied_on', sa.Date(), nullable=False, comment='day the borrower applied for the loan'),
        sa.Column('borrower_class', sa.Text(), nullable=False),
        sa.Column('share_max', sa.Numeric(precision=9, scale=6), nullable=False, comment='the cap of the class by the edition'),
        sa.Column('commission_rate', sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='reduction, covers, default, claims, sharing'),
        sa.Column('signatories', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='who signed for guarantor, lender, borrower'),
        sa.ForeignKeyConstraint(['allocation_id'], ['allocation.id'], name=op.f('fk_guarantee_allocation_id')),
        sa.ForeignKeyConstraint(['guarantor_id'], ['organisation.id'], name=op.f('fk_guarantee_guarantor_id')),
        sa.ForeignKeyConstraint(['lender_id'], ['organisation.id'], name=op.f('fk_guarantee_lender_id')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_guarantee_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_guarantee')),
        sa.UniqueConstraint('guarantor_id', 'number', name=op.f('uq_guarantee_guarantor_id_number'))
        )
    op.create_index(op.f('ix_guarantee_allocation_id'), 'guarantee', ['allocation_id'], unique=False)
    op.create_index(op.f('ix_guarantee_loan_id'), 'guarantee', ['loan_id'], unique=False)
    op.create_table('guarantee_refusal',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('guarantor_id', sa.BigInteger(), nullable=False),
        sa.Column('refused_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('rule', sa.Text(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('made_by', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['guarantor_id'], ['organisation.id'], name=op.f('fk_guarantee_refusal_guarantor_id')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_guarantee_refusal_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_guarantee_refusal'))
        )
    op.create_index(op.f('ix_guarantee_refusal_loan_id'), 'guarantee_refusal', ['loan_id'], unique=False)
    op.create_table('job_contract',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('job', sa.Integer(), nullable=False),
        sa.Column('iin', sa.Text(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('concluded_on', sa.Date(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('seasonal', sa.Boolean(), nullable=False, comment='temporary or seasonal: need not be filled again'),
        sa.Column('proved_on', sa.Date(), nullable=False),
        sa.Column('sha256', sa.LargeBinary(), nullable=True),
        sa.Column('checked_by', sa.Text(), nullable=False),
        sa.CheckConstraint('job >= 1', name=op.f('ck_job_contract_job')),
        sa.CheckConstraint('length(sha256) = 32', name=op.f('ck_job_contract_sha256')),
        sa.CheckConstraint('starts_on >= concluded_on', name=op.f('ck_job_contract_dates')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_job_contract_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_job_contract')),
        sa.UniqueConstraint('loan_id', 'iin', 'number', name=op.f('uq_job_contract_loan_id_iin_number'))
        )
    op.create_index(op.f('ix_job_contract_iin'), 'job_contract', ['iin'], unique=False)
    op.create_table('loan_decision',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False, comment='restructuring, write-off or waiver'),
        sa.Column('decided_on', sa.Date(), nullable=False),
        sa.Column('decided_by', sa.Text(), nullable=False),
        sa.Column('confirmed_by', sa.Text(), nullable=True, comment='another person; a restructuring may do without'),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('document', sa.Text(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.CheckConstraint("kind = 'restructuring' OR coalesce(confirmed_by <> decided_by, false)", name=op.f('ck_loan_decision_two_people')),
        sa.CheckConstraint("kind IN ('restructuring', 'write-off', 'waiver')", name=op.f('ck_loan_decision_kind')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_decision_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_decision'))
        )
    op.create_index(op.f('ix_loan_decision_loan_id'), 'loan_decision', ['loan_id'], unique=False)
    op.create_table('loan_month',
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False, comment='first day of the month'),
        sa.Column('run_id', sa.BigInteger(), nullable=False, comment='the close that wrote it, see close_run'),
        sa.Column('accrued', sa.BigInteger(), nullable=False, comment='posted by the close, beyond what repayments accrued'),
        sa.Column('accrued_total', sa.BigInteger(), nullable=False, comment='since the first disbursement'),
        sa.Column('accrued_at_due', sa.BigInteger(), nullable=False, comment='accrued_total at the last due date in or before the month'),
        sa.Column('open_numerator', sa.Numeric(precision=45, scale=0), nullable=False, comment='exact interest of the open period'),
        sa.Column('principal', sa.BigInteger(), nullable=False, comment='outstanding, overdue included'),
        sa.Column('principal_repaid', sa.BigInteger(), nullable=False, comment='or written off, since the first disbursement'),
        sa.Column('interest_repaid', sa.BigInteger(), nullable=False, comment='or written off'),
        sa.Column('principal_overdue', sa.BigInteger(), nullable=False),
        sa.Column('interest_overdue', sa.BigInteger(), nullable=False),
        sa.Column('days_past_due', sa.Integer(), nullable=False),
        sa.Column('provision', sa.BigInteger(), nullable=False, comment="held at the month's end, not negative"),
        sa.Column('penalty_accrued', sa.BigInteger(), server_default='0', nullable=False, comment='posted by the close'),
        sa.Column('penalty_total', sa.BigInteger(), server_default='0', nullable=False, comment='charged since the first disbursement'),
        sa.Column('penalty_in_year', sa.BigInteger(), server_default='0', nullable=False, comment="charged in the loan's current year"),
        sa.Column('stage', sa.SmallInteger(), server_default='1', nullable=False, comment='of expected losses: 1, 2 or 3'),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_month_loan_id')),
        sa.PrimaryKeyConstraint('loan_id', 'month', 'run_id', name=op.f('pk_loan_month'))
        )
    op.create_table('loan_recovery',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('to_lots', sa.BigInteger(), nullable=False),
        sa.Column('bank_reference', sa.Text(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.Column('reverses', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_recovery_loan_id')),
        sa.ForeignKeyConstraint(['reverses'], ['loan_recovery.id'], name=op.f('fk_loan_recovery_reverses')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_recovery'))
        )
    op.create_index(op.f('ix_loan_recovery_loan_id'), 'loan_recovery', ['loan_id'], unique=False)
    op.create_index('uq_loan_recovery_reverses', 'loan_recovery', ['reverses'], unique=True, postgresql_where='reverses IS NOT NULL')
    op.create_table('loan_schedule',
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False, comment='see lending.microcredits.schedules.Reason'),
        sa.Column('principal_before', sa.BigInteger(), nullable=False),
        sa.Column('annual_rate', sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column('effective_rate', sa.Numeric(precision=12, scale=8), nullable=False),
        sa.Column('due_on', postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column('principal', postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column('interest', postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column('deferred', postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column('deferred_before', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('terms', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_schedule_loan_id')),
        sa.PrimaryKeyConstraint('loan_id', 'version', name=op.f('pk_loan_schedule'))
        )
    op.create_table('lot_movement',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('lot_id', sa.BigInteger(), nullable=False),
        sa.Column('moved_on', sa.Date(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=True, comment='a microcredit; its table is above this package'),
        sa.Column('other_facility_id', sa.BigInteger(), nullable=True),
        sa.Column('other_lot_id', sa.BigInteger(), nullable=True),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.CheckConstraint('amount <> 0', name=op.f('ck_lot_movement_not_zero')),
        sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_lot_movement_lot_id')),
        sa.ForeignKeyConstraint(['other_facility_id'], ['facility.id'], name=op.f('fk_lot_movement_other_facility_id')),
        sa.ForeignKeyConstraint(['other_lot_id'], ['lot.id'], name=op.f('fk_lot_movement_other_lot_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_movement'))
        )
    op.create_index('ix_lot_movement_event_id', 'lot_movement', ['event_id'], unique=False)
    op.create_index('ix_lot_movement_loan_id', 'lot_movement', ['loan_id'], unique=False, postgresql_where='loan_id IS NOT NULL')
    op.create_index('ix_lot_movement_lot_id_moved_on', 'lot_movement', ['lot_id', 'moved_on'], unique=False)
    op.create_table('repayment',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False, comment='money received; 0 when an overpayment is applied'),
        sa.Column('principal', sa.BigInteger(), nullable=False),
        sa.Column('interest', sa.BigInteger(), nullable=False),
        sa.Column('penalty', sa.BigInteger(), nullable=False),
        sa.Column('overpayment', sa.BigInteger(), nullable=False, comment='left with the lender; negative when applied or refunded'),
        sa.Column('accrued', sa.BigInteger(), nullable=False),
        sa.Column('penalty_accrued', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('bank_reference', sa.Text(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.Column('reverses', sa.BigInteger(), nullable=True),
        sa.Column('register_id', sa.BigInteger(), nullable=True),
        sa.Column('register_row', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_repayment_loan_id')),
        sa.ForeignKeyConstraint(['register_id'], ['register.id'], name=op.f('fk_repayment_register_id')),
        sa.ForeignKeyConstraint(['reverses'], ['repayment.id'], name=op.f('fk_repayment_reverses')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_repayment'))
        )
    op.create_index('ix_repayment_loan_id_paid_on', 'repayment', ['loan_id', 'paid_on'], unique=False)
    op.create_index('uq_repayment_bank_reference', 'repayment', ['loan_id', 'paid_on', 'bank_reference'], unique=True, postgresql_where="bank_reference <> '' AND reverses IS NULL")
    op.create_index('uq_repayment_reverses', 'repayment', ['reverses'], unique=True, postgresql_where='reverses IS NOT NULL')
    op.create_table('subsidy',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('lot_id', sa.BigInteger(), nullable=False, comment='the tranche: a fresh lot of a funding line'),
        sa.Column('operator_id', sa.BigInteger(), nullable=False),
        sa.Column('recipient_id', sa.BigInteger(), nullable=False),
        sa.Column('payer_id', sa.BigInteger(), nullable=False),
        sa.Column('edition', sa.Text(), nullable=False, comment='of the funding line'),
        sa.Column('received', sa.BigInteger(), nullable=False, comment='the tranche'),
        sa.Column('lent', sa.BigInteger(), nullable=False, comment='lent to borrowers out of it'),
        sa.Column('base', sa.BigInteger(), nullable=False, comment='the part of what was lent that counts'),
        sa.Column('rate', sa.Numeric(precision=9, scale=6), nullable=False, comment='fraction'),
        sa.Column('ceiling', sa.BigInteger(), nullable=False, comment='rate times base, down to the tiyn'),
        sa.Column('utilised_on', sa.Date(), nullable=False, comment='the last movement of the tranche to or from a borrower'),
        sa.Column('through_movement', sa.BigInteger(), nullable=False, comment='last movement of the line that was known'),
        sa.Column('confirmed_on', sa.Date(), nullable=False),
        sa.Column('confirmed_by', sa.Text(), nullable=False),
        sa.Column('documents', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='kind, number, issued_on'),
        sa.Column('standing', sa.Boolean(), nullable=False, comment='false once it was taken back'),
        sa.CheckConstraint('base > 0 AND base <= lent AND lent <= received', name=op.f('ck_subsidy_base')),
        sa.CheckConstraint('ceiling > 0 AND ceiling <= base', name=op.f('ck_subsidy_ceiling')),
        sa.CheckConstraint('confirmed_on >= utilised_on', name=op.f('ck_subsidy_dates')),
        sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_subsidy_lot_id')),
        sa.ForeignKeyConstraint(['operator_id'], ['organisation.id'], name=op.f('fk_subsidy_operator_id')),
        sa.ForeignKeyConstraint(['payer_id'], ['organisation.id'], name=op.f('fk_subsidy_payer_id')),
        sa.ForeignKeyConstraint(['recipient_id'], ['organisation.id'], name=op.f('fk_subsidy_recipient_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy')),
        sa.UniqueConstraint('id', 'standing', name=op.f('uq_subsidy_id_standing'))
        )
    op.create_index(op.f('ix_subsidy_payer_id'), 'subsidy', ['payer_id'], unique=False)
    op.create_index(op.f('ix_subsidy_recipient_id'), 'subsidy', ['recipient_id'], unique=False)
    op.create_index('uq_subsidy_lot', 'subsidy', ['lot_id'], unique=True, postgresql_where='standing')
    op.create_table('target_use',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('confirmed_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('document_kind', sa.Text(), nullable=False),
        sa.Column('document_number', sa.Text(), nullable=False),
        sa.Column('document_date', sa.Date(), nullable=True),
        sa.Column('sha256', sa.LargeBinary(), nullable=True, comment="of the document's file"),
        sa.Column('checked_by', sa.Text(), server_default='', nullable=False),
        sa.Column('register_id', sa.BigInteger(), nullable=True),
        sa.Column('register_row', sa.Integer(), nullable=True),
        sa.CheckConstraint("checked_by <> '' OR register_id IS NOT NULL", name=op.f('ck_target_use_checked')),
        sa.CheckConstraint('amount <> 0', name=op.f('ck_target_use_not_zero')),
        sa.CheckConstraint('length(sha256) = 32', name=op.f('ck_target_use_sha256')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_target_use_loan_id')),
        sa.ForeignKeyConstraint(['register_id'], ['register.id'], name=op.f('fk_target_use_register_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_target_use'))
        )
    op.create_index(op.f('ix_target_use_loan_id'), 'target_use', ['loan_id'], unique=False)
    op.create_table('violation',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('breach', sa.Text(), nullable=False, comment='target-use, jobs, change-of-use, other'),
        sa.Column('rule', sa.Text(), nullable=False),
        sa.Column('clause', sa.Text(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('found_on', sa.Date(), nullable=False),
        sa.Column('mend_by', sa.Date(), nullable=False),
        sa.Column('found_by', sa.Text(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.CheckConstraint("found_by <> ''", name=op.f('ck_violation_found_by')),
        sa.CheckConstraint('amount >= 0', name=op.f('ck_violation_amount')),
        sa.CheckConstraint('mend_by >= found_on', name=op.f('ck_violation_dates')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_violation_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_violation'))
        )
    op.create_index(op.f('ix_violation_loan_id'), 'violation', ['loan_id'], unique=False)
    op.create_table('budget_return_payment',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('budget_return_id', sa.BigInteger(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['budget_return_id'], ['budget_return.id'], name=op.f('fk_budget_return_payment_budget_return_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_return_payment'))
        )
    op.create_index(op.f('ix_budget_return_payment_budget_return_id'), 'budget_return_payment', ['budget_return_id'], unique=False)
    op.create_table('claim',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('guarantee_id', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('presented_on', sa.Date(), nullable=False),
        sa.Column('accelerated', sa.Boolean(), nullable=False, comment='the lender has called in the whole loan'),
        sa.Column('claimed', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='tiyn demanded of the guarantor by part of the debt'),
        sa.Column('made_by', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_claim_guarantee_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
        sa.UniqueConstraint('guarantee_id', 'number', name=op.f('uq_claim_guarantee_id_number'))
        )
    op.create_index(op.f('ix_claim_guarantee_id'), 'claim', ['guarantee_id'], unique=False)
    op.create_table('demand',
        sa.Column('violation_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('made_on', sa.Date(), nullable=False),
        sa.Column('pay_by', sa.Date(), nullable=False),
        sa.Column('document_number', sa.Text(), nullable=False),
        sa.Column('made_by', sa.Text(), nullable=False),
        sa.Column('rule', sa.Text(), nullable=False),
        sa.Column('clause', sa.Text(), nullable=False),
        sa.Column('fine', sa.BigInteger(), nullable=False),
        sa.Column('principal', sa.BigInteger(), nullable=False, comment='outstanding on made_on when all of it is demanded, else nothing'),
        sa.Column('event_id', sa.BigInteger(), nullable=True),
        sa.CheckConstraint('(fine > 0) = (event_id IS NOT NULL)', name=op.f('ck_demand_posted')),
        sa.CheckConstraint('fine >= 0 AND principal >= 0', name=op.f('ck_demand_sums')),
        sa.CheckConstraint('pay_by > made_on', name=op.f('ck_demand_dates')),
        sa.ForeignKeyConstraint(['violation_id'], ['violation.id'], name=op.f('fk_demand_violation_id')),
        sa.PrimaryKeyConstraint('violation_id', name=op.f('pk_demand'))
        )
    op.create_table('explanation',
        sa.Column('request_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('answered_on', sa.Date(), nullable=False),
        sa.Column('document_number', sa.Text(), nullable=False),
        sa.Column('sha256', sa.LargeBinary(), nullable=True),
        sa.Column('satisfied', sa.Boolean(), nullable=False),
        sa.Column('judged_by', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['request_id'], ['explanation_request.id'], name=op.f('fk_explanation_request_id')),
        sa.PrimaryKeyConstraint('request_id', name=op.f('pk_explanation'))
        )
    op.create_table('guarantee_change',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('guarantee_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('changed_on', sa.Date(), nullable=False),
        sa.Column('share', sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False, comment='guaranteed part of the whole loan'),
        sa.Column('expires_on', sa.Date(), nullable=False),
        sa.Column('commission', sa.BigInteger(), nullable=False, comment='absorbed by this change; negative when given back'),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('made_by', sa.Text(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('concluded', 'amended', 'prolonged', 'cancelled', 'released', 'reinstated', 'expired')", name=op.f('ck_guarantee_change_kind')),
        sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_guarantee_change_guarantee_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_guarantee_change'))
        )
    op.create_index('ix_guarantee_change_guarantee_id_id', 'guarantee_change', ['guarantee_id', 'id'], unique=False)
    op.create_table('job_contract_end',
        sa.Column('contract_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('last_day', sa.Date(), nullable=False),
        sa.Column('told_on', sa.Date(), nullable=False),
        sa.Column('checked_by', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['contract_id'], ['job_contract.id'], name=op.f('fk_job_contract_end_contract_id')),
        sa.PrimaryKeyConstraint('contract_id', name=op.f('pk_job_contract_end'))
        )
    op.create_table('job_evidence',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('contract_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False, comment='of the document'),
        sa.Column('month', sa.Date(), nullable=True, comment='first day of the month contributed for'),
        sa.Column('proved_on', sa.Date(), nullable=False),
        sa.Column('sha256', sa.LargeBinary(), nullable=True),
        sa.Column('checked_by', sa.Text(), nullable=False),
        sa.CheckConstraint("(kind = 'contributions') = (month IS NOT NULL)", name=op.f('ck_job_evidence_month')),
        sa.CheckConstraint("kind IN ('referral', 'contributions', 'tax-data')", name=op.f('ck_job_evidence_kind')),
        sa.ForeignKeyConstraint(['contract_id'], ['job_contract.id'], name=op.f('fk_job_evidence_contract_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_job_evidence'))
        )
    op.create_index(op.f('ix_job_evidence_contract_id'), 'job_evidence', ['contract_id'], unique=False)
    op.create_index('uq_job_evidence_month', 'job_evidence', ['contract_id', 'month'], unique=True, postgresql_where='month IS NOT NULL')
    op.create_table('penalty_waiver',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('decision_id', sa.BigInteger(), nullable=False),
        sa.Column('waived_on', sa.Date(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('penalty_accrued', sa.BigInteger(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['decision_id'], ['loan_decision.id'], name=op.f('fk_penalty_waiver_decision_id')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_penalty_waiver_loan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_penalty_waiver'))
        )
    op.create_index(op.f('ix_penalty_waiver_loan_id'), 'penalty_waiver', ['loan_id'], unique=False)
    op.create_table('recovery',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('guarantee_id', sa.BigInteger(), nullable=False),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('received_by', sa.Text(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('guarantor_part', sa.BigInteger(), nullable=False),
        sa.Column('lender_part', sa.BigInteger(), nullable=False),
        sa.Column('subrogated', sa.BigInteger(), nullable=False, comment="the guarantor's debt before it, a basis of the sharing"),
        sa.Column('lender_debt', sa.BigInteger(), nullable=False, comment="the lender's principal before it, the other basis"),
        sa.Column('bank_reference', sa.Text(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=True),
        sa.Column('repayment_id', sa.BigInteger(), nullable=True),
        sa.Column('reverses', sa.BigInteger(), nullable=True),
        sa.CheckConstraint("received_by IN ('lender', 'guarantor')", name=op.f('ck_recovery_received_by')),
        sa.CheckConstraint('amount = guarantor_part + lender_part', name=op.f('ck_recovery_shared')),
        sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_recovery_guarantee_id')),
        sa.ForeignKeyConstraint(['repayment_id'], ['repayment.id'], name=op.f('fk_recovery_repayment_id')),
        sa.ForeignKeyConstraint(['reverses'], ['recovery.id'], name=op.f('fk_recovery_reverses')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery'))
        )
    op.create_index(op.f('ix_recovery_guarantee_id'), 'recovery', ['guarantee_id'], unique=False)
    op.create_index('uq_recovery_reverses', 'recovery', ['reverses'], unique=True, postgresql_where='reverses IS NOT NULL')
    op.create_table('subsidy_decision',
        sa.Column('subsidy_id', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('decided_on', sa.Date(), nullable=False),
        sa.Column('decided_by', sa.Text(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.CheckConstraint('amount > 0', name=op.f('ck_subsidy_decision_amount')),
        sa.ForeignKeyConstraint(['subsidy_id'], ['subsidy.id'], name=op.f('fk_subsidy_decision_subsidy_id')),
        sa.PrimaryKeyConstraint('subsidy_id', name=op.f('pk_subsidy_decision'))
        )
    op.create_table('subsidy_loan',
        sa.Column('subsidy_id', sa.BigInteger(), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('lot_id', sa.BigInteger(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('standing', sa.Boolean(), nullable=False),
        sa.CheckConstraint('amount > 0', name=op.f('ck_subsidy_loan_amount')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_subsidy_loan_loan_id')),
        sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_subsidy_loan_lot_id')),
        sa.ForeignKeyConstraint(['subsidy_id', 'standing'], ['subsidy.id', 'subsidy.standing'], name=op.f('fk_subsidy_loan_subsidy_id_standing'), onupdate='CASCADE'),
        sa.PrimaryKeyConstraint('subsidy_id', 'loan_id', name=op.f('pk_subsidy_loan'))
        )
    op.create_index('uq_subsidy_loan_money', 'subsidy_loan', ['lot_id', 'loan_id'], unique=True, postgresql_where='standing')
    op.create_table('subsidy_withdrawal',
        sa.Column('subsidy_id', sa.BigInteger(), nullable=False),
        sa.Column('withdrawn_on', sa.Date(), nullable=False),
        sa.Column('withdrawn_by', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=True, comment='reverses the decision, where there was one'),
        sa.ForeignKeyConstraint(['subsidy_id'], ['subsidy.id'], name=op.f('fk_subsidy_withdrawal_subsidy_id')),
        sa.PrimaryKeyConstraint('subsidy_id', name=op.f('pk_subsidy_withdrawal'))
        )
    op.create_table('transfer_request_line',
        sa.Column('request_id', sa.BigInteger(), nullable=False),
        sa.Column('guarantee_id', sa.BigInteger(), nullable=False),
        sa.Column('commission', sa.BigInteger(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_transfer_request_line_guarantee_id')),
        sa.ForeignKeyConstraint(['request_id'], ['transfer_request.id'], name=op.f('fk_transfer_request_line_request_id')),
        sa.PrimaryKeyConstraint('request_id', 'guarantee_id', name=op.f('pk_transfer_request_line'))
        )
    op.create_table('violation_proposal',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('violation_id', sa.BigInteger(), nullable=False),
        sa.Column('resolution', sa.Text(), nullable=False, comment='mended, paid, dismissed'),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('proposed_on', sa.Date(), nullable=False),
        sa.Column('proposed_by', sa.Text(), nullable=False),
        sa.CheckConstraint("proposed_by <> ''", name=op.f('ck_violation_proposal_proposed_by')),
        sa.ForeignKeyConstraint(['violation_id'], ['violation.id'], name=op.f('fk_violation_proposal_violation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_violation_proposal')),
        sa.UniqueConstraint('id', 'violation_id', 'proposed_by', name=op.f('uq_violation_proposal_id_violation_id_proposed_by'))
        )
    op.create_index(op.f('ix_violation_proposal_violation_id'), 'violation_proposal', ['violation_id'], unique=False)
    op.create_table('write_off',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('loan_id', sa.BigInteger(), nullable=False),
        sa.Column('decision_id', sa.BigInteger(), nullable=False),
        sa.Column('written_off_on', sa.Date(), nullable=False),
        sa.Column('principal', sa.BigInteger(), nullable=False),
        sa.Column('interest', sa.BigInteger(), nullable=False),
        sa.Column('penalty', sa.BigInteger(), nullable=False),
        sa.Column('accrued', sa.BigInteger(), nullable=False),
        sa.Column('penalty_accrued', sa.BigInteger(), nullable=False),
        sa.Column('provision', sa.BigInteger(), nullable=False, comment='used up or released'),
        sa.Column('made_whole', sa.BigInteger(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.Column('reverses', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['decision_id'], ['loan_decision.id'], name=op.f('fk_write_off_decision_id')),
        sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_write_off_loan_id')),
        sa.ForeignKeyConstraint(['reverses'], ['write_off.id'], name=op.f('fk_write_off_reverses')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_write_off'))
        )
    op.create_index(op.f('ix_write_off_loan_id'), 'write_off', ['loan_id'], unique=False)
    op.create_index('uq_write_off_reverses', 'write_off', ['reverses'], unique=True, postgresql_where='reverses IS NOT NULL')
    op.create_table('claim_step',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('claim_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('made_on', sa.Date(), nullable=False),
        sa.Column('made_by', sa.Text(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False, comment='payable approved, accepted or paid; else 0'),
        sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='calculation, document or reason'),
        sa.Column('event_id', sa.BigInteger(), nullable=True),
        sa.Column('repayments', postgresql.ARRAY(sa.BigInteger()), server_default='{}', nullable=False, comment="ids of the loan's repayments that the money became"),
        sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_step_claim_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_step'))
        )
    op.create_index('ix_claim_step_claim_id_id', 'claim_step', ['claim_id', 'id'], unique=False)
    op.create_index('uq_claim_step_approver', 'claim_step', ['claim_id', 'made_by'], unique=True, postgresql_where="kind = 'approved'")
    op.create_index('uq_claim_step_once', 'claim_step', ['claim_id', 'kind'], unique=True, postgresql_where="kind IN ('presented', 'accepted', 'refused', 'withdrawn', 'paid', 'undone')")
    op.create_table('recovery_payment',
        sa.Column('recovery_id', sa.BigInteger(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['recovery_id'], ['recovery.id'], name=op.f('fk_recovery_payment_recovery_id')),
        sa.PrimaryKeyConstraint('recovery_id', name=op.f('pk_recovery_payment'))
        )
    op.create_table('subsidy_payment',
        sa.Column('subsidy_id', sa.BigInteger(), nullable=False),
        sa.Column('standing', sa.Boolean(), nullable=False),
        sa.Column('order_number', sa.Text(), nullable=False),
        sa.Column('paid_on', sa.Date(), nullable=False),
        sa.Column('paid_by', sa.Text(), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.CheckConstraint('standing', name=op.f('ck_subsidy_payment_standing')),
        sa.ForeignKeyConstraint(['subsidy_id', 'standing'], ['subsidy.id', 'subsidy.standing'], name=op.f('fk_subsidy_payment_subsidy_id_standing')),
        sa.ForeignKeyConstraint(['subsidy_id'], ['subsidy_decision.subsidy_id'], name=op.f('fk_subsidy_payment_subsidy_id')),
        sa.PrimaryKeyConstraint('subsidy_id', name=op.f('pk_subsidy_payment'))
        )
    op.create_table('violation_closing',
        sa.Column('violation_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('proposal_id', sa.BigInteger(), nullable=False),
        sa.Column('proposed_by', sa.Text(), nullable=False),
        sa.Column('closed_on', sa.Date(), nullable=False),
        sa.Column('closed_by', sa.Text(), nullable=False),
        sa.CheckConstraint("closed_by <> '' AND lower(trim(closed_by)) <> lower(trim(proposed_by))", name=op.f('ck_violation_closing_two_people')),
        sa.ForeignKeyConstraint(['proposal_id', 'violation_id', 'proposed_by'], ['violation_proposal.id', 'violation_proposal.violation_id', 'violation_proposal.proposed_by'], name='fk_violation_closing_proposal'),
        sa.PrimaryKeyConstraint('violation_id', name=op.f('pk_violation_closing'))
        )
