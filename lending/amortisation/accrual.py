"""Interest accrued between two dates, for many loans at once and for one alike.

The convention is one: *accrued at a date* means the interest of the days before it, ``[start, date)``. The day
of issue counts and the day of payment does not; a month is closed by accruing to the first day of the next; a
movement on a day changes what that day earns.

Interest is rounded cumulatively inside an interest period: what a step adds is the rounded interest of the
period so far less what earlier steps added. The steps of a period therefore always sum to its rounded interest,
and a loan that runs to schedule accrues its schedule to the tiyn. An interest period lasts from one due date to
the next; after the last due date one goes on without end. Under 30/360 days are counted from the start of their
period, so that a regular one has 30 a month however it is cut.

Which principal moved when, and what becomes of the result, is the ledger's business.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ledger.money import Rounding
from lending.amortisation.day_counts import YEAR, DayCount, numerators
from lending.amortisation.months import Integers
from lending.amortisation.refusals import EventOutOfPlace
from lending.amortisation.rounding import Whole, exact_dtype, round_ratios

#: Kinds of steps, in the order in which they count on one day: a movement on a due date is in the new period.
_CHECKPOINT, _DUE, _MOVEMENT, _RATE, _TARGET = range(5)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dated:
    """Entries of many loans in any order: which loan (its place), the day number, and a value if there is one."""

    loan: Integers
    on: Integers
    value: Whole


@dataclass(frozen=True, kw_only=True, eq=False)
class Accruing:
    """Loans of one day count at their checkpoints, and what happens to them until ``target``.

    Days are day numbers since 1970-01-01, amounts tiyn, rates numerators over ``rate_denominator``.

    ``principal``: outstanding at the start of ``checkpoint``, before its movements.
    ``period_started_on``: the last due date up to ``checkpoint``, or the day of the first disbursement.
    ``open_numerator``: interest of that period before ``checkpoint``, over `denominator`.
    ``rate``: in force before the changes of the ``checkpoint`` day.
    ``due_on`` (the ends of the interest periods, `Plan.accrues_to`; values unused), ``movements`` (signed tiyn)
    and ``rate_changes`` (new numerators): entries that fall outside the time from checkpoint to target are passed
    over, so whole histories may be given.
    """

    day_count: DayCount
    rate_denominator: int
    rounding: Rounding = "half-up"
    checkpoint: Integers
    target: Integers
    principal: Whole
    period_started_on: Integers
    open_numerator: Whole
    rate: Whole
    due_on: Dated
    movements: Dated
    rate_changes: Dated


@dataclass(frozen=True, kw_only=True, eq=False)
class Accrued:
    """The loans at ``target``, one entry each.

    ``interest``: tiyn accrued from checkpoint to target; ``to_last_due``: the part of it accrued up to the last
    due date that is after the checkpoint and not after the target (zero when there is none), the rest belongs
    to the open period. ``principal``, ``period_started_on``, ``open_numerator`` and ``rate`` make the next
    checkpoint. ``at_due`` tells the interest from checkpoint to every due date between, by loan and date.
    """

    interest: Whole
    to_last_due: Whole
    at_due: Dated
    principal: Whole
    period_started_on: Integers
    open_numerator: Whole
    rate: Whole


def denominator(day_count: DayCount, rate_denominator: int) -> int:
    """What an open numerator is over, in tiyn."""
    return rate_denominator * YEAR[day_count]


def accrue(loans: Accruing) -> Accrued:
    """Interest of ``[checkpoint, target)`` for each loan, in whole tiyn.

    Raises:
        EventOutOfPlace: a target before its checkpoint, or movements that take a principal below zero.
    """
    if (loans.target < loans.checkpoint).any():
        raise EventOutOfPlace(field="target", expected="a day from the checkpoint on", found="one before it")
    course = _course(loans)
    if (course.balance < 0).any():
        raise EventOutOfPlace(field="movements", expected="no more repaid than is owed", found="a negative principal")
    over = denominator(loans.day_count, loans.rate_denominator)
    upto = numerators(loans.day_count, course.period_start, course.until)
    since = numerators(loans.day_count, course.period_start, course.day)
    steepest = int(course.balance.max(initial=0)) * int(course.rate.max(initial=0)) * int(upto.max(initial=0))
    dtype = exact_dtype(2 * (steepest + int(loans.open_numerator.max(initial=0)) + over))

    earned = course.balance.astype(dtype) * course.rate * (upto - since)
    earned[course.first] += loans.open_numerator.astype(dtype)
    opening = np.flatnonzero(course.opens)
    numerator = np.add.reduceat(earned, opening)
    rounded = round_ratios(numerator, over, loans.rounding)
    each = np.arange(len(loans.principal))
    first_period = np.searchsorted(course.loan[opening], each, "left")
    last_period = np.searchsorted(course.loan[opening], each, "right") - 1
    total = np.add.reduceat(rounded, first_period)
    before = round_ratios(loans.open_numerator.astype(dtype), over, loans.rounding)
    running = np.cumsum(rounded)
    owner = course.loan[opening]
    closed = np.flatnonzero(owner[1:] == owner[:-1])
    earlier = running[first_period] - rounded[first_period] + before
    return Accrued(
        interest=total - before,
        at_due=Dated(
            loan=owner[closed],
            on=course.day[opening[closed + 1]],
            value=running[closed] - earlier[owner[closed]],
        ),
        to_last_due=np.where(last_period > first_period, total - rounded[last_period] - before, 0),
        principal=course.balance[course.last],
        period_started_on=course.period_start[course.last],
        open_numerator=numerator[last_period],
        rate=course.rate[course.last],
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Course:
    """The lives of all loans cut into steps where something changes, loan by loan, in order of days.

    A step runs from ``day`` to ``until`` at one ``balance`` and ``rate``; ``opens`` marks steps that begin an
    interest period or the checkpoint's rest of one. ``first`` and ``last`` are the places of each loan's first
    step and of its last, which is empty and stands on the target.
    """

    loan: Integers
    day: Integers
    until: Integers
    period_start: Integers
    balance: Whole
    rate: Whole
    opens: npt.NDArray[np.bool_]
    first: Integers
    last: Integers


def _course(loans: Accruing) -> _Course:
    """Checkpoints, due dates, movements, rate changes and targets, merged."""
    due = _chosen(loans.due_on, loans, after_checkpoint=True)
    moved = _chosen(loans.movements, loans, after_checkpoint=False)
    changed = _chosen(loans.rate_changes, loans, after_checkpoint=False)
    everyone = np.arange(len(loans.principal))
    sizes = [len(each) for each in (everyone, due.loan, moved.loan, changed.loan, everyone)]
    kind = np.repeat(np.arange(len(sizes)), sizes)
    place = np.concatenate([everyone, due.loan, moved.loan, changed.loan, everyone])
    days = np.concatenate([loans.checkpoint, due.on, moved.on, changed.on, loans.target])
    order = _in_order(place, days, kind)
    kind, day = kind[order], days[order]
    first, last = np.flatnonzero(kind == _CHECKPOINT), np.flatnonzero(kind == _TARGET)

    def laid(values: dict[int, Whole]) -> Whole:
        """Values of the steps of some kinds, zero for the others."""
        parts = [values.get(each, np.zeros(size, np.int64)) for each, size in enumerate(sizes)]
        return np.concatenate(parts)[order]

    def standing(values: dict[int, Whole]) -> Whole:
        """At each step the value set last; every loan's first step sets one."""
        sets = np.where(np.isin(kind, list(values)), np.arange(len(kind)), 0)
        return laid(values)[np.maximum.accumulate(sets)]

    until = np.append(day[1:], 0)
    until[last] = day[last]
    amount = {_CHECKPOINT: loans.principal, _MOVEMENT: moved.value}
    total = sum(int(np.abs(each).sum()) for each in amount.values())
    running = np.cumsum(laid(amount).astype(exact_dtype(total)))
    before = np.concatenate([[0], running[last]])[:-1]
    return _Course(
        loan=place[order],
        day=day,
        until=until,
        period_start=standing({_CHECKPOINT: loans.period_started_on, _DUE: due.on}),
        balance=running - np.repeat(before, last - first + 1),
        rate=standing({_CHECKPOINT: loans.rate, _RATE: changed.value}),
        opens=(kind == _CHECKPOINT) | (kind == _DUE),
        first=first,
        last=last,
    )


def _in_order(place: Integers, days: Integers, kind: Integers) -> Integers:
    """The order by loan, day and kind. One key sorts much faster than three: the steps arrive in sorted runs."""
    since_first = days - days.min(initial=0)
    key = (place * (since_first.max(initial=0) + 1) + since_first) * (_TARGET + 1) + kind
    return np.argsort(key, kind="stable")


def _chosen(entries: Dated, loans: Accruing, *, after_checkpoint: bool) -> Dated:
    """Entries in ``(checkpoint, target]``, or in ``[checkpoint, target)``."""
    since, until = loans.checkpoint[entries.loan], loans.target[entries.loan]
    if after_checkpoint:
        inside = (entries.on > since) & (entries.on <= until)
    else:
        inside = (entries.on >= since) & (entries.on < until)
    return Dated(loan=entries.loan[inside], on=entries.on[inside], value=entries.value[inside])
