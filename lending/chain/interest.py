"""Interest of facilities, from the ledger's history of their principal, exactly.

Facilities are few, so nothing is carried forward: the interest up to a day is worked out from the first drawdown,
period by period, by `lending.amortisation.accrual`. Interest up to a day counts the days before it. What was
posted of it is the ledger's; posting the rest is left to payments and to the close of a month.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from sqlalchemy.orm import Session

from lending.amortisation.accrual import Accruing, Dated, accrue, denominator
from lending.amortisation.months import dates, day_numbers
from lending.chain.debts import principal_by_day
from lending.chain.facilities import Facility
from lending.chain.schedules import due_dates


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest of a facility up to a day, in whole tiyn, and where its open period stands.

    ``total`` since the first drawdown, ``at_due`` the part of it up to the last due date, ``principal`` what was
    owed before the day's own movements. ``open_numerator`` over ``denominator`` is the open period's exact interest,
    in tiyn.
    """

    total: int
    at_due: int
    principal: int
    period_started_on: date
    open_numerator: int
    denominator: int

    @property
    def open(self) -> Fraction:
        """Exact interest of the open period, in tiyn."""
        return Fraction(self.open_numerator, self.denominator)


def interest(session: Session, facilities: Sequence[Facility], until: date) -> dict[int, Interest]:
    """Interest of the days before ``until``, by facility; those without a drawdown before it are left out."""
    ids = [facility.id for facility in facilities]
    changes = principal_by_day(session, ids)
    due = due_dates(session, ids)
    groups: dict[tuple[str, str], list[Facility]] = defaultdict(list)
    for facility in facilities:
        if any(day < until for day, _ in changes[facility.id]):
            groups[facility.repayment["day_count"], facility.repayment["rounding"]].append(facility)
    found: dict[int, Interest] = {}
    for group in groups.values():
        found |= _interest(group, changes, due, until)
    return found


def _interest(
    group: Sequence[Facility],
    changes: Mapping[int, list[tuple[date, int]]],
    due: Mapping[int, list[date]],
    until: date,
) -> dict[int, Interest]:
    """Facilities of one day count and rounding, all at once."""
    count = len(group)
    rates = [Fraction(facility.annual_rate) for facility in group]
    rate_denominator = math.lcm(*(rate.denominator for rate in rates))
    day_count = group[0].repayment["day_count"]
    started = day_numbers([changes[facility.id][0][0] for facility in group])
    nothing = np.zeros(count, np.int64)
    accrued = accrue(
        Accruing(
            day_count=day_count,
            rate_denominator=rate_denominator,
            rounding=group[0].repayment["rounding"],
            checkpoint=started,
            target=np.repeat(day_numbers([until]), count),
            principal=nothing,
            period_started_on=started,
            open_numerator=nothing,
            rate=np.array([int(rate * rate_denominator) for rate in rates]),
            due_on=_dated([[(day, 0) for day in due[facility.id]] for facility in group]),
            movements=_dated([changes[facility.id] for facility in group]),
            rate_changes=_dated([[] for _ in group]),
        )
    )
    return {
        facility.id: Interest(
            total=int(accrued.interest[place]),
            at_due=int(accrued.to_last_due[place]),
            principal=int(accrued.principal[place]),
            period_started_on=dates(accrued.period_started_on[place : place + 1])[0],
            open_numerator=int(accrued.open_numerator[place]) * rates[place].denominator // rate_denominator,
            denominator=denominator(day_count, rates[place].denominator),
        )
        for place, facility in enumerate(group)
    }


def _dated(entries: Sequence[Sequence[tuple[date, int]]]) -> Dated:
    flat = [(place, day, value) for place, own in enumerate(entries) for day, value in own]
    return Dated(
        loan=np.array([place for place, _, _ in flat], np.int64),
        on=day_numbers([day for _, day, _ in flat]),
        value=np.array([value for _, _, value in flat], np.int64),
    )
