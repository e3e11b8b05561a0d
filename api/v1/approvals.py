"""Acts that wait for a second person, in the HTTP API: to look at, to confirm, to reject and to withdraw.

A decision is taken once, so it needs no idempotency key: confirmed again by the same person it gives the first outcome
again, and what another has decided is refused as ended, with who ended it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict

from api.acts.act import Asked, Prose
from api.acts.approvals import Pending, kept, waiting
from api.acts.performing import approve, end
from api.http.asking import Asker, Reading, TheWorld
from api.v1.outcomes import OutcomeTold

router = APIRouter(prefix="/api/v1", tags=["approvals"])

ApprovalId = Annotated[int, Path(gt=0, le=2**63 - 1)]


class ApprovalTold(BaseModel):
    """An act as it was asked, and what it would do as its maker saw it; without a ``decision`` it waits."""

    model_config = ConfigDict(extra="forbid")

    id: int
    act: str
    about: str
    asked: dict[str, Any]
    effect: dict[str, Any]
    made_by: str
    made_at: datetime
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @classmethod
    def of(cls, pending: Pending) -> ApprovalTold:
        """An approval as JSON."""
        return cls(
            id=pending.id, act=pending.act, about=pending.about, asked=dict(pending.asked),
            effect=dict(pending.effect), made_by=pending.made_as["login"], made_at=pending.made_at,
            decision=pending.decision, decided_by=pending.decider, decided_at=pending.decided_at,
            reason=pending.reason,
        )  # fmt: skip


class ReasonAsked(Asked):
    """Why an act is not to be done."""

    reason: Prose


@router.get("/approvals", operation_id="approvals.waiting")
def inbox(session: Reading, about: str | None = None) -> list[ApprovalTold]:
    """Acts of one's organisation that nobody has decided, oldest first; only those about ``loan:17`` when named."""
    return [ApprovalTold.of(each) for each in waiting(session, about=about)]


@router.get("/approvals/{approval_id}", operation_id="approvals.one")
def one(session: Reading, approval_id: ApprovalId) -> ApprovalTold:
    """An act that waits, or how it ended."""
    return ApprovalTold.of(kept(session, approval_id))


@router.post("/approvals/{approval_id}/approval", operation_id="approvals.approve")
def confirm(request: Request, world: TheWorld, actor: Asker, approval_id: ApprovalId) -> OutcomeTold:
    """Confirm what another person asked for; it is done now, under both names."""
    return OutcomeTold.of(approve(world, actor, approval_id, request_id=request.state.request_id))


@router.post("/approvals/{approval_id}/rejection", operation_id="approvals.reject")
def reject(request: Request, world: TheWorld, actor: Asker, approval_id: ApprovalId, asked: ReasonAsked) -> OutcomeTold:
    """Refuse to confirm what another person asked for, with the reason."""
    done = end(world, actor, approval_id, "rejected", asked.reason, request_id=request.state.request_id)
    return OutcomeTold.of(done)


@router.post("/approvals/{approval_id}/withdrawal", operation_id="approvals.withdraw")
def withdraw(
    request: Request, world: TheWorld, actor: Asker, approval_id: ApprovalId, asked: ReasonAsked
) -> OutcomeTold:
    """Take back what one asked for oneself, with the reason."""
    done = end(world, actor, approval_id, "withdrawn", asked.reason, request_id=request.state.request_id)
    return OutcomeTold.of(done)
