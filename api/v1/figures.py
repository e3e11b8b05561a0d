"""Reports and traces over the HTTP API, within the sight of whoever asks.

A report is the same as its page and its file (`api.access.reports` says whose it may be); of a trace the branches in
sight are told, and a branch ends where sight ends.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.reports import report_in_sight
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.rates import limited
from ledger.organisations import organisations
from lending.chain.facilities import facility
from lending.chain.interchange import read_reference, source_to_json, spread_to_json
from lending.chain.tables import FacilityRow
from lending.chain.trace import Source, trace_facility, trace_loan
from lending.microcredits.loans import loan
from lending.microcredits.tables import LoanRow
from reports.catalogue import families, find_family
from reports.family import ReportRequest
from reports.periods import PeriodKind, parse_period
from reports.rendering import FORMATS, Format, content_type, file_name, render
from reports.words import value_text

router = APIRouter(prefix="/api/v1", tags=["figures"])

_export, _document = limited("export"), limited("document")
_FILES: dict[str, Any] = {content_type(each): {} for each in FORMATS}


class FamilyTold(BaseModel):
    """A report there is: its name, what it shows, and for which periods it is made."""

    name: str
    shows: str
    periods: tuple[PeriodKind, ...]


@router.get("/reports", operation_id="reports")
def all_reports(lang: Spoken) -> list[FamilyTold]:
    """The reports that may be asked for."""
    return [
        FamilyTold(name=each.name, shows=value_text(each.description, lang), periods=each.period_kinds)
        for each in families()
    ]


@router.get(
    "/reports/{name}", operation_id="report", response_class=Response,
    responses={200: {"content": _FILES, "description": "the report as a file"}},
)  # fmt: skip
def one_report(
    request: Request, world: TheWorld, actor: Asker, lang: Spoken, name: Annotated[str, Path(max_length=50)],
    period: Annotated[str, Query(max_length=20, description="2021-03, 2021-Q1, 2021-H1 or 2021")],
    format: Format = "json",  # noqa: A002 - the word of the command line
    organisation: Annotated[str | None, Query(max_length=50)] = None,
    region: Annotated[str | None, Query(max_length=100)] = None,
    loan: Annotated[str | None, Query(max_length=20, description="the loan of a statement, by id")] = None,
) -> Response:  # fmt: skip
    """A report of one's organisation, or of any for those who oversee the programmes; in the language asked for."""
    if format != "json":
        (_document if format == "pdf" else _export)(request)
    asked = ReportRequest(period=parse_period(period), organisation=organisation, region=region, subject=loan)
    built = report_in_sight(world, actor, find_family(name), asked)
    made = request.app.state.printing.render_document if format == "pdf" else render
    headers = {"Content-Disposition": f'attachment; filename="{file_name(built, format, lang)}"'}
    return Response(made(built, format, lang), media_type=content_type(format), headers=headers)


@router.get("/trace/{reference}", operation_id="trace")
def traced(
    world: TheWorld, session: Reading, reference: Annotated[str, Path(max_length=40, examples=["loan:17"])]
) -> Any:
    """Where the tenge of ``loan:17`` came from (lots of money, each with those above it), or where the money of
    ``facility:3`` went (its lots, and the facilities below it), as far as one sees.
    """
    kind, number = read_reference(reference)
    names = {each.id: each.code for each in organisations(session)}
    if kind == "facility":
        facility(session, number)
        with Session(world.jobs) as whole:
            return spread_to_json(trace_facility(whole, number), names)
    loan(session, number)
    with Session(world.jobs) as whole:
        sources = trace_loan(whole, number)
    links, loans = set(session.scalars(select(FacilityRow.id))), set(session.scalars(select(LoanRow.id)))
    return [source_to_json(each, names) for each in _seen(sources, links, loans)]


def _seen(sources: tuple[Source, ...], links: Collection[int], loans: Collection[int]) -> tuple[Source, ...]:
    """The branches that lie in facilities ``links``, naming none but ``loans``."""
    return tuple(
        replace(
            each, sources=_seen(each.sources, links, loans),
            returned_from={loan_id: tiyn for loan_id, tiyn in each.returned_from.items() if loan_id in loans},
        )
        for each in sources if each.lot.facility_id in links
    )  # fmt: skip
