"""Whole numbers out of the database into arrays: every value as it is, whatever its size and sign."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.columns import DAY, array, day_number, read

WHOLE = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WHOLE, max_size=50))
def test_there_and_back(session: Session, numbers: list[int]) -> None:
    """Numbers sent as an array come back as columns, in order; of nothing comes an empty column."""
    query = "SELECT v, n FROM unnest(%(values)s::bigint[]) WITH ORDINALITY AS t (v, n) ORDER BY n"
    found = read(session, ["value", "place"], query, {"values": array(np.array(numbers, np.int64))})
    assert found["value"].tolist() == numbers
    assert found["place"].tolist() == list(range(1, len(numbers) + 1))


def test_dates_travel_as_day_numbers(session: Session) -> None:
    """Python and SQL count the same days since 1970-01-01, before it too."""
    days = [date(1931, 5, 1), date(1970, 1, 1), date(2021, 2, 28)]
    query = f"SELECT {DAY.format('day')} FROM unnest(%(days)s::date[]) AS t (day)"
    assert read(session, ["day"], query, {"days": days})["day"].tolist() == list(map(day_number, days))
