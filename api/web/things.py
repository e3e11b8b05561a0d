"""Things by the names people know, each a link where whoever asks may go: never a bare reference like ``loan:36``."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fastapi import Request

from api.access.sight import look
from api.web.places import place, route
from api.web.tables import Cell
from reports.cards.names import NAMES, names
from reports.report import Text
from reports.words import Lang, catalogue, say, value_text

#: Things whose names tell by themselves what they are: a contract and who borrowed.
SELF_TELLING = ("loan", "organisation")


def things(request: Request, references: Collection[str], lang: Lang) -> Mapping[str, Cell]:
    """Each reference as a cell; one that names nothing stays what it is."""
    actor = request.state.actor
    # Of the other pool: whoever asks holds a connection of the pages' pool, and waiting for a second one of it might
    # never end.
    with look(request.app.state.world.jobs, actor) as session:
        named = names(session, references)
    permit = request.app.state.permit

    def link(reference: str) -> str | None:
        way, unseen = route(reference), reference.partition(":")[0] in NAMES and reference not in named
        return place(reference) if way and not unseen and permit(actor, way) else None

    return {each: Cell(_words(each, named.get(each), lang), link(each)) for each in references}


def _words(reference: str, name: Text | None, lang: Lang) -> str:
    kind, _, number = reference.partition(":")
    if f"web.thing.{kind}" not in catalogue(lang) or not number:
        return reference
    if name is None:
        name = f"№\u00a0{number}" if number.isdecimal() else number.replace(":", " ")
    told = value_text(name, lang)
    return told if kind in SELF_TELLING and not told.startswith("№") else f"{say(f'web.thing.{kind}', lang)} {told}"
