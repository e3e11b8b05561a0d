"""The audit as a list: who did what to what, the newest first; people see what their own organisation's people did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, case, cast, func, select
from sqlalchemy.orm import Session

from api.audit.tables import AuditEventRow
from ledger.tables import OrganisationRow
from reports.listings.listing import Filter, Listing
from reports.report import Cell, Column, phrase
from reports.words import catalogue

#: Ends of the names of acts that tell how far an act came: it was asked for, rejected, withdrawn.
STAGES = ("asked", "rejected", "withdrawn")


def _statement(on: date) -> Select[Any]:
    at = func.timezone("Asia/Almaty", AuditEventRow.recorded_at)
    stage = func.substring(AuditEventRow.act, r"\.(asked|rejected|withdrawn)$")
    return (
        select(
            AuditEventRow.id, cast(at, Date).label("recorded_on"), func.to_char(at, "HH24:MI:SS").label("time"),
            AuditEventRow.login, AuditEventRow.channel, AuditEventRow.act, AuditEventRow.about,
            case((AuditEventRow.outcome != "done", AuditEventRow.outcome), else_=func.coalesce(stage, "done")).label(
                "outcome"
            ),
            OrganisationRow.code.label("organisation"),
        )
        .outerjoin(OrganisationRow, OrganisationRow.id == AuditEventRow.organisation_id)
        .where(cast(at, Date) <= on)
    )  # fmt: skip


def act_words(act: str) -> Cell:
    """What an act is called, however far it came; its name where it has no words."""
    base = act.rpartition(".")[0] if act.endswith(tuple(f".{stage}" for stage in STAGES)) else act
    known = (f"act.{base}", f"audit-act.{base}")
    return next((phrase(key) for key in known if key in catalogue("ru")), base)


def _acts(session: Session, ids: Sequence[int], _on: date) -> Mapping[int, Mapping[str, Cell]]:
    rows = session.execute(select(AuditEventRow.id, AuditEventRow.act).where(AuditEventRow.id.in_(ids)))
    return {row.id: {"act-done": act_words(row.act)} for row in rows}


AUDIT = Listing(
    name="audit",
    columns=(
        Column(key="recorded-on", kind="date"),
        Column(key="time", kind="identifier"),
        Column(key="login", kind="identifier"),
        Column(key="act-done", kind="text"),
        Column(key="about", kind="identifier"),
        Column(key="outcome", kind="text"),
        Column(key="channel", kind="text"),
        Column(key="organisation", kind="identifier"),
    ),
    statement=_statement,
    sorts=("-recorded-on",),
    filters=(
        Filter(name="act", column="act", facet=True),
        Filter(name="login", column="login", facet=True),
        Filter(name="outcome", column="outcome", facet=True),
        Filter(name="via", column="channel", facet=True),
        Filter(name="about", column="about"),
        Filter(name="from", column="recorded-on", by="from"),
        Filter(name="to", column="recorded-on", by="to"),
    ),
    search=("login", "about", "act"),
    works_out=_acts,
    opens="/audit/{id}",
    worded={"outcome": "audit-outcome", "channel": "channel", "act": "act"},
    things=("about",),
)
