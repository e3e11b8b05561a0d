"""Where many loans stand at the close of a day: what is outstanding, accrued, due, overdue, and since when.

Everything is a column with one element a loan; no object is made for any loan. A position is calculated from the
last month-end checkpoint and what happened since, so a question costs the same whether the loan is one year old
or ten. Interest follows what was really owed each day (`lending.amortisation.accrual`): paid late or early, a loan
accrues more or less than its schedule says. What fell due is the schedule's; what was paid is the repayments'.
Only for loans in arrears is the whole history replayed, to find the oldest due date that is still unpaid.
Nothing is written here; closing a month is `lending.month_end`'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from ledger.columns import Integers, day_number
from ledger.money import Rounding
from lending.amortisation.accrual import Accruing, Dated, accrue
from lending.amortisation.day_counts import DayCount
from lending.amortisation.rounding import Whole
from lending.microcredits import histories
from lending.microcredits.histories import DAY_COUNTS, NUMERATOR_PART, RATE_DENOMINATOR, ROUNDINGS, Asked

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Positions:
    """Loans paid out by ``as_of``, in id order, each at the close of its day; amounts are tiyn.

    Interest is that of the days before ``accrue_to``. *Due* is what fell due on or before ``as_of`` and is
    unpaid, *overdue* the part of it that fell due before. ``accrued_posted`` is the part of ``accrued_total``
    that is in the ledger; ``accrued_at_due`` is accrued_total at the last due date up to ``as_of``. The
    ``booked_`` columns are what stands on the overdue accounts. ``rate`` is over `RATE_DENOMINATOR`,
    ``days_past_due`` counts from the oldest due date not wholly paid, ``next_due_on`` is the first due date
    after ``as_of`` (NaT: none), and ``open_numerator`` the exact interest of the open period, for the next
    checkpoint.

    ``failures``: loans that have no possible position, with the reason; they are in none of the columns.
    """

    failures: Mapping[int, str]
    as_of: Days
    accrue_to: Days
    loan_id: Integers
    lender_id: Integers
    facility_id: Integers
    amount: Integers
    rate: Integers
    disbursed: Integers
    principal: Integers
    principal_repaid: Integers
    interest_repaid: Integers
    accrued_total: Integers
    accrued_posted: Integers
    accrued_at_due: Integers
    open_numerator: Whole
    principal_due: Integers
    principal_overdue: Integers
    interest_due: Integers
    interest_overdue: Integers
    days_past_due: Integers
    next_due_on: Days
    booked_principal_overdue: Integers
    booked_interest_overdue: Integers
    provision: Integers
    penalty: Integers
    overpayment: Integers

    def __len__(self) -> int:
        return len(self.loan_id)

    @property
    def interest(self) -> Integers:
        """Interest accrued and not paid, due or not."""
        return self.accrued_total - self.interest_repaid

    def only(self, chosen: npt.NDArray[Any]) -> Positions:
        """Some of the loans, by a mask or by their places."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        arrays = {name: value[chosen] for name, value in values.items() if isinstance(value, np.ndarray)}
        return replace(self, **arrays)

    def row(self, loan_id: int) -> dict[str, Any]:
        """One loan's values by column name, as Python numbers and dates; empty when it has no position."""
        place = int(np.searchsorted(self.loan_id, loan_id))
        if place == len(self) or self.loan_id[place] != loan_id:
            return {}
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value[place : place + 1].tolist()[0]
            for name, value in values.items()
            if isinstance(value, np.ndarray)
        }


def positions(
    session: Session,
    as_of: date | Mapping[int, date],
    *,
    accrue_to: date | None = None,
    loan_ids: range | Collection[int] | None = None,
    books: Collection[int] | None = None,
    skip_settled: bool = False,
) -> Positions:
    """Positions at the close of ``as_of``, with everything dated up to and on that day.

    A mapping asks about loans, by id, each at the close of a day of its own. Interest is counted for the days before
    ``accrue_to`` (None: ``as_of``, so that a payment on its due date finds the interest of the period just over; a
    month's close passes the first day of the next month). ``loan_ids``: a `range` of ids, or the ids; ``books``: the
    lenders; None means all. Loans not yet paid out have no position; ``skip_settled`` leaves out those that were
    repaid before the last month-end.
    """
    start = histories.checkpoints(session, as_of, loan_ids, books, skip_settled=skip_settled)
    history = _history(session, start, accrue_to)
    failures = _impossible(history)
    if failures:
        sound = np.flatnonzero(~np.isin(start.loan_id, list(failures)))
        history = _history(session, start.only(sound), accrue_to)
    position = _position(session, history, failures)
    return replace(position, days_past_due=_days_past_due(session, history, position))


@dataclass(frozen=True, kw_only=True, eq=False)
class _History:
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


def _history(session: Session, start: histories.Checkpoints, accrue_to: date | None) -> _History:
    through = np.full_like(start.as_of, day_number(accrue_to)) if accrue_to else start.as_of
    asked = Asked(start.loan_id, start.since, start.as_of, through)
    return _History(
        start=start,
        accrue_to=accrue_to,
        asked=asked,
        versions=histories.versions(session, asked),
        dues=histories.dues(session, asked),
        movements=histories.movements(session, asked),
    )


def _impossible(history: _History) -> dict[int, str]:
    """Loans without a schedule in force, or of which more was repaid than was owed on some day."""
    start, moved = history.start, history.movements
    unscheduled = np.setdiff1d(start.loan_id, history.versions.loan_id)
    found = dict.fromkeys(unscheduled.tolist(), "no schedule is in force")
    change = moved.disbursed - moved.principal
    order = np.lexsort((-change, moved.on, moved.loan_id))
    place = history.place(moved.loan_id)[order]
    running = np.cumsum(change[order])
    first = np.searchsorted(place, place, "left")
    balance = start.principal[place] + running - (running[first] - change[order][first])
    low = balance < 0
    for loan_id, tiyn in zip(start.loan_id[place[low]].tolist(), balance[low].tolist(), strict=True):
        found.setdefault(loan_id, f"more principal was repaid than was owed, by {-tiyn} tiyn")
    return found


def _position(session: Session, history: _History, failures: Mapping[int, str]) -> Positions:
    """The positions of the sound loans of ``history``, days past due still missing."""
    start, moved = history.start, history.movements
    as_of, accrued = start.as_of, _accrue(history)
    disbursed = history.total(moved.loan_id, moved.disbursed)
    principal_repaid = start.principal_repaid + history.total(moved.loan_id, moved.principal)
    interest_repaid = start.interest_repaid + history.total(moved.loan_id, moved.interest)
    principal = start.principal + start.principal_repaid + disbursed - principal_repaid
    fallen, claims = _principal_claims(history), _interest_claims(history, accrued)
    booked = histories.booked(session, history.asked)
    by_due = _Claims(history.place(history.dues.loan_id), history.dues.on, accrued.at_due)
    return Positions(
        failures=failures, as_of=_dates(as_of), accrue_to=_dates(history.asked.through),
        loan_id=start.loan_id, lender_id=start.lender_id, facility_id=start.facility_id, amount=start.amount,
        rate=_latest(history, history.versions.rate),
        disbursed=start.principal + start.principal_repaid + disbursed,
        principal=principal, principal_repaid=principal_repaid, interest_repaid=interest_repaid,
        accrued_total=accrued.total,
        accrued_posted=start.accrued_total - booked.interest_income,
        accrued_at_due=by_due.at(as_of),
        open_numerator=accrued.open_numerator,
        principal_due=np.minimum(_above(fallen.at(as_of), principal_repaid), principal),
        principal_overdue=np.minimum(_above(fallen.before(as_of), principal_repaid), principal),
        interest_due=_above(claims.at(as_of), interest_repaid),
        interest_overdue=_above(claims.before(as_of), interest_repaid),
        days_past_due=np.zeros(len(principal), np.int64),
        next_due_on=_dates(_latest(history, history.versions.next_due)),
        booked_principal_overdue=start.principal_overdue + booked.principal_overdue,
        booked_interest_overdue=start.interest_overdue + booked.interest_overdue,
        provision=start.provision - booked.provision, penalty=booked.penalty, overpayment=-booked.overpayment,
    )  # fmt: skip


def _above(claimed: Integers, repaid: Integers) -> Integers:
    """What is claimed and not repaid, not below nothing."""
    unpaid: Integers = np.maximum(claimed - repaid, 0)
    return unpaid


def _latest(history: _History, values: Integers) -> Integers:
    """The value of each loan's version in force."""
    latest: Integers = values[history.versions.current == 1]
    return latest


def _dates(day: Integers) -> Days:
    """Dates of day numbers, NaT for `NEVER`."""
    days = day.astype("datetime64[D]")
    days[day == histories.NEVER] = np.datetime64("NaT")
    return days


@dataclass(frozen=True, eq=False)
class _Claims:
    """What had fallen due in all by each of a loan's dates, sorted by the loan's place and the date."""

    loan: Integers
    on: Integers
    amount: Integers

    def at(self, day: Integers) -> Integers:
        """The claim on each loan at the close of its ``day``: that of its last date up to then."""
        claimed = np.zeros(len(day), np.int64)
        known = self.on <= day[self.loan]
        claimed[self.loan[known]] = self.amount[known]  # the last of several values of a loan stays
        return claimed

    def before(self, day: Integers) -> Integers:
        """What of the claim at the close of ``day`` was claimed the day before."""
        claimed: Integers = np.minimum(self.at(day - 1), self.at(day))
        return claimed

    def oldest_unpaid(self, day: Integers, repaid: Integers) -> Integers:
        """The first date from which on every claim, to the close of ``day``, was above what is ``repaid``.

        A later version may ask less than an earlier one did: what it no longer asks for is not unpaid. `NEVER`
        when the last claim is paid.
        """
        known = self.on <= day[self.loan]
        loan, on = self.loan[known], np.append(self.on[known], histories.NEVER)
        each = np.arange(len(repaid))
        place = np.searchsorted(loan, each, "left")
        paid = np.flatnonzero(self.amount[known] <= repaid[loan])
        place[loan[paid]] = paid + 1
        return np.where(place < np.searchsorted(loan, each, "right"), on[place], histories.NEVER)


def _principal_claims(history: _History) -> _Claims:
    """Principal fallen due: by due dates, and by what each version says of the time before it."""
    dues, versions = history.dues, history.versions
    loan = np.concatenate([dues.loan_id, versions.loan_id])
    number = np.concatenate([dues.version, versions.version])
    on = np.concatenate([dues.on, versions.valid_from])
    amount = np.concatenate([dues.principal, versions.principal_before])
    order = np.lexsort((on, number, loan))
    return _Claims(history.place(loan[order]), on[order], amount[order])


def _interest_claims(history: _History, accrued: _Interest) -> _Claims:
    """Interest fallen due: accrued at each due date, less what a grace puts off beyond it."""
    dues = history.dues
    return _Claims(history.place(dues.loan_id), dues.on, accrued.at_due - dues.deferred)


@dataclass(frozen=True, eq=False)
class _Interest:
    """Interest accrued in all, by loan; of its open period, exactly; and in all at each row of the dues."""

    total: Integers
    open_numerator: Whole
    at_due: Integers


def _accrue(history: _History) -> _Interest:
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
    return _Interest(total, open_numerator, at_due)


def _accruing(history: _History, places: Integers, day_count: DayCount, rounding: Rounding) -> Accruing:
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


def _opening(history: _History) -> tuple[Integers, Integers]:
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


def _days_past_due(session: Session, history: _History, position: Positions) -> Integers:
    """Days from the oldest unpaid due date to ``as_of``; loans in arrears are replayed from their beginning."""
    days = np.zeros(len(position), np.int64)
    late = np.flatnonzero((position.principal_overdue > 0) | (position.interest_overdue > 0))
    if not len(late):
        return days
    whole = _history(session, history.start.only(late).from_the_beginning(), history.accrue_to)
    as_of = whole.start.as_of
    principal = _principal_claims(whole).oldest_unpaid(as_of, position.principal_repaid[late])
    interest = _interest_claims(whole, _accrue(whole)).oldest_unpaid(as_of, position.interest_repaid[late])
    days[late] = np.maximum(as_of - np.minimum(principal, interest), 0)
    return days
