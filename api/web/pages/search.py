"""The search of the head of every page: what was found by kind, or straight to the one thing that was meant."""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.http.asking import Reading, Spoken
from api.http.rates import limited
from api.web.places import place
from api.web.rendering import render
from api.web.tables import Cell, Empty, Head, Row, Table
from reports.search import SHOWN, Hit, find, only, straight_to
from reports.words import Lang, cell_text, say

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
#: Longer texts are no numbers and no names.
LONGEST = 100


@router.get("/search", dependencies=[Depends(limited("search"))])
def search(request: Request, session: Reading, lang: Spoken) -> Response:
    """What is in sight and matches ``q``."""
    text = request.query_params.get("q", "")[:LONGEST].strip()
    if (reference := straight_to(text)) and (there := place(reference)):
        return RedirectResponse(there, SEE_OTHER)
    hits = find(session, text)
    meant = only(hits)
    if meant and (there := place(meant.reference)):
        return RedirectResponse(there, SEE_OTHER)
    by_kind = groupby(sorted(hits, key=lambda hit: hit.kind != "loan"), key=lambda hit: hit.kind)
    tables = [_table(kind, list(found), lang) for kind, found in by_kind]
    return render(request, "lending/search.html", text=text, tables=tables)


def _table(kind: str, hits: list[Hit], lang: Lang) -> Table:
    heads = [
        Head(words=say("field.number", lang), lie="narrow"), Head(words=say("web.search.name", lang)),
        Head(words=say("web.acts.day", lang), lie="narrow"), Head(words=say("field.amount", lang), lie="number"),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(each.number, place(each.reference)), Cell(each.name), Cell(cell_text("date", each.on, lang)),
            Cell(cell_text("money", each.amount, lang) if each.amount else ""),
        ])
        for each in hits
    ]  # fmt: skip
    return Table(
        id=f"found-{kind}", caption=say(f"web.search.{kind}", lang), heads=heads, rows=rows,
        empty=Empty(words=say("web.lists.none-match", lang)),
        note=say("web.search.more", lang, count=SHOWN) if len(hits) == SHOWN else "",
    )  # fmt: skip
