"""Any listing as a page and as a file: the view is the address, and both show the same rows.

An area defines its listings (`reports.listings`) and writes no table of its own; `shown` draws one inside a page that
says more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from api.access.actors import Actor
from api.access.matrix import matrix
from api.acts.registry import acts
from api.http.asking import Reading, Spoken, TheWorld
from api.http.rates import limited
from api.listings import LISTINGS
from api.web.places import form_of
from api.web.rendering import render, url
from api.web.tables import LIES, Cell, Choice, Empty, Facet, Head, Row, Sorted, Table, Total
from api.web.things import things
from api.world import World
from ledger.periods import calendar_day
from ledger.tables import OrganisationRow
from reports.listings.listing import SIZES, BadView, Listing, Page, View, label
from reports.listings.reading import page, report
from reports.rendering import content_type, file_name, report_format
from reports.rendering import render as written
from reports.report import Column
from reports.words import Lang, catalogue, cell_text, say, value_text

T = TypeVar("T")

router = APIRouter(include_in_schema=False)

#: Files a view may be taken as; documents are for reports.
FILES = ("xlsx", "csv")
_COUNT = limited("export")


def view_of(listing: Listing, query: QueryParams, today: date) -> View:
    """The view that an address asks for.

    Raises:
        BadView: a size or a day that is none.
    """
    return View(
        chosen={each.name: tuple(query.getlist(each.name)) for each in listing.filters if query.getlist(each.name)},
        search=query.get("q", ""), sort=query.get("sort", ""), after=query.get("after", ""),
        size=_read(listing, "size", query, int, SIZES[0]), on=_read(listing, "on", query, calendar_day, today),
    )  # fmt: skip


def _read(listing: Listing, name: str, query: QueryParams, reader: Callable[[str], T], default: T) -> T:
    given = query.get(name, "")
    try:
        return reader(given) if given else default
    except ValueError:
        expected = "a date like 2021-03-31" if name == "on" else ", ".join(map(str, SIZES))
        raise BadView(listing=listing.name, field=name, expected=expected, found=given) from None


def shown(request: Request, found: Page, lang: Lang, *, caption: str = "") -> Table:
    """A page of a listing as a table whose heads sort, whose facets narrow and whose rows open."""
    listing, view = found.listing, found.view
    at = partial(url, request)
    columns, called = listing.columns, _called(request, found, lang)
    rows = [
        Row(cells=[
            called[str(cell)]
            if cell and column.key in listing.things
            else Cell(cell_text(column.kind, cell, lang), _link(listing, column, row_id, row, place))
            for place, (column, cell) in enumerate(zip(columns, row, strict=True))
        ])
        for row_id, row in zip(found.ids, found.rows, strict=True)
    ]  # fmt: skip
    narrowed = bool(view.search or any(view.chosen.values()))
    empty = Empty(
        words=say("web.lists.none-match" if narrowed else "web.lists.none", lang),
        link=request.url.path if narrowed else None, link_words=say("web.lists.all", lang) if narrowed else "",
    )  # fmt: skip
    return Table(
        id=listing.name, caption=caption or say(f"listing.{listing.name}", lang),
        heads=[_head(listing, column, view, at, lang) for column in columns], rows=rows, empty=empty,
        totals=_totals(found, narrowed=narrowed, lang=lang), found=found.found_count,
        facets=_facets(found, _organisations(request, found, lang), at, lang),
        first=at(after=None) if view.after else None, next=at(after=found.following) if found.following else None,
        downloads=[(name.upper(), at(format=name, after=None)) for name in FILES],
    )  # fmt: skip


def _called(request: Request, found: Page, lang: Lang) -> Mapping[str, Cell]:
    """The things that columns of references name."""
    places = [place for place, each in enumerate(found.listing.columns) if each.key in found.listing.things]
    references = {str(row[place]) for row in found.rows for place in places if row[place]}
    return things(request, references, lang) if references else {}


def _link(listing: Listing, column: Column, row_id: int, row: Sequence[object], place: int) -> str | None:
    target = listing.links.get(column.key) or (listing.opens if place == 0 else None)
    told = {label(each.key): cell for each, cell in zip(listing.columns, row, strict=True)}
    return target.format(**told | {"id": row_id}) if target else None


def _head(listing: Listing, column: Column, view: View, at: Callable[..., str], lang: Lang) -> Head:
    words = value_text(column.title, lang)
    first = {each.removeprefix("-"): each for each in listing.sorts}.get(column.key)
    if first is None:
        return Head(words=words, lie=LIES[column.kind])
    now = view.sort or listing.sorts[0]
    is_sorted = now.removeprefix("-") == column.key
    order: Sorted = ("descending" if now.startswith("-") else "ascending") if is_sorted else "none"
    turned = column.key if now.startswith("-") else f"-{column.key}"
    return Head(
        words=words, lie=LIES[column.kind], link=at(sort=turned if is_sorted else first, after=None), sorted=order
    )


def _totals(found: Page, *, narrowed: bool, lang: Lang) -> list[Total]:
    columns = found.listing.columns

    def total(key: str, count: int, sums: Mapping[str, int]) -> Total:
        cells = [Cell(cell_text(each.kind, sums.get(each.key) if each.adds else None, lang)) for each in columns[1:]]
        return Total(words=say(key, lang, count=Decimal(count)), cells=cells)

    if not any(column.adds for column in columns):
        return []
    by_filter = total("web.lists.by-filter", found.found_count, found.found)
    if not found.listing.in_all:
        return [by_filter]
    everything = total("web.lists.in-all", found.everything_count, found.everything)
    return [by_filter, everything] if narrowed else [everything]


def _organisations(request: Request, found: Page, lang: Lang) -> Mapping[str, str]:
    """Names of the organisations whose codes facets offer."""
    facets = found.facets or {}
    codes = {each.value for by in found.listing.filters if by.organisations for each in facets.get(by.name, ())}
    if not codes:
        return {}
    with Session(request.app.state.world.jobs) as session:
        rows = session.scalars(select(OrganisationRow).where(OrganisationRow.code.in_(codes)))
        return {row.code: str(getattr(row, f"name_{lang}")) for row in rows}


def _facets(found: Page, organisations: Mapping[str, str], at: Callable[..., str], lang: Lang) -> list[Facet]:
    listing, view = found.listing, found.view
    facets = []
    for by in listing.filters:
        values = (found.facets or {}).get(by.name, ())
        chosen = view.chosen.get(by.name, ())
        if not by.facet or len(values) + len(chosen) == 0:
            continue
        choices = [
            Choice(
                words=organisations.get(each.value) or value_words(listing, by.column, each.value, lang),
                count=each.count, chosen=each.chosen,
                link=at(**{by.name: _toggled(chosen, each.value), "after": None}),
            )
            for each in values
        ]  # fmt: skip
        facets.append(Facet(words=say(f"facet.{by.name}", lang), choices=choices))
    return facets


def _toggled(chosen: tuple[str, ...], value: str) -> list[str]:
    return [each for each in chosen if each != value] if value in chosen else [*chosen, value]


def value_words(listing: Listing, column: str, value: str, lang: Lang) -> str:
    """A value of a facet in words, where the listing has words for its column or for truth."""
    prefix = listing.worded.get(column)
    if prefix and f"{prefix}.{value}" in catalogue(lang):
        return say(f"{prefix}.{value}", lang)
    return say(f"web.lists.{value}", lang) if value in ("true", "false") else value


def makes(request: Request, listing: Listing) -> list[tuple[str, str]]:
    """Acts by which whoever asks adds to the collection, with their forms: those that stand at its own path."""
    actor: Actor = request.state.actor
    return [
        (each.name, form_of(each.name))
        for each in acts().values()
        if each.path == f"/{listing.name}" and matrix().may_make(actor, each.name)
    ]


def listed(
    request: Request, session: Session, world: World, lang: Lang, listing: Listing, template: str = "lists/list.html",
    **values: Any,
) -> Response:  # fmt: skip
    """The view that the address asks for as a page, or as a file where it names a format.

    An area whose list says more draws it by a ``template`` of its own, which extends this one, and ``values``.
    """
    view = view_of(listing, request.query_params, world.today())
    wanted = request.query_params.get("format")
    if wanted is None:
        table = shown(request, page(session, listing, view, recall=world.memory.recall), lang)
        making = makes(request, listing)
        return render(request, template, listing=listing, view=view, table=table, makes=making, **values)
    _COUNT(request)
    made, form = report(session, listing, view), report_format(wanted)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(made, form, lang)}"'}
    return Response(written(made, form, lang), media_type=content_type(form), headers=headers)


def add(listing: Listing) -> None:
    """Serve a listing at its own address; the router of an area that serves it itself comes before this one."""

    def one(request: Request, session: Reading, world: TheWorld, lang: Spoken) -> Response:
        return listed(request, session, world, lang, listing)

    router.add_api_route(f"/{listing.name}", one, methods=["GET"], name=f"list {listing.name}", response_model=None)


for each in LISTINGS.values():
    add(each)
