"""Utilisation of budget money: the board of agreements, lenders by districts, one agreement in time, and the notice.

Every figure opens into its rows: sums of money into lots, money with borrowers into loans, what is owed back into
returns. The forecast is shown with the numbers it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.http.asking import Reading, Spoken, TheWorld
from api.web.rendering import render, url
from api.web.tables import Choice, Facet
from api.web.viewing import day_of
from ledger.errors import NotFound
from lending.chain.facilities import facility
from lending.chain.schedules import in_force, versions
from lending.programmes.regions import region
from reports.cards.flows import Chain, chain
from reports.cards.utilisation import Progress, StartUps, board, pace, progress, start_ups
from reports.charts import pace as drawn_pace
from reports.charts.bars import bar
from reports.figures import share
from reports.scope import region_name
from reports.words import Lang, say, value_text

router = APIRouter(include_in_schema=False)

#: Links whose borrower lends to people: where utilisation is a lender's own.
RETAIL = ("funding-line", "operator-loan")


@router.get("/utilisation")
def utilisation(request: Request, session: Reading, world: TheWorld, lang: Spoken) -> HTMLResponse:
    """Agreements from the top: received, passed on, with borrowers, remaining, time left, forecast; then lenders."""
    on, where, whose = day_of(request, world), request.query_params.get("region"), request.query_params.get("lender")
    told = world.memory.recall(session, ("utilisation", on, where, whose), lambda: _told(session, on, where, whose))
    seen, tops, lenders, quota = told
    return render(
        request, "chain/utilisation.html", on=on, tops=tops, lenders=lenders, bars=_bars([*tops, *lenders]),
        total=_total(tops), quota=quota,
        facets=_facets(request, seen, on, lang, where, whose), where=where, whose=whose,
    )  # fmt: skip


def _told(
    session: Session, on: date, where: str | None, whose: str | None
) -> tuple[Chain, list[Progress], list[Progress], StartUps]:  # fmt: skip
    """The agreements in sight; of those in a region and of a lender the topmost and the lending ones, and start-ups."""
    seen = chain(session, on)
    tops = progress(session, seen, [each for each in seen.tops() if _is_of(seen, each.id, where, whose)])
    lending = [
        each for each in seen.facilities.values() if _lends(seen, each.id) and _is_of(seen, each.id, where, whose)
    ]
    lenders = sorted(progress(session, seen, lending), key=lambda each: (each.borrower_code, each.facility.number))
    return seen, tops, lenders, start_ups(session, seen, [each.facility.id for each in (*tops, *lenders)])


@router.get("/utilisation/lenders")
def lenders(request: Request, session: Reading, world: TheWorld, lang: Spoken) -> HTMLResponse:
    """Lenders by districts, or by regions where more than one is in sight: what each has issued where."""
    on = day_of(request, world)
    regions = board(session, on, 2)
    digits = 4 if len({place for _, place in regions}) == 1 else 2
    cells = board(session, on, 4) if digits == 4 else regions
    seen = chain(session, on)
    places = sorted({place for _, place in cells})
    return render(
        request, "chain/board.html", on=on, cells=cells, digits=digits, names=seen.names, codes=seen.codes,
        lenders=sorted({lender for lender, _ in cells}, key=lambda each: seen.codes[each]),
        places=[(place, _place(place, on, lang)) for place in places],
    )  # fmt: skip


@router.get("/utilisation/{facility_id}")
def one(request: Request, facility_id: int, session: Reading, world: TheWorld) -> HTMLResponse:
    """One agreement in time: what was issued month by month, the forecast, and whether its schedule will be met."""
    of, on = facility(session, facility_id), day_of(request, world)
    seen = chain(session, max(on, of.signed_on))
    [standing] = progress(session, seen, [of])
    points = [(each.month, each.issued) for each in pace(session, seen, of.id)]
    drawn = drawn_pace.pace(points, standing.money.received, standing.begun, on, standing.deadline, standing.expected)
    return render(
        request, "chain/pace.html", on=on, standing=standing, points=points, drawn=drawn,
        repayment=_repayment(session, seen, of.id, on),
        below=progress(session, seen, [each for each in seen.facilities.values() if each.parent_id == of.id]),
    )  # fmt: skip


@router.get("/utilisation/{facility_id}/notice")
def notice(request: Request, facility_id: int, session: Reading, world: TheWorld) -> HTMLResponse:
    """A letter from the lender of an agreement to its borrower, with the dates and sums in it; made to be printed."""
    of, on = facility(session, facility_id), day_of(request, world)
    [standing] = progress(session, chain(session, max(on, of.signed_on)), [of])
    if standing.deadline is None:
        raise NotFound(what="utilisation period of facility", name=of.number)
    return render(request, "chain/notice.html", on=on, standing=standing)


def _is_of(seen: Chain, facility_id: int, where: str | None, whose: str | None) -> bool:
    if where and seen.region(seen.facilities[facility_id]) != where:
        return False
    return not whose or any(seen.codes[each.borrower_id] == whose for each in seen.down(facility_id))


def _lends(seen: Chain, facility_id: int) -> bool:
    """Whether the borrower of an agreement lends to people itself, and the agreement is not a topmost one."""
    of, money = seen.facilities[facility_id], seen.of(facility_id)
    retail = of.link in RETAIL and not money.passed_on and bool(money.received)
    return retail and of.parent_id in seen.facilities


def _bars(rows: list[Progress]) -> dict[int, Any]:
    return {
        each.facility.id: bar(each.issued_share, each.time_share if each.deadline else None, each.expected_share)
        for each in rows
    }


def _total(rows: list[Progress]) -> dict[str, Any]:
    received, issued = sum(each.money.received for each in rows), sum(each.issued for each in rows)
    return {
        "received": received, "passed_on": sum(each.money.passed_on for each in rows), "issued": issued,
        "left": sum(each.left for each in rows), "unabsorbed": sum(each.unabsorbed for each in rows),
        "share": share(issued, received) or Decimal(),
    }  # fmt: skip


def _facets(
    request: Request, seen: Chain, on: date, lang: Lang, where: str | None, whose: str | None
) -> list[Facet]:  # fmt: skip
    regions: dict[str, int] = {}
    owners: dict[str, int] = {}
    for each in seen.facilities.values():
        if _lends(seen, each.id):
            regions[seen.region(each)] = regions.get(seen.region(each), 0) + 1
            owners[seen.codes[each.borrower_id]] = owners.get(seen.codes[each.borrower_id], 0) + 1
    names = {seen.codes[each]: seen.names[each] for each in seen.codes}

    def choices(values: dict[str, int], name: str, chosen: str | None, words: Mapping[str, str]) -> list[Choice]:
        return [
            Choice(
                words=words[value], count=count, chosen=value == chosen,
                link=url(request, **{name: None if value == chosen else value}),
            )
            for value, count in sorted(values.items()) if value
        ]  # fmt: skip

    in_words = {code: _place(code, on, lang) for code in regions}
    called = {code: value_text(names[code], lang) for code in owners}
    found = (
        Facet(words=say("facet.region", lang), choices=choices(regions, "region", where, in_words)),
        Facet(words=say("facet.lender", lang), choices=choices(owners, "lender", whose, called)),
    )
    return [each for each in found if len(each.choices) > 1]


def _place(code: str, on: date, lang: Lang) -> str:
    """A region by name; a district by its code, whose first two digits are the region's."""
    try:
        name = value_text(region_name(region(code, on)), lang)
    except NotFound:
        return code or "—"
    return name if len(code) == 2 else f"{name} · {code}"


def _repayment(session: Any, seen: Chain, facility_id: int, on: date) -> list[tuple[date, int, int]]:
    """For every due date to come: the principal owed up to it, and what will have come in from below by then.

    What comes in is what has come back and lies there, and what falls due from below up to the day.
    """
    children = [each.id for each in seen.facilities.values() if each.parent_id == facility_id]
    known = versions(session, [facility_id, *children])
    own = in_force(known.get(facility_id, []), on)
    if own is None or not children:
        return []
    below = [version for each in children if (version := in_force(known.get(each, []), on))]
    in_hand = seen.of(facility_id).on_hand
    rows, owed = [], 0
    for due_on, principal in own.after(on):
        owed += principal
        coming = sum(tiyn for version in below for day, tiyn in version.after(on) if day <= due_on)
        rows.append((due_on, owed, in_hand + coming))
    return rows
