"""Arrears: how old the oldest unpaid due date of each loan is, and what that makes of a portfolio.

Days past due are worked out from schedules and payments on the day asked, never stored as a truth. Buckets are
data. A loan is in one bucket with the whole of its principal, so the buckets of a lender sum to its outstanding
principal, which is the ledger's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from moneyed import Money
from sqlalchemy.orm import Session

from ledger.columns import Integers
from ledger.errors import BadInput
from ledger.money import from_tiyn
from lending.microcredits.histories import id_ranges
from lending.microcredits.positions import Positions, positions

#: First day past due of each bucket: not overdue, 1-30, 31-60, 61-90, 91 and more.
BUCKETS = (0, 1, 31, 61, 91)
#: Loans worked on together when a whole portfolio is asked for.
CHUNK = 20_000


@dataclass(eq=False, kw_only=True)
class UnsoundBuckets(BadInput):
    """Buckets that do not start on day 0 or do not ascend."""

    code = "unsound-buckets"
    sentence = "Expected the first days of buckets, ascending from 0, like 0, 1, 31, 61, 91; found {found}."
    found: str


@dataclass(frozen=True, slots=True)
class AgeingLine:
    """One bucket of one lender: days past due ``from_day`` to ``to_day`` (None: no end), both included.

    ``principal`` is the whole outstanding principal of its loans, ``interest`` what is accrued and unpaid of them;
    the overdue parts are in them. ``provision`` is what the last month-end set aside.
    """

    lender_id: int
    from_day: int
    to_day: int | None
    loans: int
    principal: Money
    principal_overdue: Money
    interest: Money
    interest_overdue: Money
    provision: Money


def bucket_of(days_past_due: Integers, buckets: Sequence[int] = BUCKETS) -> Integers:
    """The place in ``buckets`` that each number of days falls into.

    Raises:
        UnsoundBuckets: the buckets do not ascend from 0.
    """
    if not buckets or buckets[0] != 0 or sorted(set(buckets)) != list(buckets):
        raise UnsoundBuckets(found=", ".join(map(str, buckets)))
    places: Integers = np.searchsorted(np.array(buckets), days_past_due, "right") - 1
    return places


def ageing(
    session: Session,
    as_of: date,
    *,
    accrue_to: date | None = None,
    books: Collection[int] | None = None,
    buckets: Sequence[int] = BUCKETS,
) -> list[AgeingLine]:
    """Every lender's loans with something outstanding by age at the close of ``as_of``; all buckets, empty ones too.

    ``books``: the lenders, None for all; ``accrue_to`` as in `positions` (for a closed month, the first day of the
    next gives the ledger's interest). Sums are the sums of whole tiyn of the loans.

    Raises:
        UnsoundBuckets: the buckets do not ascend from 0.
    """
    sums: dict[int, Integers] = {}
    for chunk in portfolio(session, as_of, accrue_to=accrue_to, books=books):
        owing = chunk.only((chunk.principal != 0) | (chunk.interest != 0))
        for lender_id, table in _tables(owing, buckets):
            sums[lender_id] = sums.get(lender_id, 0) + table
    ends = [*(following - 1 for following in buckets[1:]), None]
    return [
        AgeingLine(lender_id, from_day, to_day, int(row[0]), *map(from_tiyn, row[1:].tolist()))
        for lender_id, table in sorted(sums.items())
        for from_day, to_day, row in zip(buckets, ends, table, strict=True)
    ]


def portfolio(
    session: Session, as_of: date, *, accrue_to: date | None = None, books: Collection[int] | None = None
) -> Iterator[Positions]:
    """Positions of all loans at the close of ``as_of``, a chunk at a time, so that a million fit in memory."""
    for loan_ids in id_ranges(session, CHUNK):
        yield positions(session, as_of, accrue_to=accrue_to, loan_ids=loan_ids, books=books, skip_settled=True)


def _tables(chunk: Positions, buckets: Sequence[int]) -> Iterator[tuple[int, Integers]]:
    """For each lender of the chunk: one row a bucket, the number of loans and the sums of `AgeingLine`."""
    ones = np.ones(len(chunk), np.int64)
    amounts = (chunk.principal, chunk.principal_overdue, chunk.interest, chunk.interest_overdue, chunk.provision)
    values = np.column_stack([ones, *amounts])
    bucket = bucket_of(chunk.days_past_due, buckets)
    for lender_id in np.unique(chunk.lender_id).tolist():
        own = chunk.lender_id == lender_id
        table = np.zeros((len(buckets), values.shape[1]), np.int64)
        np.add.at(table, bucket[own], values[own])
        yield lender_id, table
