"""The course of many loans over a window of days: what happened, what it earned, what fell due when.

A history holds, as columns, the checkpoints it starts from and the versions, due dates and movements since. From it
follow the interest really earned, and the claims on principal and interest that `lending.microcredits.positions` sets
against what was repaid. A history from the beginning of a loan and one from its last checkpoint tell the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from ledger.columns import Integers, day_number
from ledger.money import Rounding
from lending.amortisation.accrual import Accruing, Dated, accrue
from lending.amortisation.day_counts import DayCount
from lending.amortisation.rounding import Whole
from lending.microcredits import histories
from lending.microcredits.claims import Claims, above
from lending.microcredits.histories import DAY_COUNTS, NUMERATOR_PART, RATE_DENOMINATOR, ROUNDINGS, Asked


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """What positions are calculated from, loans by their place in ``start``."""

    start: histories.Checkpoints
    accrue_to: date | None
    asked: Asked
    versions: histories.Versions
    dues: histories.Dues
    movements: histories.Movements

    def place(self, loan_id: Integers) -> Integers:
        """Places of loans in ``start``."""
        places: Integers = np.searchsorted(self.start.loan_id, loan_id)
        return places

    def total(self, rows: Integers, values: Whole) -> Integers:
        """Sum by loan of ``values``, whose loans are ``rows``."""
        sums = np.zeros(len(self.start.loan_id), np.int64)
        np.add.at(sums, self.place(rows), values)
        return sums


def history_of(session: Session, start: histories.Checkpoints, accrue_to: date | None) -> History:
    """The history of ``start``'s loans, each to its day, with due dates up to ``accrue_to`` (None: the day)."""
    through = np.full_like(start.as_of, day_number(accrue_to)) if accrue_to else start.as_of
    asked = Asked(start.loan_id, start.since, start.as_of, through)
    return History(
        start=start,
        accrue_to=accrue_to,
        asked=asked,
        versions=histories.versions(session, asked),
        dues=histories.dues(session, asked),
        movements=histories.movements(session, asked),
    )


def principal_claims(history: History) -> Claims:
    """Principal fallen due: by due dates, and by what each version says of the time before it."""
    dues, versions = history.dues, history.versions
    loan = np.concatenate([dues.loan_id, versions.loan_id])
    number = np.concatenate([dues.version, versions.version])
    on = np.concatenate([dues.on, versions.valid_from])
    amount = np.concatenate([dues.principal, versions.principal_before])
    order = np.lexsort((on, number, loan))
    return Claims(history.place(loan[order]), on[order], amount[order])


def interest_claims(history: History, accrued: Interest) -> Claims:
    """Interest fallen due: accrued at each due date, less what is put off beyond it; and where a version begins."""
    dues, versions = history.dues, history.versions
    loan = history.place(np.concatenate([dues.loan_id, versions.loan_id]))
    on = np.concatenate([dues.on, versions.valid_from])
    order = np.lexsort((on, np.concatenate([dues.version, versions.version]), loan))
    is_due = (np.arange(len(loan)) < len(dues.on))[order]
    last = np.maximum.accumulate(np.where(is_due, np.arange(len(loan)), 0))
    earned = np.concatenate([accrued.at_due, np.zeros_like(versions.loan_id)])[order][last]
    earned[loan[order][last] != loan[order]] = 0
    put_off = np.concatenate([dues.deferred, versions.deferred_before])[order]
    return Claims(loan[order], on[order], above(earned, put_off))


@dataclass(frozen=True, eq=False)
class Interest:
    """Interest accrued in all, by loan; of its open period, exactly; and in all at each row of the dues."""

    total: Integers
    open_numerator: Whole
    at_due: Integers


def accrued_interest(history: History) -> Interest:
    """Interest to ``accrue_to``: loans of one day count and rounding together."""
    start, dues = history.start, history.dues
    place = history.place(dues.loan_id)
    since_checkpoint = dues.on > start.since[place]
    earlier = np.where(dues.on == start.since[place], start.accrued_total[place], start.accrued_at_due[place])
    total, at_due = start.accrued_total.copy(), earlier
    open_numerator = np.zeros(len(total), object)
    kinds = start.day_count * len(ROUNDINGS) + start.rounding
    for kind in np.unique(kinds).tolist():
        member = kinds == kind
        places = np.flatnonzero(member)
        accrued = accrue(
            _accruing(history, places, DAY_COUNTS[kind // len(ROUNDINGS)], ROUNDINGS[kind % len(ROUNDINGS)])
        )
        total[places] += accrued.interest.astype(np.int64)
        open_numerator[places] = accrued.open_numerator.astype(object)
        later = member[place] & since_checkpoint
        at_due[later] = start.accrued_total[place[later]] + accrued.at_due.value.astype(np.int64)
    return Interest(total, open_numerator, at_due)


def _accruing(history: History, places: Integers, day_count: DayCount, rounding: Rounding) -> Accruing:
    """The loans at ``places``, all of this day count and rounding, ready to accrue."""
    start, dues, versions, moved = history.start, history.dues, history.versions, history.movements
    local = np.full(len(start.loan_id), -1)
    local[places] = np.arange(len(places))

    def dated(loan_id: Integers, on: Integers, value: Whole) -> Dated:
        loan = local[history.place(loan_id)]
        own = loan >= 0
        return Dated(loan=loan[own], on=on[own], value=value[own])

    period_started_on, rate = _opening(history)
    change = moved.disbursed - moved.principal
    order = np.argsort(-change, kind="stable")  # on a day with both, money is paid out before it comes back
    numerator: Whole = start.numerator_low[places]
    if start.numerator_high[places].any():
        numerator = numerator + start.numerator_high[places].astype(object) * NUMERATOR_PART
    return Accruing(
        day_count=day_count, rate_denominator=RATE_DENOMINATOR, rounding=rounding,
        checkpoint=start.since[places], target=history.asked.through[places],
        principal=start.principal[places], period_started_on=period_started_on[places], open_numerator=numerator,
        rate=rate[places],
        due_on=dated(dues.loan_id, dues.on, np.zeros_like(dues.on)),
        movements=dated(moved.loan_id[order], moved.on[order], change[order]),
        rate_changes=dated(versions.loan_id, versions.valid_from, versions.rate),
    )  # fmt: skip


def _opening(history: History) -> tuple[Integers, Integers]:
    """Where each loan's open interest period started, and its rate, before anything of the checkpoint's day."""
    start, dues, versions = history.start, history.dues, history.versions
    place = history.place(dues.loan_id)
    before = dues.on <= start.since[place]
    period_started_on = start.started_on.copy()
    period_started_on[place[before]] = np.maximum(dues.on[before], start.started_on[place[before]])
    owner = history.place(versions.loan_id)
    rate = versions.rate[np.searchsorted(owner, np.arange(len(start.loan_id)))]
    earlier = versions.valid_from < start.since[owner]
    rate[owner[earlier]] = versions.rate[earlier]
    return period_started_on, rate
