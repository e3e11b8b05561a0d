"""Plans: the schedule of one loan in money and dates, and the way from terms to columns and back.

`schedule` and `schedules` turn `Terms` into a cohort, let `lending.amortisation.batch` do the arithmetic and
hand each loan its `Plan`. A plan is a frozen record: what was agreed, and whole tiyn by instalment.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
from moneyed import Money

from ledger.calendar import WorkingCalendar
from ledger.money import from_tiyn, to_tiyn
from lending.amortisation.batch import Cohort, Draws, Schedules, Shape, schedule_batch
from lending.amortisation.due_dates import Spacing
from lending.amortisation.effective_rate import effective_rate
from lending.amortisation.months import dates, day_numbers
from lending.amortisation.rounding import Whole, exact_dtype
from lending.amortisation.terms import Flow, Opening, Terms, Tranche, agreed_parts


@dataclass(frozen=True, slots=True)
class Instalment:
    """One line of a schedule. ``days`` are those of the day count; ``balance`` is owed after the payment."""

    n: int
    due_on: date
    days: int
    principal: Money
    interest: Money
    total: Money
    balance: Money


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The schedule of one loan: tuples run over the instalments, amounts are whole tiyn.

    ``accrues_to`` are the dates where the interest periods end, ``level`` is the level payment (annuity) or
    principal part, zero for a method without one. `instalments` tells the same in money.
    """

    terms: Terms
    opening: Opening
    flows: tuple[Flow, ...]
    due_on: tuple[date, ...]
    accrues_to: tuple[date, ...]
    days: tuple[int, ...]
    principal: tuple[int, ...]
    interest: tuple[int, ...]
    balance: tuple[int, ...]
    level: int

    @cached_property
    def instalments(self) -> tuple[Instalment, ...]:
        """The schedule line by line, in money."""
        return tuple(
            Instalment(
                n,
                due_on,
                days,
                from_tiyn(principal),
                from_tiyn(interest),
                from_tiyn(principal + interest),
                from_tiyn(balance),
            )
            for n, (due_on, days, principal, interest, balance) in enumerate(
                zip(self.due_on, self.days, self.principal, self.interest, self.balance, strict=True), start=1
            )
        )

    @cached_property
    def draws(self) -> tuple[Tranche, ...]:
        """What is paid out to the borrower, by date."""
        return self.terms.tranches or (Tranche(self.terms.disbursed_on, self.terms.principal),)

    @cached_property
    def effective_rate(self) -> Decimal:
        """The yearly effective rate (ГЭСВ) as a fraction, unrounded; see `effective_rate`.

        Of a plan that goes on from another, it is taken on the day of the change: what is lent is the debt
        of that day, what is paid is what remains.
        """
        carried = to_debt(self.opening)
        lent = [(draw.on, to_tiyn(draw.amount)) for draw in self.draws]
        paid = list(zip(self.due_on, map(sum, zip(self.principal, self.interest, strict=True)), strict=True))
        extra = [(flow.on, to_tiyn(flow.amount)) for flow in self.flows]
        return effective_rate([*lent, (self.terms.disbursed_on, carried)], paid + extra)

    @cached_property
    def capitalised(self) -> int:
        """Tiyn of deferred interest that joined the principal."""
        return sum(self.principal) - to_tiyn(self.terms.principal)


def to_debt(opening: Opening) -> int:
    """Interest a loan brings into its new plan, in whole tiyn (nearest)."""
    return round(opening.accrued) + opening.deferred


@dataclass(frozen=True)
class Request:
    """One loan of many to schedule: its terms, further flows, and what it brings along (None: nothing)."""

    terms: Terms
    flows: tuple[Flow, ...] = ()
    opening: Opening | None = None


def schedule(
    terms: Terms,
    *,
    flows: Sequence[Flow] = (),
    opening: Opening | None = None,
    calendar: WorkingCalendar | None = None,
) -> Plan:
    """The plan of one loan: a batch of one.

    ``flows`` are payments besides the instalments that count in the effective rate; ``opening`` is what a loan
    under way brings along; ``calendar`` moves due dates when the terms ask for it (None: Kazakhstan's, without
    overrides).

    Raises:
        TrancheOutOfPlace: a tranche is drawn after the last interest period.
    """
    return schedules([Request(terms, tuple(flows), opening)], calendar=calendar)[0]


def schedules(requests: Sequence[Request], *, calendar: WorkingCalendar | None = None) -> list[Plan]:
    """The plans of many loans, in the order asked; loans of one shape are worked out together."""
    groups: dict[tuple[Shape, int], list[int]] = defaultdict(list)
    for place, request in enumerate(requests):
        groups[shape_of(request.terms), len(agreed_parts(request.terms))].append(place)
    plans: dict[int, Plan] = {}
    for (shape, _), places in groups.items():
        own = [requests[place] for place in places]
        table = schedule_batch(cohort(shape, own), calendar)
        plans.update(zip(places, _plans(own, table), strict=True))
    return [plans[place] for place in range(len(requests))]


def shape_of(terms: Terms) -> Shape:
    """What loans must share to be scheduled together with a loan of these ``terms``."""
    return Shape(
        spacing=Spacing(
            instalments=terms.instalments,
            every_months=terms.every_months,
            day_count=terms.day_count,
            business_days=terms.business_days,
            to_shifted=terms.accrues_to == "shifted",
        ),
        method=terms.method,
        principal_grace=terms.principal_grace,
        interest_grace=terms.interest_grace,
        interest_grace_treatment=terms.interest_grace_treatment,
        rounding=terms.rounding,
    )


def cohort(shape: Shape, requests: Sequence[Request]) -> Cohort:
    """The columns of loans of one ``shape``."""
    terms = [request.terms for request in requests]
    openings = [request.opening or Opening(request.terms.disbursed_on) for request in requests]
    rates = [Fraction(each.annual_rate) for each in terms]
    rate_denominator = math.lcm(*(rate.denominator for rate in rates))
    accrued_denominator = math.lcm(*(each.accrued.denominator for each in openings))
    parts = [[to_tiyn(part) for part in agreed_parts(each)] for each in terms]
    return Cohort(
        shape=shape,
        principal=_whole([to_tiyn(_drawn_first(each)) for each in terms]),
        rate=_whole([int(rate * rate_denominator) for rate in rates]),
        rate_denominator=rate_denominator,
        disbursed_on=day_numbers([each.disbursed_on for each in terms]),
        first_due_on=day_numbers([each.first_due_on or each.disbursed_on for each in terms]),
        due_day=np.array([each.due_day or 0 for each in terms]),
        period_started_on=day_numbers([each.period_started_on for each in openings]),
        accrued=_whole([int(each.accrued * accrued_denominator) for each in openings]),
        accrued_denominator=accrued_denominator,
        deferred=_whole([each.deferred for each in openings]),
        agreed=_agreed(parts),
        draws=_draws(terms),
    )


def _drawn_first(terms: Terms) -> Money:
    return terms.tranches[0].amount if terms.tranches else terms.principal


def _agreed(parts: Sequence[Sequence[int]]) -> Whole | None:
    """Agreed payments, one row an instalment; a single payment for all instalments loses its row."""
    if not parts[0]:
        return None
    table = np.stack([_whole(part) for part in parts], axis=-1)
    return table[0] if len(table) == 1 else table


def _draws(terms: Sequence[Terms]) -> Draws | None:
    later = [(loan, tranche) for loan, each in enumerate(terms) for tranche in each.tranches[1:]]
    if not later:
        return None
    return Draws(
        loan=np.array([loan for loan, _ in later]),
        on=day_numbers([tranche.on for _, tranche in later]),
        amount=_whole([to_tiyn(tranche.amount) for _, tranche in later]),
    )


def _whole(numbers: Sequence[int]) -> Whole:
    """An array of integers of any size."""
    return np.array(numbers, exact_dtype(max(numbers)))


def _plans(requests: Sequence[Request], table: Schedules) -> Iterator[Plan]:
    for loan, request in enumerate(requests):
        yield Plan(
            terms=request.terms,
            opening=request.opening or Opening(request.terms.disbursed_on),
            flows=request.flows,
            due_on=tuple(dates(table.due_on[:, loan])),
            accrues_to=tuple(dates(table.ends[:, loan])),
            days=tuple(table.days[:, loan].tolist()),
            principal=tuple(table.principal[:, loan].tolist()),
            interest=tuple(table.interest[:, loan].tolist()),
            balance=tuple(table.balance[:, loan].tolist()),
            level=int(table.level[loan]),
        )
