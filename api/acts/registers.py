"""The act that takes a register in: every row of an uploaded file or none, by a second person's word.

What the checker confirms is the file itself, by its number; it is read and checked again in the very transaction that
accepts it, so a verdict that has grown old decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Measure
from api.settings import Settings
from api.uploads.kept import content_of, upload
from api.uploads.reading import read_apart
from ledger.money import tenge, to_tiyn
from lending.registers.acceptance import accept
from lending.registers.loan_rules import STRICTNESS
from lending.registers.tables import RegisterRow


class AcceptAsked(Asked):
    """An uploaded register, to be accepted whole."""

    upload_id: Id


def _of_upload(session: Session, asked: AcceptAsked, _actor: Actor) -> Concern:
    return Concern(upload(session, asked.upload_id).organisation_id, f"upload:{asked.upload_id}")


def _accept(session: Session, doing: Doing, asked: AcceptAsked) -> Mapping[str, Any]:
    file = upload(session, asked.upload_id)
    file.demand_acceptable()
    review = read_apart(doing.settings, content_of(session, file.id), file.file_name)
    strictness = STRICTNESS[doing.settings.register_strictness]
    people = [each.signature for each in (doing.actor, doing.checker) if each is not None]
    receipt = accept(session, file.organisation_id, review, strictness, signed_by=people)
    return {"register_id": receipt.register_id, "added": receipt.added, "unchanged": receipt.unchanged}


def _second(session: Session, asked: AcceptAsked, settings: Settings) -> bool:
    found = upload(session, asked.upload_id).verdict
    return found is None or found.amount >= to_tiyn(tenge(settings.register_second_person_above))


def _measures(session: Session, asked: AcceptAsked) -> Sequence[Measure]:
    """Rows and control sums of the organisation's accepted registers of this kind."""
    file = upload(session, asked.upload_id)
    query = select(func.coalesce(func.sum(RegisterRow.rows), 0), func.coalesce(func.sum(RegisterRow.amount), 0))
    rows, amount = session.execute(
        query.where(RegisterRow.organisation_id == file.organisation_id, RegisterRow.kind == file.kind)
    ).one()
    return Measure("register-rows", int(rows), "integer"), Measure("register-amount", int(amount))


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="registers.accept", asks=AcceptAsked, path="/registers/uploads/{upload_id}/acceptance",
        concerns=_of_upload, work=_accept, second=_second, measures=_measures,
    ),
)  # fmt: skip
