"""Bank statements, their lines, and what is decided about them. Locks: none, the tables are new."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_1300"
down_revision = "2026_11_20_1295"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.create_table("bank_statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False, comment="number of the account at the bank"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False, comment="that day included"),
        sa.Column("opening", sa.BigInteger(), nullable=False, comment="tiyn, as all sums here"),
        sa.Column("money_in", sa.BigInteger(), nullable=False),
        sa.Column("money_out", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("known_in", sa.BigInteger(), nullable=False),
        sa.Column("known_out", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False, comment="as its sender called it; names nothing here"),
        sa.Column("sha256", sa.LargeBinary(), nullable=False, comment="of the file"),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("opening + money_in - money_out = closing", name=op.f("ck_bank_statement_adds_up")),
        sa.CheckConstraint("known_in BETWEEN 0 AND money_in AND known_out BETWEEN 0 AND money_out",
                           name=op.f("ck_bank_statement_known")),
        sa.CheckConstraint("first_on <= last_on AND length(sha256) = 32", name=op.f("ck_bank_statement_whole")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"],
                                name=op.f("fk_bank_statement_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("organisation_id", "sha256", name=op.f("uq_bank_statement_organisation_id_sha256")),
    )  # fmt: skip
    op.create_index("ix_bank_statement_organisation_id_last_on", "bank_statement", ["organisation_id", "last_on"])
    op.create_table("bank_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False, comment="which told it first"),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="of the document at the bank"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="money in is positive"),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("other_name", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False, comment="IIN or BIN"),
        sa.Column("other_account", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="of the purpose of the payment, three digits"),
        sa.CheckConstraint("amount <> 0 AND ordinal > 0", name=op.f("ck_bank_line_amount")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_bank_line_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("organisation_id", "account", "moved_on", "number", "amount", "ordinal",
                            name="uq_bank_line_told_once"),
    )  # fmt: skip
    op.create_index("ix_bank_line_statement_id", "bank_line", ["statement_id"])
    op.create_index("ix_bank_line_organisation_id_moved_on", "bank_line", ["organisation_id", "moved_on"])
    op.create_table("bank_match",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="the rule that matched it, or why it is set aside"),
        sa.Column("standing", sa.Boolean(), nullable=False, comment="false once it was undone"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("how IN ('automatic', 'by-hand', 'aside')", name=op.f("ck_bank_match_how")),
        sa.CheckConstraint("how <> 'aside' OR reason <> ''", name=op.f("ck_bank_match_told_why")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_match_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_match")),
        sa.UniqueConstraint("id", "standing", name=op.f("uq_bank_match_id_standing")),
    )  # fmt: skip
    op.create_index(op.f("ix_bank_match_line_id"), "bank_match", ["line_id"])
    op.create_index("uq_bank_match_line_id", "bank_match", ["line_id"], unique=True, postgresql_where="standing")
    op.create_table("bank_match_entry",
        sa.Column("match_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["match_id", "standing"], ["bank_match.id", "bank_match.standing"], onupdate="CASCADE",
                                name=op.f("fk_bank_match_entry_match_id_standing")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_bank_match_entry_entry_id")),
        sa.PrimaryKeyConstraint("match_id", "entry_id", name=op.f("pk_bank_match_entry")),
    )  # fmt: skip
    op.create_index("uq_bank_match_entry_entry_id", "bank_match_entry", ["entry_id"], unique=True,
                    postgresql_where="standing")  # fmt: skip
    op.create_table("bank_undoing",
        sa.Column("match_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_bank_undoing_told_why")),
        sa.ForeignKeyConstraint(["match_id"], ["bank_match.id"], name=op.f("fk_bank_undoing_match_id")),
        sa.PrimaryKeyConstraint("match_id", name=op.f("pk_bank_undoing")),
    )  # fmt: skip
