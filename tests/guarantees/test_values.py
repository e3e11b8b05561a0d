"""The arithmetic of one guarantee: its sum, its commission, how it shrinks, what it has earned."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarantees.policy import Reduction
from guarantees.values import capacity, commission, earned, exposure, guaranteed, part

TIYN = st.integers(1, 10**12)
SHARE = st.decimals(Decimal("0.01"), 1, places=2)


@given(TIYN, SHARE)
def test_a_guaranteed_sum_never_exceeds_its_share(loan: int, share: Decimal) -> None:
    """It is rounded down, by less than a tiyn."""
    assert 0 <= loan * share - part(loan, share) < 1


@given(TIYN, st.sampled_from([Decimal("0.3"), Decimal("0.2")]))
def test_what_fits_fits(left: int, rate: Decimal) -> None:
    """The commission of the largest guarantee that fits is within what is left, and a tenge more is not."""
    assert commission(capacity(left, rate), rate) <= left < commission(capacity(left, rate) + 100, rate)


@pytest.mark.parametrize(
    ("rule", "sums"),
    [("proportional", (850, 425, 0)), ("repaid-last", (850, 500, 0)), ("repaid-first", (850, 350, 0))],
)
def test_how_a_guarantee_shrinks(rule: Reduction, sums: tuple[int, int, int]) -> None:
    """Of a loan of a thousand: unpaid as a whole, by half, and not at all."""
    assert tuple(guaranteed(rule, Decimal("0.85"), 1000, unpaid) for unpaid in (1000, 500, 0)) == sums


def test_what_was_paid_is_at_risk_no_more() -> None:
    """After 425 were paid on 500 unpaid, the lender bears his 75 alone; without the payout 85 % of them are at risk."""
    assert exposure("proportional", Decimal("0.85"), 1000, 75, 425) == 0
    assert exposure("proportional", Decimal("0.85"), 1000, 75, 0) == 63


@pytest.mark.parametrize(("on", "sum_earned"), [(1, 0), (2, 10), (11, 100), (12, 100)])
def test_commission_is_earned_by_days(on: int, sum_earned: int) -> None:
    """Ten days from the second: the first day counts, the last does not, and before there is nothing."""
    term = date(2019, 3, 2), date(2019, 3, 12)
    assert earned("over-term", 100, *term, date(2019, 3, on)) == sum_earned


def test_commission_may_be_earned_at_once() -> None:
    """All of it on the day of the contract."""
    assert earned("at-once", 100, date(2019, 3, 2), date(2019, 3, 12), date(2019, 3, 2)) == 100
