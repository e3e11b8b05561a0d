"""The months of one's book in a page: open, closing, locked, final; and the ways to open one again or make it final."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import see_everything
from api.http.asking import Asker, Reading, Spoken
from api.web.rendering import render
from api.web.scope import choosable, organisation_of
from api.web.tables import Cell, Empty, Head, Row, Table, Tone
from reports.cards.periods import MonthTold, months_of
from reports.words import Lang, say, value_text

router = APIRouter(include_in_schema=False)

TONES: dict[str, Tone] = {"open": "info", "closing": "waiting", "locked": "done", "final": "neutral"}
HEADS = ("month", "state", "when", "who", "second", "reason", "seal", "entries")


@router.get("/periods")
def periods(request: Request, session: Reading, actor: Asker, lang: Spoken) -> HTMLResponse:
    """The months of a book: one's own, or any for those who see everything."""
    whose = organisation_of(session, actor, request.query_params.get("organisation", ""))
    choices = choosable(session, actor)
    if whose is None:
        whose = choices[0]
    see_everything(session)
    months = months_of(session, whose.id)
    return render(
        request, "finance/periods.html", table=_table(months, lang), choices=choices, whose=whose,
        ways=_ways(actor, months) if whose.id == actor.organisation_id else [],
    )  # fmt: skip


def _table(months: list[MonthTold], lang: Lang) -> Table:
    rows = [
        Row(cells=[
            Cell(f"{each.month:%Y-%m}", f"/closing?month={each.month:%Y-%m}"),
            Cell(say(f"web.closing.state.{each.state}", lang), tone=TONES[each.state]),
            Cell(value_text(each.changed_at, lang) if each.changed_at else ""), Cell(each.made_by),
            Cell(each.second_by), Cell(each.reason), Cell(each.digest[:16]), Cell(str(each.entries or "")),
        ])
        for each in months
    ]  # fmt: skip
    heads = [
        Head(words=say(f"web.periods.{key}", lang), lie="number" if key == "entries" else "narrow") for key in HEADS
    ]
    empty = Empty(words=say("web.periods.none", lang))
    return Table(id="periods", caption=say("web.periods.caption", lang), heads=heads, rows=rows, empty=empty)


def _ways(actor: Actor, months: list[MonthTold]) -> list[tuple[str, str]]:
    """The acts that the order of months and the person's roles allow: the act and its month."""
    allowed = [("periods.reopen", f"{each.month:%Y-%m}") for each in months if each.may_reopen]
    allowed += [("periods.finalise", f"{each.month:%Y-%m}") for each in months if each.may_be_final]
    return [(act, month) for act, month in allowed if matrix().may_make(actor, act)]
