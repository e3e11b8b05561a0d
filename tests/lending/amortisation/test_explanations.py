"""Explanations tell the arithmetic that was done. Their numbers multiply out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.money import tenge
from lending.amortisation import Terms, schedule
from lending.amortisation.events import RateChange, apply
from lending.amortisation.explanations import explain
from lending.amortisation.refusals import BadTerms

PLAN = schedule(
    Terms(
        principal=tenge(1_000_000),
        annual_rate=Decimal("0.06"),
        disbursed_on=date(2019, 1, 31),
        instalments=6,
        principal_grace=2,
        interest_grace=2,
    )
)


def test_the_words() -> None:
    """Balance, fraction, product, rounding, the grace's share and the principal rule, line by line."""
    assert str(explain(PLAN, 4)).splitlines() == [
        "Instalment 4, due on 2019-05-31.",
        "From 2019-04-30 to 2019-05-31 the balance is 751867.21, for 1/12 of a year (the period counts 30 days).",
        "Interest: 751867.21 x 0.06 x 1/12 = 3759.336050; rounded half-up: 3759.34.",
        "Interest added from the grace: 2500.00; payable: 6259.34.",
        "Principal: the level payment 253132.79 less the interest earned: 249373.45.",
        "Total: 249373.45 + 6259.34 = 255632.79; balance after: 502493.76.",
    ]


@pytest.mark.parametrize(
    ("n", "part"),
    [(1, "Interest put off: 5000.00"), (2, "none during the grace"), (6, "all that is left")],
)
def test_the_grace_and_the_end(n: int, part: str) -> None:
    """The special instalments say why they are."""
    assert part in str(explain(PLAN, n))


def test_interest_brought_from_before() -> None:
    """After a change in mid-period the days before it are told apart."""
    told = explain(apply(PLAN, RateChange(date(2019, 5, 15), Decimal("0.03"))), 1)
    assert (told.since, told.year_fraction) == (date(2019, 5, 15), Fraction(15, 360))
    assert "of earlier days and tranches" in str(told)


@pytest.mark.parametrize("n", [0, 7, -1])
def test_there_is_no_such_instalment(n: int) -> None:
    """Only instalments of the plan can be explained."""
    with pytest.raises(BadTerms):
        explain(PLAN, n)
