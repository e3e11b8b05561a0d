"""Cards of the chain, of oversight and of support as JSON: the same values that the pages draw."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter

from api.http.asking import Reading, TheWorld
from reports.cards.cases import CaseCard, case_card
from reports.cards.facilities import FacilityCard, facility_card
from reports.cards.flows import chain
from reports.cards.support import GrantCard, SubsidyCard, grant_card, subsidy_card
from reports.cards.utilisation import Progress, progress

router = APIRouter(prefix="/api/v1", tags=["cards"])


@router.get("/facilities/{facility_id}", operation_id="card.facility")
def of_facility(facility_id: int, session: Reading, world: TheWorld, on: date | None = None) -> FacilityCard:
    """An agreement with its money, schedule and payments at the close of a day; sums in tiyn."""
    return facility_card(session, facility_id, on or world.today())


@router.get("/utilisation", operation_id="card.utilisation")
def of_utilisation(session: Reading, world: TheWorld, on: date | None = None) -> list[Progress]:
    """The topmost agreements in sight with their clocks at the close of a day; sums in tiyn."""
    seen = chain(session, on or world.today())
    return progress(session, seen, seen.tops())


@router.get("/cases/{loan_id}", operation_id="card.case")
def of_case(loan_id: int, session: Reading, world: TheWorld, on: date | None = None) -> CaseCard:
    """The case of a loan at the close of a day; sums in tiyn."""
    return case_card(session, loan_id, on or world.today())


@router.get("/subsidies/{subsidy_id}", operation_id="card.subsidy")
def of_subsidy(subsidy_id: int, session: Reading) -> SubsidyCard:
    """A subsidy with its calculation; sums in tiyn."""
    return subsidy_card(session, subsidy_id)


@router.get("/grants/{grant_id}", operation_id="card.grant")
def of_grant(grant_id: int, session: Reading) -> GrantCard:
    """A grant with its journal; sums in tiyn."""
    return grant_card(session, grant_id)
