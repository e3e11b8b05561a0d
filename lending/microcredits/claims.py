"""What had fallen due of many loans, date by date, and what of it stood unpaid at the close of each day.

Pure arithmetic on columns. A claim is a running total: all that had fallen due by a date. Set against what had been
repaid by a day it tells what is overdue, and since when. Where claims come from is told by
`lending.microcredits.positions`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ledger.columns import Integers
from lending.amortisation.rounding import Whole
from lending.microcredits.histories import NEVER


@dataclass(frozen=True, eq=False)
class Claims:
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
        loan, on = self.loan[known], np.append(self.on[known], NEVER)
        each = np.arange(len(repaid))
        place = np.searchsorted(loan, each, "left")
        paid = np.flatnonzero(self.amount[known] <= repaid[loan])
        place[loan[paid]] = paid + 1
        return np.where(place < np.searchsorted(loan, each, "right"), on[place], NEVER)


def above(claimed: Integers, repaid: Integers) -> Integers:
    """What is claimed and not repaid, not below nothing."""
    unpaid: Integers = np.maximum(claimed - repaid, 0)
    return unpaid


def by_day(count: int, days: Integers, loan: Integers, on: Integers, amount: Whole) -> Integers:
    """What had moved of each loan by the close of each of ``days`` (ascending): one row a loan, one column a day."""
    moved = np.zeros((count, len(days) + 1), np.int64)
    np.add.at(moved, (loan, np.searchsorted(days, on, "left")), amount)
    running: Integers = np.cumsum(moved[:, :-1], axis=1)
    return running


def unpaid(claims: Claims, days: Integers, repaid: Integers) -> Integers:
    """What had fallen due by the close of each of ``days`` and was not repaid; rows and columns as in `by_day`."""
    claimed = [claims.at(np.full(len(repaid), day)) for day in days.tolist()]
    return above(np.column_stack(claimed), repaid)
