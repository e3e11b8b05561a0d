"""The money chain in one picture: from the budget to borrowers, back, and out again; every band opens into its lots."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.asking import Reading, Spoken, TheWorld
from api.web.rendering import render
from api.web.viewing import day_of
from lending.programmes.editions import editions
from reports.cards.flows import chain
from reports.cards.money_chain import Band, MoneyChain, money_chain
from reports.charts import sankey
from reports.words import Lang, say, value_text

router = APIRouter(include_in_schema=False)

#: Bands of every kind, light enough for words upon them, told apart in grey by their order in the legend as well.
COLOURS = {
    "fresh": "#9db8d2", "first": "#7fae9a", "again": "#c9a25f", "back": "#d9c9a3", "up": "#b9b4c7", "budget": "#c98f8a",
    "on-hand": "#d5d9dd",
}  # fmt: skip


@router.get("/chain")
def chain_page(request: Request, session: Reading, world: TheWorld, lang: Spoken) -> HTMLResponse:
    """The chain of what is in sight, all programmes or one, with its table."""
    on, edition = day_of(request, world), request.query_params.get("edition", "")
    chosen = [edition] if edition in editions() else []
    asked = "chain", on, *chosen
    made = world.memory.recall(session, asked, lambda: money_chain(chain(session, on, chosen)))
    picture = sankey.sankey(made.nodes, [band.flow for band in made.bands])
    links = {id(band.flow): _rows_of(band, on.isoformat(), chosen) for band in made.bands}
    words = {node.id: _words(made, node.id, lang) for node in made.nodes}
    return render(
        request, "chain/chain.html", on=on, edition=edition, editions=list(editions()), picture=picture,
        links=links, called=words, colours=COLOURS, bands=made.bands, key=id, node_width=sankey.NODE,
        kinds=[kind for kind in COLOURS if any(band.flow.kind == kind for band in made.bands)],
    )  # fmt: skip


def _rows_of(band: Band, on: str, editions_chosen: list[str]) -> str:
    """The view of the list of lots whose column adds up to a band."""
    return f"/lots?{urlencode([*band.view.items(), *(('edition', each) for each in editions_chosen), ('on', on)])}"


def _words(made: MoneyChain, node: str, lang: Lang) -> str:
    if node in made.names:
        return value_text(made.names[node], lang)
    kind = node.partition(":")[0]
    return say(f"web.chain.node.{'others' if kind.isdigit() else kind}", lang)
