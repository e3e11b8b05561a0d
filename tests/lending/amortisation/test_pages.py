"""Every worked table of `docs/algorithms` comes out as printed. The tables are the data, the code is recomputed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from ledger.money import from_tiyn, tenge
from lending.amortisation import Flow, Plan, Terms, Tranche, schedule
from lending.amortisation.accrual import Accruing, accrue
from lending.amortisation.day_counts import YEAR, numerators
from lending.amortisation.effective_rate import printed_percent
from lending.amortisation.events import Event, Prepayment, RateChange, Rescheduling, apply
from lending.amortisation.interchange import plan_to_json, terms_from_json
from lending.amortisation.months import day_numbers
from tests.lending.amortisation.entries import entries
from tests.lending.amortisation.worked_pages import Rows, tables, worked

SCHEDULES = [each for page in ("due-dates", "annuity-and-equal-principal", "grace") for each in worked(page)]


def shown(plan: Plan, rows: Rows) -> Rows:
    """The plan with the columns of ``rows``."""
    lines = plan_to_json(plan)["instalments"]
    return [{column: str(line[column]) for column in rows[0]} for line in lines]


@pytest.mark.parametrize(
    "example",
    SCHEDULES,
    ids=lambda each: f"{each.page}-{each.given['method']}" if "method" in each.given else each.page,
)
def test_schedules(example: Any) -> None:
    """The terms of a page give the table below them."""
    assert shown(schedule(terms_from_json(example.given)), example.rows) == example.rows


def event_of(given: dict[str, Any]) -> Event:
    """An event as a page writes it."""
    on = date.fromisoformat(given["on"])
    match given["event"]:
        case "prepayment":
            return Prepayment(on, tenge(given["amount"]), given["then"])
        case "rate change":
            return RateChange(on, Decimal(given["annual_rate"]))
    changes = {name: value for name, value in given.items() if name not in {"event", "on", "first_due_on"}}
    return Rescheduling(on=on, first_due_on=date.fromisoformat(given["first_due_on"]), **changes)


def test_events() -> None:
    """The loan of the page and what each event makes of it."""
    before, *after = worked("prepayment-and-rescheduling")
    plan = schedule(terms_from_json(before.given))
    assert shown(plan, before.rows) == before.rows
    assert len(after) == 4
    for example in after:
        assert shown(apply(plan, event_of(example.given)), example.rows) == example.rows


def test_day_counts() -> None:
    """Every numerator of the table, by column."""
    rows = tables("day-counts")[-1]
    start, end = (day_numbers([date.fromisoformat(row[side]) for row in rows]) for side in ("from", "to"))
    for day_count in YEAR:
        assert numerators(day_count, start, end).tolist() == [int(row[day_count]) for row in rows]


def test_accruals() -> None:
    """Each line of the page accrues from the line before."""
    (rows,) = tables("accrual")
    plan = schedule(
        Terms(principal=tenge(10**6), annual_rate=Decimal("0.06"), disbursed_on=date(2019, 1, 31), instalments=6)
    )
    none = np.zeros(1, np.int64)
    checkpoint = day_numbers([plan.terms.disbursed_on])
    state: dict[str, Any] = {
        "principal": none + 10**8,
        "period_started_on": checkpoint,
        "open_numerator": none,
        "rate": none + 6000,
    }
    for row in rows:
        target = day_numbers([date.fromisoformat(row["accrued at"])])
        result = accrue(
            Accruing(
                day_count="30/360",
                rate_denominator=10**5,
                checkpoint=checkpoint,
                target=target,
                due_on=entries(dict.fromkeys(plan.due_on, 0)),
                movements=entries({on: -part for on, part in zip(plan.due_on, plan.principal, strict=True)}),
                rate_changes=entries({}),
                **state,
            )
        )
        found = (result.principal, result.interest, result.to_last_due)
        assert [f"{from_tiyn(int(each[0])).amount:.2f}" for each in found] == list(row.values())[1:4]
        assert int(result.open_numerator[0]) == int(row["open numerator"])
        checkpoint, state = target, {name: getattr(result, name) for name in state}


def effective_plans() -> dict[str, Plan]:
    """The loans of the effective-rate page by their letters."""
    issued = date(2019, 3, 15)

    def loan(flows: tuple[Flow, ...] = (), **changes: Any) -> Plan:
        plain: dict[str, Any] = {"principal": tenge(5_000_000), "annual_rate": Decimal("0.06"), "instalments": 60}
        return schedule(Terms(**(plain | {"disbursed_on": issued} | changes)), flows=flows)

    yearly: dict[str, Any] = {"every_months": 12, "instalments": 5, "principal_grace": 1, "method": "equal-principal"}
    tranches = (Tranche(issued, tenge(3_000_000)), Tranche(date(2019, 6, 15), tenge(2_000_000)))
    once: dict[str, Any] = {"instalments": 1, "every_months": 12, "principal": tenge(1_000_000), "method": "bullet"}
    return {
        "A": loan(),
        "B": loan(**yearly, day_count="act/365"),
        "B2": loan(**yearly),
        "C": loan(tranches=tranches, method="equal-principal", instalments=36, principal_grace=12),
        "D": loan((Flow(issued, tenge(10_000)),), **once),
        "E1": loan(annual_rate=Decimal("0.0585")),
        "E2": loan(annual_rate=Decimal("0.0588")),
        "E3": loan(annual_rate=Decimal("0.059")),
        "F": loan(**once, annual_rate=Decimal("0.0001")),
    }


def test_effective_rates() -> None:
    """The rates of the page, to seven decimals and as contracts print them."""
    rates = {name: plan.effective_rate for name, plan in effective_plans().items()}
    (rows,) = tables("effective-rate")
    assert {row["loan"]: row["effective rate"] for row in rows} == {name: f"{rate:.7f}" for name, rate in rates.items()}
    assert {row["loan"]: row["printed"] for row in rows} == {
        name: str(printed_percent(rate)) for name, rate in rates.items()
    }


def test_the_source_figures_of_the_examples() -> None:
    """Payments published with the examples: the annuity of A and the yearly sums of B."""
    plans = effective_plans()
    first, *_, last = plans["A"].instalments
    assert (first.total, last.total) == (tenge("96664.01"), tenge("96663.83"))
    assert sum(plans["A"].interest) == 79_984_042
    assert [str(line.total.amount) for line in plans["B"].instalments] == [
        "300821.92",
        "1550000.00",
        "1475000.00",
        "1400000.00",
        "1325205.48",
    ]
    assert sum(plans["B2"].interest) == 105_000_000
