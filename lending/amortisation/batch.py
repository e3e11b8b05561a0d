"""Schedules of many loans at once, and of one.

Loans of the same `Shape` (count, spacing, method, day count, graces, roundings) form a `Cohort`, held as
columns. The arithmetic goes instalment by instalment over all loans, in chunks that stay in the cache:

    interest  = balance x rate x year fraction, rounded to the tiyn
    principal = what the method aims at, between nothing and the balance; the last instalment takes the rest

A method is only an aim: the level less the interest, an equal part, a given part, or nothing before the end.
Exactness does not depend on size: 64-bit integers where no intermediate can overflow, Python integers where
one might, through the same lines. Terms in words of money and contracts, and plans of single loans, are made
in `lending.amortisation.plans`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np

from ledger.calendar import WorkingCalendar
from ledger.money import Rounding
from lending.amortisation.day_counts import YEAR, numerators
from lending.amortisation.due_dates import Period, Spacing, anchors, periods
from lending.amortisation.levels import annuity_levels
from lending.amortisation.months import Integers, dates
from lending.amortisation.refusals import TrancheOutOfPlace
from lending.amortisation.rounding import Whole, exact_dtype, round_ratios
from lending.amortisation.terms import GraceTreatment, Method

#: Loans worked on together: their columns fit the second-level cache of one core.
CHUNK = 8192


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What the loans of a cohort have in common; the words are those of `Terms`."""

    spacing: Spacing
    method: Method
    principal_grace: int
    interest_grace: int
    interest_grace_treatment: GraceTreatment
    rounding: Rounding


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Later tranches, one entry each: which loan (its place in the cohort), day number, tiyn."""

    loan: Integers
    on: Integers
    amount: Whole

    def part(self, part: slice) -> Draws:
        """The tranches of some of the loans."""
        own = (self.loan >= part.start) & (self.loan < part.stop)
        return Draws(loan=self.loan[own] - part.start, on=self.on[own], amount=self.amount[own])


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """Columns of loans of one shape; days are day numbers since 1970-01-01, amounts tiyn.

    ``rate``: numerators of the yearly rate over ``rate_denominator``. ``first_due_on``: anything up to
    ``disbursed_on`` means one period later. ``due_day``: 0, or the anchoring day of the month.
    ``agreed``: payments fixed by contract, one per loan, or one per instalment and loan (first axis the
    instalments). ``period_started_on``, ``accrued`` (numerators over ``accrued_denominator``) and ``deferred``
    come from `Opening`; for a fresh loan the day of disbursement and zeros.
    """

    shape: Shape
    principal: Whole
    rate: Whole
    rate_denominator: int
    disbursed_on: Integers
    first_due_on: Integers
    due_day: Integers
    period_started_on: Integers
    accrued: Whole
    accrued_denominator: int
    deferred: Whole
    agreed: Whole | None = None
    draws: Draws | None = None

    def part(self, part: slice) -> Cohort:
        """Some of the loans."""
        draws = None if self.draws is None else self.draws.part(part)
        return replace(self, draws=draws, **_slices(self, part))


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedules:
    """The schedules of a cohort, one row an instalment, one column a loan.

    ``ends`` are the day numbers where each interest period stops (the due date, unless interest ignores
    business-day shifts), ``balance`` is what is owed after the instalment, ``level`` the last level computed
    or agreed (zero for methods without one).
    """

    due_on: Integers
    ends: Integers
    days: Integers
    principal: Whole
    interest: Whole
    balance: Whole
    level: Whole

    def part(self, part: slice) -> Schedules:
        """The rows of some of the loans, to be written to."""
        return replace(self, **_slices(self, part))


def schedule_batch(cohort: Cohort, calendar: WorkingCalendar | None = None) -> Schedules:
    """Schedules of all loans of ``cohort``, to the tiyn; a loan's schedule does not depend on its company.

    Raises:
        TrancheOutOfPlace: a tranche is drawn when the last interest period is over.
    """
    scale = _Scale.of(cohort)
    shape = (cohort.shape.spacing.instalments, len(cohort.principal))
    whole = {name: np.empty(shape, np.int64) for name in ("due_on", "ends", "days")}
    money = {name: np.empty(shape, scale.dtype) for name in ("principal", "interest", "balance")}
    schedules = Schedules(**whole, **money, level=np.zeros(shape[1], scale.dtype))
    working = calendar or WorkingCalendar()
    for begin in range(0, shape[1], CHUNK):
        part = slice(begin, begin + CHUNK)
        _amortise(cohort.part(part), scale, working, schedules.part(part))
    return schedules


def _slices(table: Cohort | Schedules, part: slice) -> dict[str, Any]:
    """The arrays of ``table`` cut to some of its loans; they are views, so writing to them writes to the table."""
    values = {field.name: getattr(table, field.name) for field in fields(table)}
    return {name: value[..., part] for name, value in values.items() if isinstance(value, np.ndarray)}


@dataclass(frozen=True)
class _Scale:
    """The common denominator of all interest of a cohort, and the integers that hold the numerators."""

    denominator: int
    rate_unit: int
    accrued_unit: int
    dtype: type[np.int64 | object]

    @classmethod
    def of(cls, cohort: Cohort) -> _Scale:
        """The scale of ``cohort``, with a bound on every intermediate of `_amortise`."""
        spacing = cohort.shape.spacing
        year = YEAR[spacing.day_count]
        denominator = math.lcm(cohort.rate_denominator * year, cohort.accrued_denominator)
        rate_unit = denominator // (cohort.rate_denominator * year)
        accrued_unit = denominator // cohort.accrued_denominator
        first = int((np.maximum(cohort.first_due_on, cohort.disbursed_on) - cohort.period_started_on).max(initial=0))
        longest = first + 31 * spacing.every_months + 40  # days, with room for a shift
        steepest = int(cohort.rate.max(initial=0)) * rate_unit * longest * (-(-year // 365))
        peak = int(cohort.principal.max(initial=0)) + (0 if cohort.draws is None else int(cohort.draws.amount.sum()))
        owed = int(cohort.deferred.max(initial=0)) + cohort.shape.interest_grace * (peak * steepest // denominator + 1)
        accrued = int(cohort.accrued.max(initial=0)) * accrued_unit
        drawn = 0 if cohort.draws is None else peak * denominator
        largest = 2 * ((peak + owed) * steepest + accrued + denominator) + drawn
        return cls(denominator, rate_unit, accrued_unit, exact_dtype(largest))


def _amortise(loans: Cohort, scale: _Scale, calendar: WorkingCalendar, out: Schedules) -> None:
    """Fill ``out``, instalment by instalment."""
    shape = loans.shape
    count, grace = shape.spacing.instalments, shape.principal_grace
    month, day = anchors(loans.disbursed_on, loans.first_due_on, loans.due_day, shape.spacing.every_months)
    course = list(periods(shape.spacing, loans.period_started_on, month, day, calendar))
    rate = loans.rate.astype(scale.dtype) * scale.rate_unit
    weights = _weights(loans, course, rate)
    drawn = _drawn(loans, course, rate)
    accrued: Whole = loans.accrued.astype(scale.dtype) * scale.accrued_unit
    balance: Whole = loans.principal.astype(scale.dtype)
    deferral = _Deferral(shape, loans.deferred.astype(scale.dtype))
    level = out.level
    settled = {grace, shape.interest_grace if deferral.capitalises else grace}
    for k, (period, weight) in enumerate(zip(course, weights, strict=True)):
        out.due_on[k], out.ends[k], out.days[k] = period.due_on, period.end, period.days
        brought, arrived = (accrued if k == 0 else _NOTHING), _NOTHING
        if drawn is not None:
            brought, arrived = brought + drawn.interest[k], drawn.amount[k]
        if k >= grace and (k in settled or arrived.any()):
            anew = _level(loans, balance, weights[k:], arrived, brought, scale)
            level[:] = anew if k in settled else np.where(arrived > 0, anew, level)
        numerator = balance * weight
        numerator += brought
        balance = balance + arrived
        interest = round_ratios(numerator, scale.denominator, shape.rounding)
        if k == count - 1:
            principal = balance
        elif k < grace:
            principal = np.zeros_like(balance)
        else:
            principal = np.minimum(np.maximum(_aim(loans, k, level, interest), 0), balance)
        out.principal[k] = principal
        out.interest[k] = deferral.payable(k, interest)
        balance = balance - principal + deferral.capitalised(k)
        out.balance[k] = balance


_NOTHING: Whole = np.zeros(1, np.int64)


def _weights(loans: Cohort, course: Sequence[Period], rate: Whole) -> list[Whole]:
    """Numerators of the interest one tiyn earns in each period; regular periods share one array."""
    before = numerators(loans.shape.spacing.day_count, loans.period_started_on, loans.disbursed_on)
    weights: list[Whole] = [rate * (course[0].numerator - before)]
    for earlier, period in pairwise(course):
        same = isinstance(period.numerator, int) and earlier.numerator is period.numerator
        weights.append(weights[-1] if same else rate * period.numerator)
    return weights


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Tranches laid out by instalment and loan: tiyn drawn in the period, and what they earn in it."""

    amount: Whole
    interest: Whole


def _drawn(loans: Cohort, course: Sequence[Period], rate: Whole) -> _Drawn | None:
    """The tranches of ``loans``, each in the period it is drawn in; a draw on a due date opens the next."""
    draws = loans.draws
    if draws is None or not len(draws.loan):
        return None
    ends = np.stack([loans.period_started_on, *(period.end for period in course)])[:, draws.loan]
    place = (ends[1:] <= draws.on).sum(axis=0)
    if (place == len(course)).any():
        raise TrancheOutOfPlace(
            field="tranches",
            expected="draws before the last instalment",
            found=f"one on {max(dates(draws.on))}",
        )
    each = np.arange(len(draws.loan))
    start, end = ends[place, each], ends[place + 1, each]
    day_count = loans.shape.spacing.day_count
    part = numerators(day_count, start, end) - numerators(day_count, start, draws.on)
    amount, interest = (np.zeros((len(course), len(rate)), rate.dtype) for _ in range(2))
    np.add.at(amount, (place, draws.loan), draws.amount.astype(rate.dtype))
    np.add.at(interest, (place, draws.loan), draws.amount.astype(rate.dtype) * rate[draws.loan] * part)
    return _Drawn(amount, interest)


def _level(
    loans: Cohort, balance: Whole, weights: Sequence[Whole], arrived: Whole, brought: Whole, scale: _Scale
) -> Whole:
    """What the method pays at every instalment: agreed, or computed over the ``weights`` still to come.

    ``arrived`` is drawn in the first of these periods, which besides its balance earns ``brought``.
    """
    shape = loans.shape
    if loans.agreed is not None:
        return loans.agreed[-1] if loans.agreed.ndim > 1 else loans.agreed
    if shape.method == "annuity":
        due = brought + arrived * scale.denominator
        return annuity_levels(balance, weights, scale.denominator, shape.rounding, due)
    if shape.method == "equal-principal":
        return round_ratios(balance + arrived, len(weights), shape.rounding)
    return np.zeros_like(balance)


def _aim(loans: Cohort, k: int, level: Whole, interest: Whole) -> Whole:
    """The principal the method wants at instalment ``k`` (from 0), before it is held to the balance."""
    if loans.shape.method == "annuity":
        return level - interest
    if loans.agreed is not None and loans.agreed.ndim > 1:
        given: Whole = loans.agreed[k].astype(level.dtype)
        return given
    return level


class _Deferral:
    """Interest put off by a grace: collected while it lasts, then paid at once, spread, or made principal."""

    def __init__(self, shape: Shape, owed: Whole) -> None:
        self.shape = shape
        self.owed = owed
        self.share = owed
        self.idle = not shape.interest_grace and not owed.any()
        self.capitalises = shape.interest_grace > 0 and shape.interest_grace_treatment == "capitalise"

    def payable(self, k: int, interest: Whole) -> Whole:
        """Interest payable at instalment ``k`` (from 0), of which ``interest`` was earned in its period."""
        if self.idle:
            return interest
        if k < self.shape.interest_grace:
            self.owed = self.owed + interest
            return np.zeros_like(interest)
        left = self.shape.spacing.instalments - k
        if k == self.shape.interest_grace:
            at_once = self.shape.interest_grace_treatment == "first"
            self.share = self.owed if at_once else round_ratios(self.owed, left, self.shape.rounding)
        part = self.owed if left == 1 else np.minimum(self.share, self.owed)
        self.owed = self.owed - part
        return interest + part

    def capitalised(self, k: int) -> Whole:
        """Interest that joins the principal after instalment ``k``, the last of the grace."""
        if not self.capitalises or k != self.shape.interest_grace - 1:
            return _NOTHING
        added, self.owed = self.owed, np.zeros_like(self.owed)
        return added
