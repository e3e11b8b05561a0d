"""Schedules of facilities: versions that follow drawdowns and early repayments, and what has fallen due by them.

Due dates of a facility lie on one grid, counted from the day of signing to maturity, so every version has the same
ones and only the sums change. A drawdown plans anew, by the agreement's method, all that is not yet due; an early
repayment takes the last instalments away first. Undoing either puts the version before it in force again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.money import from_tiyn, round_ratio
from lending.amortisation import Opening, Terms, schedule
from lending.chain.facilities import Facility
from lending.chain.plans import due_after, terms
from lending.chain.refusals import OutOfOrder
from lending.chain.tables import FacilityScheduleRow


@dataclass(frozen=True, slots=True)
class Version:
    """A schedule in force from ``valid_from``: principal and interest in tiyn by due date.

    ``before`` is the principal that had fallen due, or was paid early, before the version.
    """

    version: int
    valid_from: date
    reason: str
    before: int
    due_on: tuple[date, ...]
    principal: tuple[int, ...]
    interest: tuple[int, ...]

    def due_by(self, on: date) -> int:
        """Principal that has fallen due by the close of a day, in tiyn."""
        return self.before + sum(tiyn for day, tiyn in zip(self.due_on, self.principal, strict=True) if day <= on)

    @property
    def total(self) -> int:
        """All the principal it knows of, due or paid before and to come: what was drawn when it was made."""
        return self.before + sum(self.principal)

    def after(self, on: date) -> list[tuple[date, int]]:
        """Instalments of principal still to fall due after a day."""
        return [(day, tiyn) for day, tiyn in zip(self.due_on, self.principal, strict=True) if day > on]


def versions(session: Session, facility_ids: Collection[int]) -> dict[int, list[Version]]:
    """All versions of the facilities' schedules, in order."""
    found: dict[int, list[Version]] = defaultdict(list)
    rows = FacilityScheduleRow
    query = (
        select(
            rows.facility_id, rows.version, rows.valid_from, rows.reason, rows.principal_before, rows.due_on,
            rows.principal, rows.interest,
        )
        .where(rows.facility_id.in_(facility_ids))
        .order_by(rows.facility_id, rows.version)
    )  # fmt: skip
    for facility_id, number, valid_from, reason, before, due_on, principal, interest in session.execute(query):
        found[facility_id].append(
            Version(number, valid_from, reason, before, tuple(due_on), tuple(principal), tuple(interest))
        )
    return found


def in_force(of: Sequence[Version], on: date) -> Version | None:
    """The version in force at the close of a day."""
    return next((version for version in reversed(of) if version.valid_from <= on), None)


def due_dates(session: Session, facility_ids: Collection[int]) -> dict[int, list[date]]:
    """Due dates of each facility's life: those of each version until the next one comes into force."""
    found: dict[int, list[date]] = {facility_id: [] for facility_id in facility_ids}
    for facility_id, own in versions(session, facility_ids).items():
        ends = [each.valid_from for each in own[1:]] + [date.max]
        spans = zip(own, ends, strict=True)
        found[facility_id] = sorted({day for each, end in spans for day in each.due_on if each.valid_from < day <= end})
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a facility stands when its schedule changes: tiyn drawn and still owed, after the change.

    ``opening`` is the interest period the change falls into, with the interest it has earned so far.
    """

    on: date
    drawn: int
    outstanding: int
    opening: Opening

    @property
    def repaid(self) -> int:
        """Principal paid so far, in tiyn."""
        return self.drawn - self.outstanding


def plan_drawdown(session: Session, facility: Facility, at: Standing, event_id: int) -> None:
    """A version that plans by the agreement's method whatever is not yet due or paid.

    Raises:
        OutOfOrder: the facility matures on that day or before.
    """
    current = _latest(session, facility.id)
    before = max(at.repaid, current.due_by(at.on) if current else 0)
    due = due_after(facility, at.on)
    if not due:
        raise OutOfOrder(number=facility.number, last=str(facility.matures_on), on=str(at.on))
    plan = schedule(terms(facility, at.drawn - before, at.on, due), opening=at.opening)
    _add(
        session,
        facility.id,
        current,
        at.on,
        f"drawdown:{event_id}",
        before,
        (plan.due_on, plan.principal, plan.interest),
    )


def plan_early_repayment(
    session: Session, facility: Facility, at: Standing, early: int, reason: str
) -> None:  # fmt: skip
    """A version with the last instalments less by what was repaid ``early`` (tiyn, contained in ``at``).

    What had been paid ahead before counts towards the next instalments, and what was overdue is paid first.
    """
    current = _latest(session, facility.id)
    if current is None:
        raise OutOfOrder(number=facility.number, last="no day", on=str(at.on))
    left = current.after(at.on)
    parts = [tiyn for _, tiyn in left]
    due = current.due_by(at.on)
    _cut(parts, max(0, at.repaid - early - due), range(len(parts)))
    _cut(parts, sum(parts) - (at.drawn - max(due, at.repaid)), reversed(range(len(parts))))
    dates = tuple(day for day, _ in left)
    figures = dates, tuple(parts), _interest_of(facility, at, dates, parts)
    _add(session, facility.id, current, at.on, reason, at.drawn - sum(parts), figures)


def restore(session: Session, facility: Facility, on: date, reason: str) -> None:
    """Put in force again what was in force before the event that ``reason`` names, if that made a version at all.

    Raises:
        OutOfOrder: a later event has changed the schedule since.
    """
    own = versions(session, [facility.id]).get(facility.id, [])
    first = next((place for place, each in enumerate(own) if each.reason == reason), None)
    if first is None:
        return
    if own[-1].reason != reason:
        raise OutOfOrder(number=facility.number, last=str(own[-1].valid_from), on=str(on))
    if first:
        old = own[first - 1]
        _add(session, facility.id, own[-1], on, old.reason, old.before, (old.due_on, old.principal, old.interest))
    else:
        _add(session, facility.id, own[-1], on, "nothing drawn", 0, ((), (), ()))


def _latest(session: Session, facility_id: int) -> Version | None:
    own = versions(session, [facility_id]).get(facility_id)
    return own[-1] if own else None


def _cut(parts: list[int], tiyn: int, places: Iterable[int]) -> None:
    """Take ``tiyn`` away from ``parts`` in the order of ``places``."""
    for place in places:
        less = min(parts[place], tiyn)
        parts[place] -= less
        tiyn -= less


def _interest_of(facility: Facility, at: Standing, dates: Sequence[date], parts: Sequence[int]) -> tuple[int, ...]:
    """Interest of the instalments ``parts``; when nothing is left to repay, only what the open period has earned."""
    if not sum(parts):
        opened = at.opening.accrued
        return tuple(round_ratio(opened.numerator, opened.denominator) if n == 0 else 0 for n in range(len(dates)))
    custom = Terms(
        principal=from_tiyn(sum(parts)),
        annual_rate=facility.annual_rate,
        disbursed_on=at.on,
        first_due_on=dates[0],
        due_day=facility.signed_on.day,
        instalments=len(dates),
        every_months=facility.every_months,
        method="custom",
        custom_principal=tuple(map(from_tiyn, parts)),
        day_count=facility.repayment["day_count"],
        rounding=facility.repayment["rounding"],
    )
    return schedule(custom, opening=at.opening).interest


Figures = tuple[Sequence[date], Sequence[int], Sequence[int]]


def _add(
    session: Session, facility_id: int, after: Version | None, on: date, reason: str, before: int, figures: Figures
) -> None:  # fmt: skip
    due_on, principal, interest = map(list, figures)
    session.add(
        FacilityScheduleRow(
            facility_id=facility_id,
            version=after.version + 1 if after else 1,
            valid_from=on,
            reason=reason,
            principal_before=before,
            due_on=due_on,
            principal=principal,
            interest=interest,
        )
    )
    session.flush()
