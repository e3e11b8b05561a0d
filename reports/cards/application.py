"""The card of an application: what is asked for, every step with what the rules said then, papers, and its place.

What may be done next follows from its state; who may do it is for the pages to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lending.applications.applications import case, documents
from lending.applications.queue import Standing, queue
from lending.applications.states import OPEN, allowed
from lending.applications.values import Step
from lending.chain.facilities import facility


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of an application; ``scanned``: the hash of its scan is kept."""

    kind: str
    number: str
    dated: date
    scanned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCard:
    """An application as it stands; ``facts`` as ``nesie check`` reads them.

    ``place`` is its place among the open ones of its lender, from 1, and ``waiting`` how many those are; None once it
    is decided, or for readers who do not see them all. ``possible`` are the steps its state allows.
    """

    id: int
    number: str
    state: str
    lender_id: int
    facility_id: int
    facility: str
    channel: str
    borrower_id_number: str
    borrower_name: str
    applied_on: date
    facts: Mapping[str, Any]
    steps: tuple[Step, ...]
    papers: tuple[Paper, ...]
    possible: tuple[str, ...]
    loan_id: int | None
    place: int | None
    waiting: int | None
    matches_map: bool
    certified: bool


def application_card(session: Session, application_id: int, on: date, *, own: bool) -> ApplicationCard:
    """The card of an application; ``own``: the reader is its lender and may know its place among the others.

    Raises:
        NotFound: there is none in sight.
    """
    found = case(session, application_id)
    line = queue(session, found.lender_id, on) if own and found.state in OPEN else []
    standing: Standing | None = next((each for each in line if each.case.id == found.id), None)
    return ApplicationCard(
        id=found.id, number=found.number, state=found.state or "", lender_id=found.lender_id,
        facility_id=found.facility_id, facility=facility(session, found.facility_id).number, channel=found.channel,
        borrower_id_number=found.borrower_id_number, borrower_name=found.borrower_name, applied_on=found.applied_on,
        facts=found.facts, steps=found.steps,
        papers=tuple(
            Paper(kind=each.kind, number=each.number, dated=each.dated, scanned=each.sha256 is not None)
            for each in documents(session, found.id)
        ),
        possible=allowed(found.state), loan_id=found.loan_id,
        place=None if standing is None else line.index(standing) + 1, waiting=len(line) if standing else None,
        matches_map=bool(standing and standing.matches), certified=bool(standing and standing.certified),
    )  # fmt: skip
