"""The batch at its edges: chunks and sizes of integers. The arithmetic itself is proven in `tests/properties`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from ledger.money import tenge
from lending.amortisation import Request, Terms, Tranche
from lending.amortisation.batch import CHUNK, Cohort, schedule_batch
from lending.amortisation.day_counts import DayCount
from lending.amortisation.plans import cohort, shape_of

ISSUED = date(2020, 1, 31)
TERMS = Terms(principal=tenge(1000), annual_rate=Decimal("0.0575"), disbursed_on=ISSUED, instalments=7)


def loans(terms: Terms, count: int) -> Cohort:
    """``count`` loans like one, each a tiyn larger than the one before."""
    columns = cohort(shape_of(terms), [Request(terms)] * count)
    return replace(columns, principal=columns.principal + np.arange(count))


def test_chunks_do_not_show() -> None:
    """The loans on both sides of a chunk's end are what they are alone, tranches included."""
    drawn = replace(TERMS, tranches=(Tranche(ISSUED, tenge(600)), Tranche(date(2020, 3, 10), tenge(400))))
    columns = loans(drawn, CHUNK + 2)
    together = schedule_batch(columns)
    for loan in (CHUNK - 1, CHUNK, CHUNK + 1):
        alone = schedule_batch(columns.part(slice(loan, loan + 1)))
        assert together.interest[:, loan].tolist() == alone.interest[:, 0].tolist()
        assert together.principal[:, loan].tolist() == alone.principal[:, 0].tolist()


def test_no_loans() -> None:
    """A cohort of nobody has empty schedules."""
    assert schedule_batch(loans(TERMS, 1).part(slice(0, 0))).principal.shape == (7, 0)


@pytest.mark.parametrize("day_count", ["30/360", "act/act"])
def test_small_loans_do_not_notice_a_large_one(day_count: DayCount) -> None:
    """One loan too large for 64 bits moves the batch to Python integers and changes nobody's tiyn."""
    columns = loans(replace(TERMS, day_count=day_count), 3)
    small = schedule_batch(columns)
    large = schedule_batch(replace(columns, principal=columns.principal.astype(object) + np.array([0, 0, 10**20])))
    assert small.principal.dtype == np.int64
    assert large.principal.dtype == object
    assert large.interest[:, :2].tolist() == small.interest[:, :2].tolist()
    assert sum(large.principal[:, 2].tolist()) == 10**20 + 100_002


def test_ten_trillion_tenge_stay_in_64_bits() -> None:
    """A loan of 10^13 tenge is worked out at full speed, and exactly."""
    table = schedule_batch(loans(replace(TERMS, principal=tenge(10**13)), 2))
    assert table.principal.dtype == np.int64
    assert table.principal.sum(axis=0).tolist() == [10**15, 10**15 + 1]
