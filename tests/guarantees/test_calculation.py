"""Every line of a claim says why it is paid as it is, and no way of claiming gives more than the share."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarantees.calculation import LINES, Calculation, Default, Line, calculate
from guarantees.policy import default_conditions

DEFAULT = Default(
    as_of=date(2019, 8, 1), days_past_due=78, disbursed=1000, repaid=100, guaranteed=765, net_paid=0,
    owed={"overdue-principal": 300, "future-principal": 600, "interest": 40, "penalty": 10},
)  # fmt: skip
WHOLE = replace(default_conditions(), covers=("principal", "interest", "penalty"))


def lines(found: Calculation) -> list[tuple[int, str]]:
    """Payable and reason of each line."""
    return [(line.payable, line.reason) for line in found.lines]


def of(claimed: dict[Line, int], *, default: Default = DEFAULT, accelerated: bool = True) -> Calculation:
    """The calculation of a claim under 85 % of principal."""
    return calculate(default, Decimal("0.85"), default_conditions(), claimed, accelerated=accelerated)


@pytest.mark.parametrize(
    ("claimed", "accelerated", "overdue", "future"),
    [
        ({"overdue-principal": 255, "future-principal": 510}, True, (255, "agrees"), (510, "agrees")),
        ({"overdue-principal": 300, "future-principal": 400}, True, (255, "above-share"), (400, "less-claimed")),
        ({"overdue-principal": 255, "future-principal": 510}, False, (255, "agrees"), (0, "not-due")),
    ],
)
def test_reasons(
    claimed: dict[Line, int],
    accelerated: bool,  # noqa: FBT001 - given by the table
    overdue: tuple[int, str],
    future: tuple[int, str],
) -> None:
    """The share of each part of the debt, what was asked, and whether it is due."""
    assert lines(of(claimed, accelerated=accelerated))[:2] == [overdue, future]


def test_the_guaranteed_sum_is_the_limit() -> None:
    """What is still guaranteed ends the payout, whatever the share of the debt."""
    found = of({"overdue-principal": 255, "future-principal": 510}, default=replace(DEFAULT, guaranteed=300))
    assert lines(found)[:2] == [(255, "agrees"), (45, "above-guarantee")]


@given(
    st.fixed_dictionaries({line: st.integers(0, 10**9) for line in LINES}),
    st.decimals(Decimal("0.01"), 1, places=4),
    st.integers(0, 10**9),
)
def test_lines_add_up_to_the_share(owed: dict[Line, int], share: Decimal, net_paid: int) -> None:
    """Claimed in whole, the lines are the share of debt and earlier payouts, less the payouts, rounded down."""
    default = replace(DEFAULT, owed=owed, net_paid=net_paid, guaranteed=10**12)
    found = calculate(default, share, WHOLE, dict.fromkeys(LINES, 10**12), accelerated=True)
    assert found.payable == max(int((sum(owed.values()) + net_paid) * share) - net_paid, 0)
