"""Carrying out an act: once, by somebody who may, on what is theirs, with a second person where it takes one.

One transaction does it all: the object is found under the actor's own sight, the command's key is taken, the act is
done (or, where another person must confirm, rehearsed and kept as an approval), and the audit is written. The
confirmation by the second person is the same again with both people known. Nothing here knows HTTP or pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import see_as, see_everything
from api.acts.act import Act, Asked, Concern, Doing
from api.acts.approvals import (
    NotYours,
    Pending,
    confirmation_key,
    decide,
    demand_waiting,
    kept,
    propose,
)
from api.acts.effects import Effect, observed, rehearsed
from api.acts.registry import act_named
from api.audit.records import record
from api.world import World
from ledger.errors import Refused
from ledger.unit_of_work import Command, carry_out, perform

R = TypeVar("R", bound=Asked)
State = Literal["done", "awaiting-approval", "rejected", "withdrawn"]

#: How long a one-time code counts as fresh.
FRESH = timedelta(minutes=5)


@dataclass(eq=False, kw_only=True)
class FreshCodeNeeded(Refused):
    """An act that pays out or grants rights was asked for without a one-time code of the last minutes."""

    code = "fresh-code-needed"
    sentence = "{act} takes a one-time code of the last five minutes. Confirm with a code and send it again."
    http_status = 403
    act: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act: done with a result, or kept as an approval for a second person."""

    state: State
    result: Mapping[str, Any]
    approval_id: int | None = None


def carry(world: World, actor: Actor, act: Act[R], asked: R, *, key: str, request_id: str = "") -> Outcome:
    """Do ``act`` for ``actor``, or keep it for the second person it takes.

    ``key`` makes it happen once: the same key with the same request gives the first outcome again.

    Raises:
        Forbidden: no role of the actor's does it. NotFound: the actor does not see what it is about.
        NotYours: another organisation does it. FreshCodeNeeded. KeyReused. Whatever the service refuses.
    """
    matrix().demand_maker(actor, act.name)
    _demand_fresh(world, actor, act)
    command = _command(actor, act, asked, key)

    def work(session: Session) -> dict[str, Any]:
        concern = _concern(session, actor, act, asked)
        see_everything(session)
        return carry_out(session, command, lambda inner: _first(inner, world, actor, act, asked, concern, request_id))

    return _outcome(perform(world.engine, work))


def rehearse(world: World, actor: Actor, act: Act[R], asked: R) -> tuple[Effect, bool]:
    """What ``act`` would do, and whether a second person would have to confirm; nothing is kept.

    Raises: what `carry` raises, except about keys and codes.
    """
    matrix().demand_maker(actor, act.name)
    with Session(world.engine) as session:
        _concern(session, actor, act, asked)
        see_everything(session)
        effect = rehearsed(session, act, _doing(world, actor), asked)
        second = act.second(session, asked, world.settings)
        session.rollback()
    return effect, second


def approve(world: World, checker: Actor, approval_id: int, *, request_id: str = "") -> Outcome:
    """Confirm an act that another person asked for; it is done now, under both names.

    It is a command of its own, so whoever confirmed it and does so again is given the first outcome again.

    Raises:
        NotFound: the checker does not see it. NotYours: it is another organisation's. Forbidden. SamePerson: the
        checker asked for it. Ended: somebody else decided it, or it was not confirmed. FreshCodeNeeded. Whatever the
        service refuses now.
    """

    def work(session: Session) -> dict[str, Any]:
        see_as(session, checker)
        pending = kept(session, approval_id)
        act = act_named(pending.act)
        _demand_own(pending, checker)
        matrix().demand_checker(checker, act.name)
        if not pending.was_confirmed_by(checker):
            demand_waiting(pending)
            _demand_fresh(world, checker, act)
        see_everything(session)
        asked = act.asks.model_validate(pending.asked)
        command = Command(confirmation_key(pending.id), act.name, pending.asked, checker.signature, checker.channel)

        def confirmed(session: Session) -> dict[str, Any]:
            doing = _doing(world, pending.maker(), checker)
            decide(session, pending, checker, "approved", "")
            effect = observed(session, act, asked, lambda: act.work(session, doing, asked))
            _audit(session, checker, act, pending.about, asked, effect, request_id, approval_id)
            return _values("done", effect.result, approval_id)

        return carry_out(session, command, confirmed)

    return _outcome(perform(world.engine, work))


def end(
    world: World, actor: Actor, approval_id: int, decision: Literal["rejected", "withdrawn"], reason: str, *,
    request_id: str = "",
) -> Outcome:  # fmt: skip
    """Reject an act as its checker, or withdraw it as its maker, with the reason.

    Raises:
        NotFound, NotYours, Forbidden, SamePerson, Ended.
    """

    def work(session: Session) -> dict[str, Any]:
        see_as(session, actor)
        pending = kept(session, approval_id)
        _demand_own(pending, actor)
        if decision == "rejected":
            matrix().demand_checker(actor, pending.act)
        see_everything(session)
        decide(session, pending, actor, decision, reason)
        record(
            session, actor, act=f"{pending.act}.{decision}", about=pending.about,
            request={"approval": approval_id, "reason": reason}, request_id=request_id,
        )  # fmt: skip
        return _values(decision, {}, approval_id)

    return _outcome(perform(world.engine, work))


def rehearse_pending(world: World, pending: Pending) -> Effect:
    """What an act that waits would do on today's data.

    Raises: whatever the service refuses now.
    """
    act = act_named(pending.act)
    with Session(world.engine) as session:
        see_everything(session)
        effect = rehearsed(session, act, _doing(world, pending.maker()), act.asks.model_validate(pending.asked))
        session.rollback()
    return effect


def _first(
    session: Session, world: World, actor: Actor, act: Act[R], asked: R, concern: Concern, request_id: str
) -> dict[str, Any]:
    doing = _doing(world, actor)
    if act.second(session, asked, world.settings):
        effect = rehearsed(session, act, doing, asked)
        approval_id = propose(session, actor, act.name, asked.model_dump(mode="json"), concern, effect)
        _audit(session, actor, act, concern.about, asked, effect, request_id, approval_id, suffix=".asked")
        return _values("awaiting-approval", {}, approval_id)
    effect = observed(session, act, asked, lambda: act.work(session, doing, asked))
    _audit(session, actor, act, concern.about, asked, effect, request_id, None)
    return _values("done", effect.result, None)


def _audit(
    session: Session, actor: Actor, act: Act[R], about: str, asked: R, effect: Effect, request_id: str,
    approval_id: int | None, suffix: str = "",
) -> None:  # fmt: skip
    request = asked.model_dump(mode="json") | ({"approval": approval_id} if approval_id else {})
    record(
        session, actor, act=act.name + suffix, about=about, request=request, measures=effect.values()["measures"],
        request_id=request_id,
    )  # fmt: skip


def _concern(session: Session, actor: Actor, act: Act[R], asked: R) -> Concern:
    see_as(session, actor)
    concern = act.concerns(session, asked, actor)
    if concern.organisation_id != actor.organisation_id:
        raise NotYours(act=act.name, about=concern.about)
    return concern


def _demand_own(pending: Pending, actor: Actor) -> None:
    """Refuse whoever only oversees: both people of an act are of the organisation that does it."""
    if pending.organisation_id != actor.organisation_id:
        raise NotYours(act=pending.act, about=pending.about)


def _demand_fresh(world: World, actor: Actor, act: Act[Any]) -> None:
    confirmed = actor.confirmed_at
    if act.fresh_code and (confirmed is None or world.now() - confirmed > FRESH):
        raise FreshCodeNeeded(act=act.name)


def _doing(world: World, actor: Actor, checker: Actor | None = None) -> Doing:
    return Doing(actor, world.today(), world.settings, checker)


def _command(actor: Actor, act: Act[R], asked: R, key: str) -> Command:
    request = asked.model_dump(mode="json")
    return Command(f"{actor.user_id}:{key}", act.name, request, actor.signature, actor.channel)


def _values(state: State, result: Mapping[str, Any], approval_id: int | None) -> dict[str, Any]:
    return {"state": state, "result": dict(result), "approval": approval_id}


def _outcome(values: Mapping[str, Any]) -> Outcome:
    return Outcome(values["state"], values["result"], values["approval"])
