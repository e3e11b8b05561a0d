"""Electronic signatures beside reports handed in and contracts of guarantees.

Locks: none, the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_1320"
down_revision = "2026_11_20_1310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for kind in ("submission", "guarantee"):
        op.create_table(
            f"{kind}_signature",
            sa.Column(f"{kind}_id", sa.BigInteger(), nullable=False),
            sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
            sa.Column("name", sa.Text(), nullable=False, comment="as its owner called the file"),
            sa.Column("content", sa.LargeBinary(), nullable=False, comment="the signature as it came"),
            sa.Column("sha256", sa.LargeBinary(), nullable=False),
            sa.Column("document", sa.LargeBinary(), nullable=False, comment="what was signed"),
            sa.Column("document_sha256", sa.LargeBinary(), nullable=False),
            sa.Column("compared", sa.Boolean(), nullable=False,
                      comment="its digest is the document's; false where it states none we know"),
            sa.Column("signer", sa.Text(), nullable=False, comment="of the certificate, like the columns that follow"),
            sa.Column("person_number", sa.Text(), nullable=False, comment="IIN"),
            sa.Column("organisation", sa.Text(), nullable=False),
            sa.Column("organisation_number", sa.Text(), nullable=False, comment="BIN"),
            sa.Column("serial", sa.Text(), nullable=False, comment="of the certificate, in hexadecimal"),
            sa.Column("handed_in_by", sa.Text(), nullable=False),
            sa.Column("handed_in_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"),
                      nullable=False),
            sa.CheckConstraint("document_sha256 = sha256(document)", name=op.f(f"ck_{kind}_signature_document")),
            sa.CheckConstraint("sha256 = sha256(content)", name=op.f(f"ck_{kind}_signature_fingerprint")),
            sa.ForeignKeyConstraint([f"{kind}_id"], [f"{kind}.id"], name=op.f(f"fk_{kind}_signature_{kind}_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{kind}_signature")),
            sa.UniqueConstraint(f"{kind}_id", "sha256", name=op.f(f"uq_{kind}_signature_{kind}_id_sha256")),
        )
