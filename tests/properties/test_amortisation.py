"""Schedules and accruals against a slow oracle in fractions. The terms are any that make a loan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ledger.money import from_tiyn
from lending.amortisation import Plan, Request, Terms, schedule, schedules
from lending.amortisation.accrual import Accruing, accrue
from lending.amortisation.events import Prepayment, RateChange, apply
from lending.amortisation.months import day_numbers
from lending.amortisation.positions import position
from tests.lending.amortisation.entries import entries
from tests.oracles import amortisation as oracle
from tests.walks import tried

DAY_COUNTS = ("30/360", "act/365", "act/360", "act/act")


@st.composite
def terms(draw: Callable[[st.SearchStrategy[Any]], Any], largest: int = 10**17) -> Terms:
    """Any terms with one disbursement, from a tiyn to a thousand trillion tenge."""
    count = draw(st.integers(1, 24))
    disbursed_on = draw(st.dates(date(2015, 1, 1), date(2030, 12, 31)))
    return Terms(
        principal=from_tiyn(draw(st.integers(1, largest))),
        annual_rate=Decimal(draw(st.integers(0, 999_999))).scaleb(-6),
        disbursed_on=disbursed_on,
        first_due_on=draw(st.none() | st.integers(1, 400).map(lambda days: disbursed_on + timedelta(days))),
        instalments=count,
        every_months=draw(st.sampled_from((1, 3, 6, 12))),
        method=draw(st.sampled_from(("annuity", "equal-principal", "bullet"))),
        day_count=draw(st.sampled_from(DAY_COUNTS)),
        principal_grace=draw(st.integers(0, count - 1)),
        interest_grace=draw(st.integers(0, count - 1)),
        interest_grace_treatment=draw(st.sampled_from(("first", "spread", "capitalise"))),
        rounding=draw(st.sampled_from(("half-up", "half-even"))),
    )


def lines(plan: Plan) -> list[oracle.Line]:
    """A plan as the oracle would tell it."""
    return list(map(oracle.Line, plan.due_on, plan.principal, plan.interest, plan.balance))


@settings(max_examples=tried(120), deadline=None)
@given(terms())
def test_schedule_equals_oracle(given_terms: Terms) -> None:
    """Dates and amounts are the oracle's to the tiyn, at any size."""
    assert lines(schedule(given_terms)) == oracle.lines(given_terms)


@settings(max_examples=tried(60), deadline=None)
@given(terms())
def test_schedule_repays_the_loan(given_terms: Terms) -> None:
    """Nothing is negative, nothing is repaid in the grace, and the balance ends at zero."""
    plan = schedule(given_terms)
    assert min(plan.principal + plan.interest + plan.balance) >= 0
    assert not any(plan.principal[: given_terms.principal_grace])
    assert sum(plan.principal) - plan.capitalised == given_terms.principal.amount * 100
    assert plan.balance[-1] == 0


@settings(max_examples=tried(30), deadline=None)
@given(st.lists(terms(), min_size=1, max_size=12), st.lists(terms(largest=10**10), min_size=1, max_size=12))
def test_batch_equals_single(large: list[Terms], small: list[Terms]) -> None:
    """A loan's plan does not depend on its company, whatever the sizes around it."""
    asked = [Request(each) for each in large + small + small]
    assert schedules(asked) == [schedule(each) for each in large + small + small]


@settings(max_examples=tried(60), deadline=None)
@given(terms(), st.integers(0, 10**6))
def test_going_on_loses_nothing(given_terms: Terms, where: int) -> None:
    """A plan cut on any day and gone on with earns the same interest in the cut period, and ends at zero."""
    plan = schedule(replace(given_terms, interest_grace=0))
    life = (plan.due_on[-1] - plan.terms.disbursed_on).days
    on = plan.terms.disbursed_on + timedelta(where % life)
    assume(position(plan, on).principal)  # a few tiyn may be repaid before the term
    rest = apply(plan, RateChange(on, plan.terms.annual_rate))
    paid = sum(due <= on for due in plan.due_on)
    assert (rest.interest[0], rest.due_on, rest.balance[-1]) == (plan.interest[paid], plan.due_on[paid:], 0)
    assert sum(rest.principal) == sum(plan.principal[paid:])


@settings(max_examples=tried(80), deadline=None)
@given(terms(), st.integers(0, 10**6), st.integers(1, 99), st.sampled_from(("shorten", "lower")))
def test_prepayment_takes_its_amount_off(
    given_terms: Terms, where: int, percent: int, then: Literal["shorten", "lower"]
) -> None:
    """Whenever it comes, a prepayment leaves the rest of the principal to repay, in no more instalments."""
    plan = schedule(given_terms)
    on = plan.terms.disbursed_on + timedelta(where % (plan.due_on[-1] - plan.terms.disbursed_on).days)
    at = position(plan, on)
    amount = at.principal * percent // 100
    assume(amount > 0)
    rest = apply(plan, Prepayment(on, from_tiyn(amount), then))
    assert sum(rest.principal) - rest.capitalised == at.principal - amount
    assert min(rest.principal + rest.interest + rest.balance) >= 0
    assert rest.balance[-1] == 0
    left = plan.due_on[at.paid :]
    assert rest.due_on == (left if then == "lower" else left[: len(rest.due_on)])


@st.composite
def lives(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
    """A loan's first draw, later movements, due dates, rates, and the days at which it is accrued."""
    start = draw(st.dates(date(2018, 1, 1), date(2024, 12, 31)))
    some_days = st.lists(st.integers(0, 500).map(lambda days: start + timedelta(days)), max_size=5, unique=True)
    amount = draw(st.sampled_from((10**5, 10**9, 10**17)))
    moves = {day: draw(st.integers(-amount // 8, amount)) for day in draw(some_days)}
    return {
        "day_count": draw(st.sampled_from(DAY_COUNTS)),
        "rounding": draw(st.sampled_from(("half-up", "half-even"))),
        "moves": moves | {start: amount},
        "rates": {day: draw(st.integers(0, 300_000)) for day in draw(some_days)} | {start: 60_000},
        "dues": sorted(set(draw(some_days)) - {start}),
        "stops": sorted({*draw(some_days), start + timedelta(501)}),
    }


@settings(max_examples=tried(60), deadline=None)
@given(lives(), st.integers(1, 3))
def test_accrual_equals_oracle(life: dict[str, Any], copies: int) -> None:
    """Accrued in any steps, alone or in company, interest is the oracle's to the tiyn on every day."""
    start = min(life["moves"])
    state = {
        "checkpoint": np.repeat(day_numbers([start]), copies),
        "period_started_on": np.repeat(day_numbers([start]), copies),
        **{name: np.zeros(copies, np.int64) for name in ("principal", "open_numerator", "rate")},
    }
    total = 0
    for stop in life["stops"]:
        target = np.repeat(day_numbers([stop]), copies)
        result = accrue(
            Accruing(
                day_count=life["day_count"],
                rate_denominator=10**6,
                rounding=life["rounding"],
                target=target,
                movements=entries(*[life["moves"]] * copies),
                rate_changes=entries(*[life["rates"]] * copies),
                due_on=entries(*[dict.fromkeys(life["dues"], 0)] * copies),
                **state,
            )
        )
        assert len(set(result.interest.tolist())) == 1
        total += int(result.interest[0])
        rates = {day: Fraction(rate, 10**6) for day, rate in life["rates"].items()}
        assert total == oracle.accrued(life["day_count"], rates, life["moves"], life["dues"], stop, life["rounding"])
        names = ("principal", "period_started_on", "open_numerator", "rate")
        state = {name: getattr(result, name) for name in names} | {"checkpoint": target}


@settings(max_examples=tried(60), deadline=None)
@given(terms(largest=10**13))
def test_loan_on_schedule_accrues_its_schedule(given_terms: Terms) -> None:
    """Paid as planned, the interest accrued is the interest of the schedule, and accrual stops with the loan."""
    plan = schedule(replace(given_terms, interest_grace=0))
    rate = Fraction(plan.terms.annual_rate)
    start = day_numbers([plan.terms.disbursed_on])
    nothing = np.zeros(1, np.int64)
    result = accrue(
        Accruing(
            day_count=plan.terms.day_count,
            rate_denominator=rate.denominator,
            rounding=plan.terms.rounding,
            checkpoint=start,
            target=day_numbers([plan.due_on[-1]]) + 100,
            principal=nothing + int(plan.terms.principal.amount * 100),
            period_started_on=start,
            open_numerator=nothing,
            rate=nothing + rate.numerator,
            due_on=entries(dict.fromkeys(plan.due_on, 0)),
            movements=entries({on: -part for on, part in zip(plan.due_on, plan.principal, strict=True)}),
            rate_changes=entries({}),
        )
    )
    assert (int(result.interest[0]), int(result.principal[0])) == (sum(plan.interest), 0)
    assert int(result.to_last_due[0]) == sum(plan.interest)
