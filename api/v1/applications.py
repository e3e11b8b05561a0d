"""The card of an application in the HTTP API, and how a card is read.

The application is found under the reader's sight; its place in the queue is told to its own lender only.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.http.asking import Asker, Reading, TheWorld
from api.world import World
from lending.applications.applications import case
from reports.cards.application import ApplicationCard, application_card

router = APIRouter(prefix="/api/v1")

ApplicationId = Annotated[int, Path(gt=0, le=2**63 - 1)]


def card_of(world: World, session: Session, actor: Actor, application_id: int) -> ApplicationCard:
    """The card of an application that ``actor`` sees, today; ``session`` has their sight.

    Raises:
        NotFound: there is none in sight.
    """
    found = case(session, application_id)
    own = actor.sees_all or found.lender_id == actor.organisation_id
    with Session(world.jobs) as whole:
        return application_card(whole, application_id, world.today(), own=own)


@router.get("/applications/{application_id}", operation_id="application", tags=["applications"])
def one(application_id: ApplicationId, world: TheWorld, session: Reading, actor: Asker) -> ApplicationCard:
    """An application as it stands, with every step and what the rules said of it then."""
    return card_of(world, session, actor, application_id)
