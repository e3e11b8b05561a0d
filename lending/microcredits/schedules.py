"""Versions of loans' schedules: written once each, read back, and replayed into the plan in force.

The version signed is the first and is kept for ever. A later one says why it was made, from which day it holds, and
what of the principal had fallen due or was paid ahead before it, so that at any time ``principal_before`` and the
parts to come make up what was paid out. A version keeps amounts, not terms; the plan behind it is found by playing
the signed plan forward through the changes, each of which can be read off the rows. Whether a change may be made is
decided by the services that make it.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from ledger.money import from_tiyn
from ledger.posting import NULL, copy
from lending.amortisation.events import Drawdown, Prepayment, Rescheduling, apply
from lending.amortisation.plans import Plan, Request, schedule, schedules
from lending.amortisation.terms import Opening
from lending.microcredits.tables import LoanScheduleRow
from lending.microcredits.values import Contract, terms

#: ``disbursed``: paid out otherwise than signed; ``undone``: the version before the last holds again; ``demanded``: all
#: that was to come falls due on one day.
Reason = Literal[
    "signed", "disbursed", "tranche", "prepay-shorten", "prepay-lower", "restructured", "undone", "demanded"
]

COLUMNS = (
    "loan_id", "version", "valid_from", "reason", "principal_before", "annual_rate", "effective_rate", "due_on",
    "principal", "interest", "deferred", "deferred_before", "terms",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a loan's schedule from ``valid_from`` on; tuples run over its instalments, amounts are tiyn.

    ``agreed`` are the terms of a restructuring, and what the loan brought into it, as `kept_terms` writes them.
    """

    loan_id: int
    number: int
    valid_from: date
    reason: Reason
    principal_before: int
    due_on: tuple[date, ...]
    principal: tuple[int, ...]
    agreed: Mapping[str, Any] | None = None

    @property
    def lent(self) -> int:
        """Principal the version accounts for: all that was paid out when it was made (or, as signed, agreed)."""
        return self.principal_before + sum(self.principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A version to be written. ``skip`` leaves out instalments of ``plan`` that fell due before an undoing."""

    loan_id: int
    number: int
    valid_from: date
    reason: Reason
    principal_before: int
    plan: Plan
    skip: int = 0


def add_versions(session: Session, versions: Sequence[NewVersion]) -> None:
    """Write versions of any number of loans in one statement."""
    put_off = deferred([version.plan for version in versions])
    lines = (_line(version, owed) for version, owed in zip(versions, put_off, strict=True))
    copy(session, "loan_schedule", COLUMNS, lines)


def _line(version: NewVersion, owed: Sequence[int]) -> str:
    plan = version.plan
    kept = slice(version.skip, None)
    arrays = (plan.due_on[kept], plan.principal[kept], plan.interest[kept], owed[kept])
    before = owed[version.skip - 1] if version.skip else plan.opening.deferred
    agreed = json.dumps(kept_terms(plan)) if version.reason == "restructured" else NULL
    cells = (
        version.loan_id, version.number, version.valid_from, version.reason, version.principal_before,
        plan.terms.annual_rate, round(plan.effective_rate, 8), *map(_array, arrays),
        before, agreed,
    )  # fmt: skip
    return "\t".join(map(str, cells)) + "\n"


#: Fields of `Terms` that differ from the contract's after a restructuring.
_AGREED = ("instalments", "every_months", "method", "principal_grace", "interest_grace", "interest_grace_treatment")


def kept_terms(plan: Plan) -> dict[str, Any]:
    """What a restructured plan is worked out from, as JSON values: terms agreed anew, and what the loan brings."""
    agreed, opening = plan.terms, plan.opening
    return {name: getattr(agreed, name) for name in _AGREED} | {
        "annual_rate": str(agreed.annual_rate),
        "first_due_on": agreed.first_due_on.isoformat() if agreed.first_due_on else None,
        "period_started_on": opening.period_started_on.isoformat(),
        "accrued": str(opening.accrued),
        "deferred": opening.deferred,
    }


def agreed_plan(contract: Contract, on: date, principal: int, kept: Mapping[str, Any]) -> Plan:
    """The plan of ``principal`` tiyn restructured ``on`` a day as `kept_terms` tells; the rest is the contract's.

    Raises:
        BadTerms: such terms cannot be scheduled.
    """
    first = kept["first_due_on"]
    changed = {name: kept[name] for name in _AGREED} | {
        "annual_rate": Decimal(kept["annual_rate"]),
        "first_due_on": date.fromisoformat(first) if first else None,
    }
    opening = Opening(date.fromisoformat(kept["period_started_on"]), Fraction(kept["accrued"]), kept["deferred"])
    whole = replace(terms(contract, principal=from_tiyn(principal), disbursed_on=on), **changed)
    return schedule(whole, opening=opening)


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def deferred(plans: Sequence[Plan]) -> list[tuple[int, ...]]:
    """Tiyn of interest earned but put off after each instalment, for plans that do not capitalise it.

    A grace on interest changes when interest is paid, not what is earned: the same terms without it tell that.
    """
    putting_off = [place for place, plan in enumerate(plans) if plan.terms.interest_grace or plan.opening.deferred]
    twins = schedules(
        [
            Request(replace(plans[place].terms, interest_grace=0), opening=replace(plans[place].opening, deferred=0))
            for place in putting_off
        ]
    )
    owed = [(0,) * len(plan.due_on) for plan in plans]
    for place, twin in zip(putting_off, twins, strict=True):
        plan = plans[place]
        changes = (earned - paid for earned, paid in zip(twin.interest, plan.interest, strict=True))
        owed[place] = tuple(accumulate(changes, initial=plan.opening.deferred))[1:]
    return owed


def versions(session: Session, loan_ids: Collection[int]) -> dict[int, list[Version]]:
    """Every version of each loan's schedule, by loan, the signed one first."""
    table = LoanScheduleRow
    rows = session.execute(
        select(
            table.loan_id, table.version, table.valid_from, table.reason, table.principal_before, table.due_on,
            table.principal, table.terms,
        )
        .where(table.loan_id.in_(loan_ids))
        .order_by(table.loan_id, table.version)
    )  # fmt: skip
    found: dict[int, list[Version]] = defaultdict(list)
    for row in rows:
        version = Version(
            loan_id=row.loan_id, number=row.version, valid_from=row.valid_from, reason=row.reason,
            principal_before=row.principal_before, due_on=tuple(row.due_on), principal=tuple(row.principal),
            agreed=row.terms,
        )  # fmt: skip
        found[row.loan_id].append(version)
    return found


def last_due(session: Session, loan_ids: Collection[int]) -> dict[int, date]:
    """Day of the last instalment of the version in force of each loan."""
    table = LoanScheduleRow
    newest = (
        select(table.loan_id, table.due_on[func.cardinality(table.due_on)])
        .where(table.loan_id.in_(loan_ids))
        .order_by(table.loan_id, table.version.desc())
        .ext(distinct_on(table.loan_id))
    )
    return dict(list(session.execute(newest)))


@dataclass(frozen=True, slots=True)
class InForce:
    """A plan under way: ``before`` is the principal that had fallen due or was paid ahead before it began."""

    plan: Plan
    before: int

    def fallen_due(self, on: date) -> int:
        """Principal fallen due by ``on`` inclusive, of all versions together, in tiyn."""
        return self.before + sum(self.plan.principal[: bisect_right(self.plan.due_on, on)])

    def to_come(self, on: date) -> int:
        """Principal that falls due after ``on``, in tiyn."""
        return self.before + sum(self.plan.principal) - self.fallen_due(on)

    def with_tranche(self, on: date, amount: int) -> InForce:
        """The plan after a further ``amount`` tiyn is paid out ``on`` a day.

        Raises:
            EventOutOfPlace: the day is outside the plan's life, or nothing of it is left.
        """
        return InForce(apply(self.plan, Drawdown(on, from_tiyn(amount))), self.fallen_due(on))

    def with_prepayment(self, on: date, amount: int, then: Literal["shorten", "lower"]) -> InForce:
        """The plan after ``amount`` tiyn of the principal to come is paid ahead ``on`` a day.

        Raises:
            EventOutOfPlace: nothing would be left to schedule.
        """
        return InForce(apply(self.plan, Prepayment(on, from_tiyn(amount), then)), self.fallen_due(on) + amount)

    def with_demand(self, on: date, pay_by: date) -> InForce:
        """The plan after all the principal to come, and its interest, is demanded ``on`` a day for ``pay_by``.

        Raises:
            EventOutOfPlace: nothing is to come.
        """
        whole = Rescheduling(
            on=on, instalments=1, first_due_on=pay_by, method="bullet", principal_grace=0, interest_grace=0
        )
        return InForce(apply(self.plan, whole), self.fallen_due(on))


def replay(contract: Contract, history: Sequence[Version]) -> InForce:
    """The plan in force after the last version of ``history``, all versions of one loan in order."""
    return _course(contract, history)[-1]


def before_last_change(contract: Contract, history: Sequence[Version]) -> InForce:
    """The plan that was in force before the last version of ``history``."""
    return _course(contract, history)[-2]


def not_undone(history: Sequence[Version]) -> list[Version]:
    """The versions of one loan that were not undone, in order: an undoing takes away the last that still stands."""
    standing: list[Version] = []
    for version in history:
        if version.reason == "undone":
            standing.pop()
        else:
            standing.append(version)
    return standing


def undo_last_change(session: Session, contract: Contract, history: Sequence[Version], on: date) -> None:
    """Bring back from ``on`` the schedule that the last version of ``history`` replaced."""
    last, before = history[-1], before_last_change(contract, history)
    version = NewVersion(
        loan_id=last.loan_id, number=last.number + 1, valid_from=on, reason="undone",
        principal_before=before.fallen_due(on), plan=before.plan, skip=sum(day <= on for day in before.plan.due_on),
    )  # fmt: skip
    add_versions(session, [version])


def _course(contract: Contract, history: Sequence[Version]) -> list[InForce]:
    """The plans in force one after another; an undoing drops the last and so brings back the one before."""
    signed, *changes = history
    course = [InForce(schedule(terms(contract)), signed.principal_before)]
    last = signed
    for version in changes:
        if version.reason == "undone":
            course.pop()
        else:
            course.append(_changed(contract, course[-1], last, version))
        last = version
    return course


def _changed(contract: Contract, current: InForce, last: Version, version: Version) -> InForce:
    """The plan after the change that made ``version``, whose sum is read off the rows."""
    on = version.valid_from
    if version.reason == "disbursed":
        fresh = terms(contract, principal=from_tiyn(version.lent), disbursed_on=on)
        return InForce(schedule(fresh), version.principal_before)
    if version.agreed is not None:
        return InForce(agreed_plan(contract, on, sum(version.principal), version.agreed), version.principal_before)
    if version.reason == "tranche":
        return current.with_tranche(on, version.lent - last.lent)
    if version.reason == "demanded":
        return current.with_demand(on, version.due_on[-1])
    then: Literal["shorten", "lower"] = "shorten" if version.reason == "prepay-shorten" else "lower"
    return current.with_prepayment(on, version.principal_before - current.fallen_due(on), then)
