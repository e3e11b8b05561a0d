"""Registers that were accepted, as a list.

Each tells its days, its rows, what they came to, who signed it, and the hash of its file.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, cast, func, select, text

from ledger.tables import OrganisationRow
from lending.registers.tables import RegisterRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column

#: The day a register was accepted on, where the clock on the wall is.
ACCEPTED_ON = cast(func.timezone("Asia/Almaty", RegisterRow.recorded_at), Date)
#: Letters of the hash that tell files apart at a glance; the card has all.
SHORT = 12


def _statement(_on: date) -> Select[Any]:
    told = RegisterRow.told
    signed = func.jsonb_array_elements_text(told["signed_by"]).column_valued("signed")
    return (
        select(
            RegisterRow.id, func.concat("№\u00a0", RegisterRow.id).label("register"), RegisterRow.kind,
            cast(told["first_on"].astext, Date).label("first_on"), cast(told["last_on"].astext, Date).label("last_on"),
            ACCEPTED_ON.label("accepted_on"), RegisterRow.rows, RegisterRow.amount,
            select(func.string_agg(signed, text("', '"))).scalar_subquery().label("signed_by"),
            func.left(func.encode(RegisterRow.sha256, "hex"), SHORT).label("sha256"),
            names_of(OrganisationRow).label("sender"), OrganisationRow.code.label("sender_code"),
        )
        .join(OrganisationRow, OrganisationRow.id == RegisterRow.organisation_id)
    )  # fmt: skip


REGISTERS = Listing(
    name="registers",
    columns=(
        Column(key="register", kind="identifier"),
        Column(key="kind", kind="text"),
        Column(key="first-on", kind="date"),
        Column(key="last-on", kind="date"),
        Column(key="sender", kind="text"),
        Column(key="rows", kind="integer", adds=True),
        Column(key="amount", kind="money", adds=True),
        Column(key="accepted-on", kind="date"),
        Column(key="signed-by", kind="text"),
        Column(key="sha256", kind="identifier"),
    ),
    statement=_statement,
    sorts=("-accepted-on", "rows", "amount"),
    filters=(
        Filter(name="register-kind", column="kind", facet=True),
        Filter(name="sender", column="sender-code", facet=True, organisations=True),
        Filter(name="first-from", column="first-on", by="from"),
        Filter(name="last-to", column="last-on", by="to"),
    ),
    search=("register", "sha256", "signed-by"),
    opens="/registers/{id}",
    worded={"kind": "register-kind"},
)
