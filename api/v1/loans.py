"""The card of a loan in the HTTP API, and how a card is read: found under the reader's sight, then told whole."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.http.asking import Asker, Reading, TheWorld
from api.world import World
from lending.microcredits.loans import loan
from lending.microcredits.tables import LoanRow
from reports.cards.loan import LoanCard, loan_card

router = APIRouter(prefix="/api/v1")

LoanId = Annotated[int, Path(gt=0, le=2**63 - 1)]


def card_of(world: World, session: Session, actor: Actor, loan_id: int) -> LoanCard:
    """The card of a loan that ``actor`` sees, today; ``session`` has their sight.

    Raises:
        NotFound: there is none in sight.
    """
    found, today = loan(session, loan_id), world.today()
    own = actor.sees_all or found.contract.lender_id == actor.organisation_id

    def seen(loans: Collection[int]) -> Collection[int]:
        return session.scalars(select(LoanRow.id).where(LoanRow.id.in_(loans))).all() if loans else ()

    with Session(world.jobs) as whole:
        return loan_card(whole, loan_id, today, own=own, seen=seen)


@router.get("/loans/{loan_id}", operation_id="loan", tags=["loans"])
def one(loan_id: LoanId, world: TheWorld, session: Reading, actor: Asker) -> LoanCard:
    """Everything known of a loan today: how it stands, its schedules, all that happened. Sums are in tiyn."""
    return card_of(world, session, actor, loan_id)
