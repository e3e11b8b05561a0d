"""Two programmes that know nothing of each other, with a row of each in every table there is.

Rows are made from the metadata: keys to other tables lead to the programme's own row there, organisations are found
by the names of columns, and anything else is filled with something of its type. So a new table cannot be forgotten.
Guards and CHECKs are lifted in the private copy this is done in: it is about who sees a row, not about what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, text

from api.migrations.metadata import target_metadata

NUMBERS = count(1000)
#: Roles of a programme's organisations by the columns that name them, where it is not the lender.
NAMED = {
    "akimat_id": "payer", "payer_id": "payer", "guarantor_id": "guarantor", "operator_id": "operator",
    "receiver_id": "operator",
}  # fmt: skip
ROLES = ("budget", "akimat", "operator", "lender", "guarantor", "payer")
#: The links above the line to the lender, from the top.
LINKS = (("budget", "akimat"), ("akimat", "operator"))
LIFTED = """
    DO $$ DECLARE lifted record; BEGIN
        FOR lifted IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
                      WHERE contype = 'c' AND connamespace = 'public'::regnamespace LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', lifted.name, lifted.conname);
        END LOOP;
    END $$
"""
EXAMPLES: Mapping[type, Any] = {
    bool: True, dict: {}, list: [], Decimal: Decimal(0),
    date: date(2019, 1, 1), datetime: datetime(2019, 1, 1, tzinfo=UTC),
}  # fmt: skip


@dataclass
class Programme:
    """Organisations by role, and the programme's row in every table."""

    organisations: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)


def two_programmes(connection: Connection) -> tuple[Programme, Programme]:
    """Fill every table; ``connection`` is a superuser's in a database of the test's own."""
    connection.execute(text("SET session_replication_role = replica"))
    connection.execute(text(LIFTED))
    return _programme(connection), _programme(connection)


def _programme(connection: Connection) -> Programme:
    made = Programme()
    tables = target_metadata.tables
    for role in ROLES:
        made.organisations[role] = _add(connection, made, tables["organisation"], {})["id"]
    parent = None
    for lender, borrower in LINKS:
        link = {"lender_id": made.organisations[lender], "borrower_id": made.organisations[borrower]}
        parent = _add(connection, made, tables["facility"], link | {"parent_id": parent})["id"]
    line = {"lender_id": made.organisations["operator"], "parent_id": parent}
    special: dict[str, dict[str, Any]] = {"facility": line, "close_run": {"books": [made.organisations["lender"]]}}
    for table in target_metadata.sorted_tables:
        if table.name != "organisation":
            _add(connection, made, table, special.get(table.name, {}))
    return made


def _add(connection: Connection, made: Programme, table: Table, told: dict[str, Any]) -> dict[str, Any]:
    own = [column for column in table.columns if not column.identity and column.server_default is None]
    values: dict[str, Any] = {column.name: _value(made, column) for column in own} | told
    row = {**connection.execute(insert(table).values(values).returning(*table.columns)).mappings().one()}
    made.rows[table.name] = row
    return row


def _value(made: Programme, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        if key.column.table.name == "organisation":
            return made.organisations[NAMED.get(column.name, "lender")]
        if key.column.table is not column.table:
            return made.rows[key.column.table.name][key.column.name]
        return None
    if column.name in ("book_id", "organisation_id"):
        return made.organisations["lender"]
    kind = column.type.python_type
    if kind in (str, bytes):
        name = f"x{next(NUMBERS)}"
        return name if kind is str else name.encode()
    return EXAMPLES.get(kind, next(NUMBERS))
