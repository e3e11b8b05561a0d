"""One event of the audit: who did what, with which request, and what it changed; the list is `api.audit.listing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from api.access.sight import see_everything
from api.audit.listing import act_words
from api.audit.tables import AuditEventRow, AuditSealRow
from api.http.asking import Reading, Spoken
from api.web.rendering import render
from api.web.tables import Cell, Empty, Head, Row, Table
from api.web.things import things
from ledger.errors import NotFound
from ledger.tables import CommandRow
from reports.words import Lang, catalogue, cell_text, say, value_text

router = APIRouter(include_in_schema=False)


@router.get("/audit/{event_id}")
def one(request: Request, event_id: int, session: Reading, lang: Spoken) -> HTMLResponse:
    """An act of one's own organisation's people, with its figures before and after and its link in the chain."""
    row = session.get(AuditEventRow, event_id)
    if row is None:
        raise NotFound(what="event", name=str(event_id))
    see_everything(session)
    command = session.get(CommandRow, row.command_id) if row.command_id else None
    link = session.scalar(select(AuditSealRow).where(AuditSealRow.kind == "audit_event", AuditSealRow.row_id == row.id))
    return render(
        request, "finance/audit-event.html", row=row, title=value_text(act_words(row.act), lang),
        asked=[(_field(name, lang), str(value)) for name, value in row.request.items()],
        measures=_measures(row.measures, lang), about=things(request, {row.about} - {""}, lang).get(row.about),
        command=command, link=link.link.hex() if link else "", link_number=link.number if link else 0,
    )  # fmt: skip


def _field(name: str, lang: Lang) -> str:
    return say(f"field.{name}", lang) if f"field.{name}" in catalogue(lang) else name


def _measures(lines: list[dict[str, Any]], lang: Lang) -> Table:
    heads = [
        Head(words=say(f"web.acts.{key}", lang), lie="text" if key == "figure" else "number")
        for key in ("figure", "before", "after")
    ]
    rows = [
        Row(cells=[Cell(_name(line, lang)), *(Cell(_told(line, side, lang)) for side in ("before", "after"))])
        for line in lines
    ]
    empty = Empty(words=say("web.acts.no-measures", lang))
    return Table(id="measures", caption=say("web.acts.effect", lang), heads=heads, rows=rows, empty=empty)


def _name(line: Mapping[str, Any], lang: Lang) -> str:
    key = f"measure.{line['key']}"
    words = say(key, lang) if key in catalogue(lang) else str(line["key"])
    return " · ".join(filter(None, (words, str(line.get("of", "")))))


def _told(line: Mapping[str, Any], side: str, lang: Lang) -> str:
    """A figure as it was recorded: sums and counts as they are written, anything else as it stands."""
    value = line[side]
    if isinstance(value, int) and line.get("kind") in ("money", "integer"):
        return cell_text(line["kind"], value, lang)
    return "" if value is None else str(value)
