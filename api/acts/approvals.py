"""Acts that wait for a second person: kept with their effect, decided once, never by who asked.

To change what was asked, the maker withdraws it and asks anew, so no confirmation ever covers other words than the
checker saw. The database holds the same rules as constraints (`api.acts.tables`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Concern
from api.acts.effects import Effect
from api.acts.tables import ApprovalDecisionRow, ApprovalRow
from ledger.errors import Conflict, NotFound, Refused
from ledger.locks import lock
from ledger.tables import CommandRow

Decision = Literal["approved", "rejected", "withdrawn"]


@dataclass(eq=False, kw_only=True)
class NotYours(Refused):
    """An act of another organisation, on something the actor may see."""

    code = "not-yours"
    sentence = "{act} on {about} belongs to another organisation. Ask them to do it."
    http_status = 403
    act: str
    about: str


@dataclass(eq=False, kw_only=True)
class SamePerson(Refused):
    """Somebody tried to confirm their own act, or to withdraw another's."""

    code = "approval-same-person"
    sentence = "{person} asked for {act}: another person confirms or rejects it, and only {person} withdraws it."
    http_status = 403
    person: str
    act: str


@dataclass(eq=False, kw_only=True)
class Ended(Conflict):
    """An approval that is decided already."""

    code = "approval-ended"
    sentence = "The request {approval} was {decision} by {person}. Look at what it did, or ask anew."
    approval: int
    decision: str
    person: str


@dataclass(frozen=True, slots=True)
class Pending:
    """An approval as kept; ``decision`` is None while it waits."""

    id: int
    act: str
    asked: Mapping[str, Any]
    organisation_id: int
    about: str
    made_by: int
    made_as: Mapping[str, Any]
    made_at: datetime
    effect: Mapping[str, Any]
    decision: str | None
    decided_by: int | None
    decider: str | None
    reason: str | None
    decided_at: datetime | None

    def was_confirmed_by(self, actor: Actor) -> bool:
        """Whether it was this person who confirmed it."""
        return self.decision == "approved" and self.decided_by == actor.user_id

    def maker(self) -> Actor:
        """Who asked, as they were then."""
        as_was = self.made_as
        return Actor(
            self.made_by, as_was["login"], as_was["name"], self.organisation_id, as_was["kind"],
            frozenset(as_was["roles"]), as_was["channel"],
        )  # fmt: skip


def propose(
    session: Session, actor: Actor, act: str, asked: Mapping[str, Any], concern: Concern, effect: Effect
) -> int:
    """Keep an act for a second person; returns the id of the approval."""
    row = ApprovalRow(
        act=act, asked=dict(asked), organisation_id=concern.organisation_id, about=concern.about,
        made_by=actor.user_id, effect=effect.values(),
        maker={
            "login": actor.login, "name": actor.name, "kind": actor.organisation_kind,
            "roles": sorted(actor.roles), "channel": actor.channel,
        },
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def kept(session: Session, approval_id: int) -> Pending:
    """The approval with this id; holds its lock until the transaction ends.

    Raises:
        NotFound: there is none in sight.
    """
    lock(session, "approval", [approval_id])
    row = session.execute(_query().where(ApprovalRow.id == approval_id)).one_or_none()
    if row is None:
        raise NotFound(what="approval", name=str(approval_id))
    return _pending(row)


def waiting(session: Session, *, about: str | None = None) -> list[Pending]:
    """Approvals in sight that nobody has decided, oldest first."""
    query = _query().where(ApprovalDecisionRow.approval_id.is_(None)).order_by(ApprovalRow.id)
    if about is not None:
        query = query.where(ApprovalRow.about == about)
    return [_pending(row) for row in session.execute(query)]


def decide(session: Session, pending: Pending, actor: Actor, decision: Decision, reason: str) -> None:
    """End an approval.

    Raises:
        Ended: it is decided already. SamePerson: the maker decides, or somebody else withdraws.
    """
    demand_waiting(pending)
    if (decision == "withdrawn") != (actor.user_id == pending.made_by):
        raise SamePerson(person=pending.made_as["login"], act=pending.act)
    session.add(
        ApprovalDecisionRow(
            approval_id=pending.id, made_by=pending.made_by, decided_by=actor.user_id, decider=actor.login,
            decision=decision, reason=reason,
        )
    )  # fmt: skip
    session.flush()


def demand_waiting(pending: Pending) -> None:
    """Let only what nobody has decided pass.

    Raises:
        Ended.
    """
    if pending.decision is not None:
        raise Ended(approval=pending.id, decision=pending.decision, person=pending.decider or "")


def confirmation_key(approval_id: int) -> str:
    """The key of the command that carries out an act once it is confirmed."""
    return f"approval:{approval_id}"


def outcome_of(session: Session, approval_id: int) -> Mapping[str, Any]:
    """What a confirmed act resulted in, such as the ids of what it made; the session sees everything.

    Nothing of an act that was not confirmed.
    """
    answer = select(CommandRow.result).where(CommandRow.key == confirmation_key(approval_id))
    told: Mapping[str, Any] = (session.scalar(answer) or {}).get("result", {})
    return told


def _query() -> Select[ApprovalRow, str, int, str, str, datetime]:
    done = ApprovalDecisionRow
    return select(
        ApprovalRow, done.decision, done.decided_by, done.decider, done.reason, done.decided_at
    ).outerjoin(done, done.approval_id == ApprovalRow.id)  # fmt: skip


def _pending(row: Row[ApprovalRow, str, int, str, str, datetime]) -> Pending:
    of = row.ApprovalRow
    return Pending(
        of.id, of.act, of.asked, of.organisation_id, of.about, of.made_by, of.maker, of.made_at, of.effect,
        row.decision, row.decided_by, row.decider, row.reason, row.decided_at,
    )  # fmt: skip
