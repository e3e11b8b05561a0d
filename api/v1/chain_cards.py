"""Cards of the chain, of oversight and of support as JSON: the same values that the pages draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from fastapi import APIRouter
from moneyed import Money

from api.http.asking import Day, Reading, TheWorld
from reports.cards.cases import CaseCard, case_card
from reports.cards.facilities import FacilityCard, facility_card
from reports.cards.flows import chain
from reports.cards.support import GrantCard, SubsidyCard, grant_card, subsidy_card
from reports.cards.utilisation import Progress, progress
from reports.report import Phrase

router = APIRouter(prefix="/api/v1", tags=["cards"])


@router.get("/facilities/{facility_id}", operation_id="card.facility")
def of_facility(facility_id: int, session: Reading, world: TheWorld, on: Day = None) -> FacilityCard:
    """An agreement with its money, schedule and payments at the close of a day; sums in tiyn."""
    return facility_card(session, facility_id, on or world.today())


@router.get("/utilisation", operation_id="card.utilisation")
def of_utilisation(session: Reading, world: TheWorld, on: Day = None) -> list[Progress]:
    """The topmost agreements in sight with their clocks at the close of a day; sums in tiyn."""
    seen = chain(session, on or world.today())
    return progress(session, seen, seen.tops())


@router.get("/cases/{loan_id}", operation_id="card.case")
def of_case(loan_id: int, session: Reading, world: TheWorld, on: Day = None) -> CaseCard:
    """The case of a loan at the close of a day; sums in tiyn."""
    card = case_card(session, loan_id, on or world.today())
    story = [replace(each, words=Phrase(each.words.key, _plain(each.words.values))) for each in card.story]
    return replace(card, story=tuple(story))


@router.get("/subsidies/{subsidy_id}", operation_id="card.subsidy")
def of_subsidy(subsidy_id: int, session: Reading) -> SubsidyCard:
    """A subsidy with its calculation; sums in tiyn."""
    return subsidy_card(session, subsidy_id)


@router.get("/grants/{grant_id}", operation_id="card.grant")
def of_grant(grant_id: int, session: Reading) -> GrantCard:
    """A grant with its journal; sums in tiyn."""
    return grant_card(session, grant_id)


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """Values of a phrase as JSON has them: sums in tenge, days as ISO, words by their key."""
    plain: dict[str, object] = {}
    for name, value in values.items():
        match value:
            case Money():
                plain[name] = f"{value.amount:.2f}"
            case Phrase():
                plain[name] = value.key
            case date():
                plain[name] = value.isoformat()
            case _:
                plain[name] = value
    return plain
