"""What may happen to a loan under way, and the plan that follows.

An event takes the plan in force and a date; the result is a new plan for what remains, computed from the
principal outstanding and the interest the open period has earned so far. The plan before stays as it was
signed, so the versions of a schedule are the list of plans (`versions`). Whether an event is allowed, and what
was really paid, is decided by the callers.

The first day of an event counts with its result: a prepayment on the 10th bears no interest on the 10th, a rate
changed on the 10th applies to the 10th. An event on a due date finds that day's instalment paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any, Literal

import numpy as np
from moneyed import Money

from ledger.calendar import WorkingCalendar
from ledger.money import allocate, from_tiyn, round_ratio, to_tiyn
from lending.amortisation.due_dates import anchors
from lending.amortisation.months import dates, day_numbers, join
from lending.amortisation.plans import Plan, schedule
from lending.amortisation.positions import Position, position
from lending.amortisation.refusals import BadTerms, EventOutOfPlace
from lending.amortisation.terms import GraceTreatment, Method, Opening, Terms, Tranche


def _check_positive(amount: Money) -> None:
    if to_tiyn(amount) <= 0:
        raise BadTerms(field="amount", expected="more than 0", found=str(amount.amount))


@dataclass(frozen=True)
class Prepayment:
    """Principal repaid ahead: ``shorten`` keeps the instalment and drops the last ones, ``lower`` keeps the term."""

    on: date
    amount: Money
    then: Literal["shorten", "lower"] = "lower"

    def __post_init__(self) -> None:
        _check_positive(self.amount)
        if self.then not in ("shorten", "lower"):
            raise BadTerms(field="then", expected="shorten or lower", found=repr(self.then))


@dataclass(frozen=True)
class RateChange:
    """A new yearly rate; the instalment is worked out anew over the remaining term."""

    on: date
    annual_rate: Decimal


@dataclass(frozen=True)
class Drawdown:
    """A tranche the signed terms did not foresee; the instalment is worked out anew."""

    on: date
    amount: Money

    def __post_init__(self) -> None:
        _check_positive(self.amount)


@dataclass(frozen=True, kw_only=True)
class Rescheduling:
    """New terms for what remains; None keeps what is in force. Counts are of the instalments to come."""

    on: date
    instalments: int | None = None
    first_due_on: date | None = None
    due_day: int | None = None
    every_months: int | None = None
    annual_rate: Decimal | None = None
    method: Method | None = None
    principal_grace: int | None = None
    interest_grace: int | None = None
    interest_grace_treatment: GraceTreatment | None = None
    custom_principal: tuple[Money, ...] | None = None
    fixed_principal: Money | None = None


Event = Prepayment | RateChange | Drawdown | Rescheduling


def apply(plan: Plan, event: Event, *, calendar: WorkingCalendar | None = None) -> Plan:
    """The plan for what remains of ``plan`` after ``event``; its instalments are numbered from 1 again.

    Raises:
        EventOutOfPlace: the date is outside the plan's life, or nothing would remain to schedule.
        BadTerms: the terms that would follow make no loan.
    """
    if not plan.terms.disbursed_on <= event.on < plan.accrues_to[-1]:
        raise EventOutOfPlace(
            field="on",
            expected=f"a date from {plan.terms.disbursed_on} to before {plan.accrues_to[-1]}",
            found=str(event.on),
        )
    at = position(plan, event.on)
    remaining = _remaining(plan, at, event.on)
    opening = Opening(at.period_started_on, at.accrued, at.deferred)
    flows = tuple(flow for flow in plan.flows if flow.on > event.on)

    def planned(terms: Terms) -> Plan:
        return schedule(terms, flows=flows, opening=opening, calendar=calendar)

    match event:
        case RateChange():
            return planned(replace(remaining, annual_rate=event.annual_rate))
        case Drawdown():
            return planned(_scaled(remaining, to_tiyn(event.amount)))
        case Rescheduling():
            return planned(_rescheduled(remaining, event))
        case Prepayment(then="lower"):
            return planned(_scaled(remaining, -to_tiyn(event.amount)))
        case Prepayment():
            terms = _shortened(remaining, to_tiyn(event.amount), from_tiyn(plan.level))
            return planned(_without_tail(terms, planned(terms).balance))


def versions(plan: Plan, events: Iterable[Event], *, calendar: WorkingCalendar | None = None) -> tuple[Plan, ...]:
    """The plan as signed and one more after each of ``events``, which come in order of their dates."""
    return tuple(accumulate(events, lambda before, event: apply(before, event, calendar=calendar), initial=plan))


def _remaining(plan: Plan, at: Position, on: date) -> Terms:
    """The terms in force for what remains, their computed payments left to be worked out anew."""
    terms = plan.terms
    later = tuple(draw for draw in plan.draws[1:] if draw.on > on)
    pending = sum(to_tiyn(draw.amount) for draw in later)
    if not at.principal:
        raise EventOutOfPlace(field="on", expected="a day with principal outstanding", found=str(on))
    outstanding = from_tiyn(at.principal)
    month, day = anchors(
        day_numbers([terms.disbursed_on]),
        day_numbers([terms.first_due_on or terms.disbursed_on]),
        np.array([terms.due_day or 0]),
        terms.every_months,
    )
    return replace(
        terms,
        principal=from_tiyn(at.principal + pending),
        disbursed_on=on,
        first_due_on=dates(join(month + at.paid * terms.every_months, day))[0],
        due_day=int(day[0]),
        instalments=terms.instalments - at.paid,
        principal_grace=max(0, terms.principal_grace - at.paid),
        interest_grace=max(0, terms.interest_grace - at.paid),
        tranches=(Tranche(on, outstanding), *later) if later else (),
        custom_principal=_custom(at.principal + pending, plan, at),
        fixed_principal=terms.fixed_principal if terms.method == "custom" else None,
        fixed_instalment=None,
    )


def _custom(principal: int, plan: Plan, at: Position) -> tuple[Money, ...] | None:
    """The custom parts still to come; capitalised interest, if any, falls due with the last."""
    if plan.terms.custom_principal is None:
        return None
    parts = list(plan.terms.custom_principal[at.paid :])
    return (*parts[:-1], from_tiyn(principal - sum(map(to_tiyn, parts[:-1]))))


def _resized(terms: Terms, change: int, parts: Sequence[Money], **agreed: Any) -> Terms:
    """``terms`` with the principal on hand changed by ``change`` tiyn and custom ``parts`` to match."""
    on_hand = to_tiyn(terms.tranches[0].amount if terms.tranches else terms.principal)
    if on_hand + change <= 0:
        raise EventOutOfPlace(
            field="amount",
            expected=f"less than the {from_tiyn(on_hand).amount} outstanding (a loan repaid in full has no plan)",
            found=str(from_tiyn(-change).amount),
        )
    first = tuple(Tranche(each.on, each.amount + from_tiyn(change)) for each in terms.tranches[:1])
    return replace(
        terms,
        principal=terms.principal + from_tiyn(change),
        tranches=first + terms.tranches[1:],
        custom_principal=tuple(parts) or None,
        **agreed,
    )


def _scaled(terms: Terms, change: int) -> Terms:
    """The same number of instalments for another principal: agreed parts change in proportion."""
    before = to_tiyn(terms.principal)
    after = max(0, before + change)
    parts = allocate(after, [to_tiyn(part) for part in terms.custom_principal or ()])
    fixed = terms.fixed_principal
    if fixed is not None:
        fixed = from_tiyn(round_ratio(to_tiyn(fixed) * after, before, terms.rounding))
    return _resized(terms, change, list(map(from_tiyn, parts)), fixed_principal=fixed)


def _shortened(terms: Terms, amount: int, level: Money) -> Terms:
    """The same payments for a principal less ``amount``: the last ones are no longer needed."""
    parts: list[Money] = []
    left = to_tiyn(terms.principal) - amount
    for part in map(to_tiyn, terms.custom_principal or ()):
        parts.append(from_tiyn(min(part, max(0, left))))
        left -= part
    agreed = {"annuity": "fixed_instalment", "equal-principal": "fixed_principal"}.get(terms.method)
    return _resized(terms, -amount, parts, **({agreed: level} if agreed else {}))


def _without_tail(terms: Terms, balance: Sequence[int]) -> Terms:
    """``terms`` that end with the instalment after which ``balance`` stays zero."""
    count = 2 + max((k for k, owed in enumerate(balance) if owed), default=-1)
    return replace(
        terms,
        instalments=count,
        principal_grace=min(terms.principal_grace, count - 1),
        interest_grace=min(terms.interest_grace, count - 1),
        custom_principal=terms.custom_principal and terms.custom_principal[:count],
    )


def _rescheduled(terms: Terms, event: Rescheduling) -> Terms:
    """``terms`` with everything ``event`` names put in place of what was in force."""
    changes = {field.name: getattr(event, field.name) for field in fields(event) if field.name != "on"}
    given = {name: value for name, value in changes.items() if value is not None}
    if "first_due_on" in given:
        given.setdefault("due_day", None)
    if {"method", "custom_principal", "fixed_principal"} & given.keys():
        given = {"custom_principal": None, "fixed_principal": None} | given
    return replace(terms, **given)
