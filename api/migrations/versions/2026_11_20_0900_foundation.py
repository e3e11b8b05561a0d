"""The foundation: every table as declared, and the guards. Regenerated as plain DDL before the first release."""

from importlib.resources import files

from alembic import op

from api.migrations.metadata import target_metadata

revision = "2026_11_20_0900"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    target_metadata.create_all(connection)
    for package in ("ledger", "lending", "guarantees"):
        guards = files(package).joinpath("guards.sql").read_text(encoding="utf-8")
        connection.exec_driver_sql(guards.replace("%", "%%"))
