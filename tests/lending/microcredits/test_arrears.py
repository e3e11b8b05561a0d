"""Ageing: which bucket a loan falls into, and that buckets sum to the ledger."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.money import from_tiyn, to_tiyn
from lending.microcredits.arrears import BUCKETS, UnsoundBuckets, ageing, bucket_of
from tests.lending.amortisation.worked_pages import tables
from tests.lending.microcredits.lives import lender, lives, record
from tests.lending.microcredits.test_positions import simple
from tests.oracles.positions import Life
from tests.walks import tried

PAYMENTS = [(date(2019, 2, 15), 30_000, 1_200), (date(2019, 3, 15), 30_000, 900), (date(2019, 4, 15), 30_000, 600)]


def test_the_page_tells_the_truth(session: Session) -> None:
    """The four worked loans fall into the buckets printed."""
    of = lender(session)
    record(session, of, [simple(*PAYMENTS[:paid]) for paid in (3, 2, 1, 0)])
    [rows] = tables("ageing")
    lines = ageing(session, date(2019, 4, 20), books=[of.id])
    assert [
        [line.from_day, line.to_day, line.loans, to_tiyn(line.principal), to_tiyn(line.principal_overdue)]
        for line in lines
    ] == [[int(cell.replace(".", "")) if cell else None for cell in row.values()] for row in rows]


@settings(max_examples=tried(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(lives(), min_size=1, max_size=8), days=st.integers(30, 330))
def test_buckets_sum_to_the_ledger(session: Session, many: list[Life], days: int) -> None:
    """All buckets together hold the lender's principal, on both accounts, whatever happened to its loans."""
    as_of = date(2019, 1, 1) + timedelta(days)
    with session.begin_nested() as undone:
        of = lender(session)
        record(session, of, many)
        held = balances(
            session, effective_on=as_of, accounts=["loan-principal", "loan-principal-overdue"], books=[of.id]
        )
        lines = ageing(session, as_of, books=[of.id])
        assert sum((line.principal for line in lines), from_tiyn(0)) == from_tiyn(sum(each.tiyn for each in held))
        undone.rollback()


@pytest.mark.parametrize(("days", "place"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)])
def test_edges_of_buckets(days: int, place: int) -> None:
    """The last day of a bucket is in it, the next day is not."""
    assert bucket_of(np.array([days]), BUCKETS).tolist() == [place]


@pytest.mark.parametrize("buckets", [(), (1, 31), (0, 31, 31), (0, 61, 31)])
def test_unsound_buckets_are_refused(buckets: tuple[int, ...]) -> None:
    """Buckets ascend from 0, or some loan would be in none or in two."""
    with pytest.raises(UnsoundBuckets):
        bucket_of(np.array([5]), buckets)
