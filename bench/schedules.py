"""Schedules a second: our batch against a plain loop in Decimal and against numpy-financial, in one run.

All three make the same annuity schedules of sixty months at 30/360. The Decimal loop rounds every amount to
the tiyn as we do; numpy-financial neither rounds nor makes dates. It is called as its pages show, once a loan over
the months, and once for all loans at a time, which is a floor of floating-point work rather than an equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from time import perf_counter

import numpy as np
import numpy_financial as npf

from ledger.money import tenge
from lending.amortisation import Request, Terms, schedule
from lending.amortisation.batch import Cohort, schedule_batch
from lending.amortisation.plans import cohort, shape_of

TERMS = Terms(principal=tenge(5_000_000), annual_rate=Decimal("0.06"), disbursed_on=date(2019, 3, 15), instalments=60)
_CENT = Decimal("0.01")


def measure(loans: int = 100_000, peers: int = 2_000) -> dict[str, float]:
    """Schedules a second by way of making them, ratios to ours, and milliseconds of a single plan in money.

    ``loans`` go through the batch, ``peers`` through each of the slower ways; each way is warmed up and the
    best of three runs counts.
    """
    columns = _loans(loans)
    principals = columns.principal[:peers]
    ours = loans / _best(lambda: schedule_batch(columns))
    in_decimal = peers / _best(lambda: [_decimal_schedule(int(principal)) for principal in principals])
    in_float = peers / _best(lambda: _float_schedules(principals / 100))
    one_by_one = peers / _best(lambda: [_float_schedules(np.array([principal / 100])) for principal in principals])
    single = _best(lambda: [schedule(TERMS).instalments for _ in range(20)]) / 20
    return {
        "schedules_per_second": ours,
        "decimal_loop_per_second": in_decimal,
        "numpy_financial_per_second": one_by_one,
        "numpy_financial_all_at_once_per_second": in_float,
        "times_decimal_loop": ours / in_decimal,
        "times_numpy_financial": ours / one_by_one,
        "times_numpy_financial_all_at_once": ours / in_float,
        "single_plan_ms": single * 1000,
    }


def _loans(count: int) -> Cohort:
    """``count`` loans of one shape with their own sums, rates and dates."""
    random = np.random.default_rng(2019)
    one = cohort(shape_of(TERMS), [Request(TERMS)])
    disbursed_on = one.disbursed_on + random.integers(0, 1000, count)
    none = np.zeros(count, np.int64)
    return replace(
        one,
        principal=random.integers(10**7, 2 * 10**9, count),
        rate=random.integers(1, 600, count),
        rate_denominator=10_000,
        disbursed_on=disbursed_on,
        first_due_on=disbursed_on,
        period_started_on=disbursed_on,
        due_day=none,
        accrued=none,
        deferred=none,
    )


def _decimal_schedule(principal: int) -> list[tuple[Decimal, Decimal, Decimal]]:
    """The textbook loop: principal, interest and balance of sixty months at 6 %."""
    rate = Decimal("0.005")
    balance = Decimal(principal) / 100
    level = (balance * rate / (1 - (1 + rate) ** -60)).quantize(_CENT, ROUND_HALF_UP)
    rows = []
    for month in range(60):
        interest = (balance * rate).quantize(_CENT, ROUND_HALF_UP)
        part = balance if month == 59 else level - interest
        balance -= part
        rows.append((part, interest, balance))
    return rows


def _float_schedules(principals: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[object, object]:
    """Interest and principal by numpy-financial's closed formulas, over all loans at once."""
    months = np.arange(1, 61)[:, None]
    return npf.ipmt(0.005, months, 60, principals), npf.ppmt(0.005, months, 60, principals)


def _best(work: Callable[[], object]) -> float:
    """Seconds of the quickest of three runs after one to warm up."""
    work()
    times = []
    for _ in range(3):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)
