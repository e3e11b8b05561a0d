"""Traces over the HTTP API, within the sight of whoever asks.

Of a trace the branches in sight are told, and a branch ends where sight ends; who lent and borrowed stands in it by
the codes of organisations.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.http.asking import Reading, TheWorld
from ledger.organisations import organisations
from lending.chain.facilities import facility
from lending.chain.interchange import read_reference, source_to_json, spread_to_json
from lending.chain.tables import FacilityRow
from lending.chain.trace import Source, trace_facility, trace_loan
from lending.microcredits.loans import loan
from lending.microcredits.tables import LoanRow

router = APIRouter(prefix="/api/v1", tags=["figures"])


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
