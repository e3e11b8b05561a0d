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

from ledger.columns import Integers
from lending.amortisation.rounding import Whole
from lending.microcredits import histories
from lending.microcredits.claims import Claims, above, by_day, unpaid
from lending.microcredits.histories import RATE_DENOMINATOR
from lending.microcredits.penalties import Caps, Late, caps, charged, year_of
from lending.microcredits.replays import (
    History,
    accrued_interest,
    history_of,
    interest_claims,
    principal_claims,
)

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Positions:
    """Loans paid out by ``as_of``, in id order, each at the close of its day; amounts are tiyn.

    Interest is that of the days before ``accrue_to``. *Due* is what fell due on or before ``as_of`` and is unpaid,
    *overdue* the part of it that fell due before. ``accrued_posted`` is the part of ``accrued_total`` that is in the
    ledger; ``penalty`` is what is owed of ``penalty_total``, which is charged to the close of ``as_of`` and of which
    ``penalty_posted`` is in the ledger. *Repaid* is also what was written off. ``accrued_at_due`` is accrued_total at
    the last due date up to ``as_of``. The ``booked_`` columns are what stands on the overdue accounts. ``rate`` is over
    `RATE_DENOMINATOR`, ``days_past_due`` counts from the oldest due date not wholly paid, ``next_due_on`` is the first
    due date after ``as_of`` (NaT: none), ``restructured_on`` the day of the last restructuring (NaT: never), and
    ``open_numerator`` the exact interest of the open period, for the next checkpoint.

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
    restructured_on: Days
    booked_principal_overdue: Integers
    booked_interest_overdue: Integers
    provision: Integers
    penalty: Integers
    penalty_total: Integers
    penalty_posted: Integers
    penalty_in_year: Integers
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
    history = history_of(session, start, accrue_to)
    failures = _impossible(history)
    if failures:
        sound = np.flatnonzero(~np.isin(start.loan_id, list(failures)))
        history = history_of(session, start.only(sound), accrue_to)
    position = _position(session, history, failures)
    position = replace(position, days_past_due=_days_past_due(session, history, position))
    return _with_penalty(session, history, position, caps())


def _impossible(history: History) -> dict[int, str]:
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


def _position(session: Session, history: History, failures: Mapping[int, str]) -> Positions:
    """The positions of the sound loans of ``history``, days past due still missing."""
    start, moved = history.start, history.movements
    as_of, accrued = start.as_of, accrued_interest(history)
    disbursed = history.total(moved.loan_id, moved.disbursed)
    principal_repaid = start.principal_repaid + history.total(moved.loan_id, moved.principal)
    interest_repaid = start.interest_repaid + history.total(moved.loan_id, moved.interest)
    principal = start.principal + start.principal_repaid + disbursed - principal_repaid
    fallen, claims = principal_claims(history), interest_claims(history, accrued)
    booked = histories.booked(session, history.asked)
    by_due = Claims(history.place(history.dues.loan_id), history.dues.on, accrued.at_due)
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
        principal_due=np.minimum(above(fallen.at(as_of), principal_repaid), principal),
        principal_overdue=np.minimum(above(fallen.before(as_of), principal_repaid), principal),
        interest_due=above(claims.at(as_of), interest_repaid),
        interest_overdue=above(claims.before(as_of), interest_repaid),
        days_past_due=np.zeros(len(principal), np.int64),
        next_due_on=_dates(_latest(history, history.versions.next_due)),
        restructured_on=_restructured_on(history),
        booked_principal_overdue=start.principal_overdue + booked.principal_overdue,
        booked_interest_overdue=start.interest_overdue + booked.interest_overdue,
        provision=start.provision - booked.provision, penalty=booked.penalty, overpayment=-booked.overpayment,
        penalty_total=start.penalty_total, penalty_posted=start.penalty_total - booked.penalty_income,
        penalty_in_year=start.penalty_in_year,
    )  # fmt: skip


def _latest(history: History, values: Integers) -> Integers:
    """The value of each loan's version in force."""
    latest: Integers = values[history.versions.current == 1]
    return latest


def _restructured_on(history: History) -> Days:
    """The day of each loan's last restructuring."""
    versions = history.versions
    made = versions.restructured == 1
    day = np.full(len(history.start.loan_id), histories.NEVER)
    day[history.place(versions.loan_id[made])] = versions.valid_from[made]
    return _dates(day)


def _dates(day: Integers) -> Days:
    """Dates of day numbers, NaT for `NEVER`."""
    days = day.astype("datetime64[D]")
    days[day == histories.NEVER] = np.datetime64("NaT")
    return days


def _days_past_due(session: Session, history: History, position: Positions) -> Integers:
    """Days from the oldest unpaid due date to ``as_of``; loans in arrears are replayed from their beginning."""
    days = np.zeros(len(position), np.int64)
    late = np.flatnonzero((position.principal_overdue > 0) | (position.interest_overdue > 0))
    if not len(late):
        return days
    whole = history_of(session, history.start.only(late).from_the_beginning(), history.accrue_to)
    as_of = whole.start.as_of
    principal = principal_claims(whole).oldest_unpaid(as_of, position.principal_repaid[late])
    interest = interest_claims(whole, accrued_interest(whole)).oldest_unpaid(as_of, position.interest_repaid[late])
    days[late] = np.maximum(as_of - np.minimum(principal, interest), 0)
    return days


def _with_penalty(session: Session, history: History, position: Positions, most: Caps) -> Positions:
    """The position with what the days since the checkpoint cost the loans whose contracts charge for being late."""
    start, total = history.start, history.start.penalty_total.copy()
    same_year = year_of(start.started_on, start.since - 1) == year_of(start.started_on, start.as_of)
    in_year = np.where(same_year, start.penalty_in_year, 0)
    late = np.flatnonzero(start.penalty_rate * _begun_overdue(history))
    if len(late):
        whole = history_of(session, start.only(late).from_the_beginning(), history.accrue_to)
        cost, in_year[late] = charged(_lateness(whole, start.only(late), most))
        total[late] += cost
    penalty = position.penalty + total - position.penalty_posted
    return replace(position, penalty=penalty, penalty_total=total, penalty_in_year=in_year)


def _begun_overdue(history: History) -> npt.NDArray[np.bool_]:
    """Whether some day since the checkpoint began with anything overdue of each loan that charges for it."""
    start = history.start
    if not start.penalty_rate.any():
        return np.zeros(len(start.loan_id), bool)
    overdue = _Mornings.of(history, start).overdue
    begun: npt.NDArray[np.bool_] = (start.principal_overdue + start.interest_overdue > 0) | (overdue > 0).any(axis=1)
    return begun


@dataclass(frozen=True, eq=False)
class _Mornings:
    """What each of ``days`` begins with: tiyn overdue and the oldest date it fell due; a row a loan, a column a day."""

    days: Integers
    overdue: Integers
    oldest: Integers

    @classmethod
    def of(cls, history: History, asked: histories.Checkpoints) -> _Mornings:
        """The days of the checkpoints ``asked``, which ``history`` covers; what is outside a loan's days is nothing."""
        start, moved, count = history.start, history.movements, len(asked.loan_id)
        evenings = np.arange(asked.since.min() - 1, asked.as_of.max())
        loan = history.place(moved.loan_id)
        lent, principal, interest = (
            by_day(count, evenings, loan, moved.on, amount)
            for amount in (moved.disbursed, moved.principal, moved.interest)
        )
        principal, interest = principal + start.principal_repaid[:, None], interest + start.interest_repaid[:, None]
        outstanding = lent + (start.principal + start.principal_repaid)[:, None] - principal
        fallen, claims = principal_claims(history), interest_claims(history, accrued_interest(history))
        overdue = np.minimum(unpaid(fallen, evenings, principal), outstanding) + unpaid(claims, evenings, interest)
        oldest = [
            np.minimum(*(each.oldest_unpaid(np.full(count, day), repaid[:, k])
                         for each, repaid in ((fallen, principal), (claims, interest))))
            for k, day in enumerate(evenings.tolist())
        ]  # fmt: skip
        own = (evenings >= asked.since[:, None] - 1) & (evenings < asked.as_of[:, None])
        return cls(evenings + 1, np.where(own, overdue, 0), np.column_stack(oldest))


def _lateness(whole: History, start: histories.Checkpoints, most: Caps) -> Late:
    """What each day since the checkpoints ``start`` begins with, from the whole history of the same loans."""
    mornings = _Mornings.of(whole, start)
    days, begun = mornings.days[None, :], start.started_on[:, None]
    own = (days >= start.since[:, None]) & (days <= start.as_of[:, None])
    return Late(
        rate=start.penalty_rate, rate_after=start.penalty_rate_after, first_days=most.first_days,
        ceiling=start.amount * int(most.year_share * RATE_DENOMINATOR) // RATE_DENOMINATOR,
        in_year=start.penalty_in_year, overdue=mornings.overdue, days_late=days - mornings.oldest,
        new_year=own & (year_of(begun, days) != year_of(begun, days - 1)),
    )  # fmt: skip
