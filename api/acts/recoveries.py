"""Acts on recoveries: whoever received the borrower's money after a payout records it, and it is shared by the formula.

Who received it is the organisation that says so; the lender passes the guarantor's part on, and what was recorded by
mistake is undone by whoever recorded it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Measure, Tenge, always, money
from api.acts.allocations import own_organisation
from api.acts.guarantees import guarantee_measures
from api.acts.naming import named_guarantee
from guarantees.recoveries import Received, pass_on, recover, undo
from guarantees.standing import guarantee
from guarantees.tables import RecoveryRow
from ledger.errors import NotFound


class RecordAsked(Asked):
    """Money of the borrower that came in after a payout."""

    guarantee_id: Id
    amount: Tenge
    on: date
    bank_reference: Line


class PassOnAsked(Asked):
    """The guarantor's part of a recovery, paid over by the lender."""

    recovery_id: Id
    on: date


class UndoAsked(PassOnAsked):
    """A recovery recorded by mistake."""


def _of_party(session: Session, asked: RecordAsked, actor: Actor) -> Concern:
    """The guarantee, and whichever of lender and guarantor asks."""
    found = guarantee(session, asked.guarantee_id)
    mine = actor.organisation_id if actor.organisation_id == found.lender_id else found.guarantor_id
    return Concern(mine, f"guarantee:{found.id}")


def recovery(session: Session, recovery_id: int) -> RecoveryRow:
    """A recovery in sight.

    Raises:
        NotFound.
    """
    row = session.get(RecoveryRow, recovery_id)
    if row is None:
        raise NotFound(what="recovery", name=str(recovery_id))
    return row


def _of_lender(session: Session, asked: PassOnAsked, _actor: Actor) -> Concern:
    standing = guarantee(session, recovery(session, asked.recovery_id).guarantee_id)
    return Concern(standing.lender_id, f"guarantee:{standing.id}")


def _of_receiver(session: Session, asked: UndoAsked, _actor: Actor) -> Concern:
    row = recovery(session, asked.recovery_id)
    standing = guarantee(session, row.guarantee_id)
    mine = standing.lender_id if row.received_by == "lender" else standing.guarantor_id
    return Concern(mine, f"guarantee:{standing.id}")


def _record(session: Session, doing: Doing, asked: RecordAsked) -> Mapping[str, Any]:
    by_lender = own_organisation(doing.actor) == guarantee(session, asked.guarantee_id).lender_id
    received_by: Literal["lender", "guarantor"] = "lender" if by_lender else "guarantor"
    made = recover(session, Received(
        guarantee_id=asked.guarantee_id, received_on=asked.on, received_by=received_by, amount=money(asked.amount),
        bank_reference=asked.bank_reference,
    ))  # fmt: skip
    return {
        "recovery_id": made.id, "guarantee_id": asked.guarantee_id, "guarantor_part": made.guarantor_part,
        "lender_part": made.lender_part,
    }  # fmt: skip


def _pass_on(session: Session, _doing: Doing, asked: PassOnAsked) -> Mapping[str, Any]:
    event = pass_on(session, asked.recovery_id, asked.on)
    of = recovery(session, asked.recovery_id).guarantee_id
    return {"recovery_id": asked.recovery_id, "guarantee_id": of, "event_id": event}


def _undo(session: Session, _doing: Doing, asked: UndoAsked) -> Mapping[str, Any]:
    made = undo(session, asked.recovery_id, asked.on)
    return {"recovery_id": made, "guarantee_id": recovery(session, made).guarantee_id}


def _guarantee(session: Session, asked: RecordAsked) -> Sequence[Measure]:
    return guarantee_measures(session, asked.guarantee_id)


def _behind(session: Session, asked: PassOnAsked) -> Sequence[Measure]:
    return guarantee_measures(session, recovery(session, asked.recovery_id).guarantee_id)


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="recoveries.record", asks=RecordAsked, path="/guarantees/{guarantee_id}/recoveries", concerns=_of_party,
        work=_record, measures=_guarantee, options={"guarantee_id": named_guarantee},
    ),
    Act(
        name="recoveries.pass-on", asks=PassOnAsked, path="/recoveries/{recovery_id}/passing-on", concerns=_of_lender,
        work=_pass_on, measures=_behind,
    ),
    Act(
        name="recoveries.undo", asks=UndoAsked, path="/recoveries/{recovery_id}/undoing", concerns=_of_receiver,
        work=_undo, second=always, measures=_behind,
    ),
)  # fmt: skip
