"""Terms that make no loan are refused with the field, what was expected and what was found. Nothing is computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from moneyed import Money

from ledger.money import MAX_TIYN, from_tiyn, tenge
from lending.amortisation import Terms, Tranche, schedule
from lending.amortisation.refusals import (
    BadTerms,
    CustomPrincipalDoesNotFit,
    FirstDueTooEarly,
    GraceTooLong,
    PrincipalOutOfRange,
    RateOutOfRange,
    TermOutOfRange,
    TrancheOutOfPlace,
)

START = date(2019, 3, 15)


def terms(**changes: Any) -> Terms:
    """A plain loan of a thousand, changed."""
    plain: dict[str, Any] = {
        "principal": tenge(1000),
        "annual_rate": Decimal("0.06"),
        "disbursed_on": START,
        "instalments": 4,
    }
    return Terms(**(plain | changes))


def parts(*amounts: int) -> tuple[Money, ...]:
    """Amounts of tenge."""
    return tuple(map(tenge, amounts))


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (PrincipalOutOfRange, {"principal": tenge(0)}),
        (PrincipalOutOfRange, {"principal": tenge(-1)}),
        (PrincipalOutOfRange, {"principal": Money(Decimal(MAX_TIYN + 1) / 100, "KZT")}),
        (RateOutOfRange, {"annual_rate": Decimal("-0.01")}),
        (RateOutOfRange, {"annual_rate": Decimal("NaN")}),
        (RateOutOfRange, {"annual_rate": Decimal(1001)}),
        (RateOutOfRange, {"annual_rate": Decimal("0.0000000000001")}),
        (TermOutOfRange, {"instalments": 0}),
        (TermOutOfRange, {"instalments": -3}),
        (TermOutOfRange, {"instalments": 1201}),
        (TermOutOfRange, {"due_day": 32}),
        (TermOutOfRange, {"disbursed_on": date(1, 1, 1)}),
        (BadTerms, {"instalments": 2.5}),
        (BadTerms, {"instalments": True}),
        (BadTerms, {"every_months": 0}),
        (BadTerms, {"method": "balloon"}),
        (BadTerms, {"day_count": "30/365"}),
        (FirstDueTooEarly, {"first_due_on": START}),
        (FirstDueTooEarly, {"first_due_on": date(2019, 3, 1)}),
        (GraceTooLong, {"principal_grace": 4}),
        (GraceTooLong, {"principal_grace": -1}),
        (GraceTooLong, {"interest_grace": 4}),
        (CustomPrincipalDoesNotFit, {"method": "custom"}),
        (CustomPrincipalDoesNotFit, {"method": "custom", "custom_principal": parts(500, 500)}),
        (CustomPrincipalDoesNotFit, {"method": "custom", "custom_principal": parts(1, 1, 1, 1)}),
        (CustomPrincipalDoesNotFit, {"method": "custom", "custom_principal": parts(2000, -1000, 0, 0)}),
        (
            CustomPrincipalDoesNotFit,
            {"method": "custom", "principal_grace": 1, "custom_principal": parts(1000, 0, 0, 0)},
        ),
        (CustomPrincipalDoesNotFit, {"method": "bullet", "fixed_principal": tenge(10)}),
        (CustomPrincipalDoesNotFit, {"fixed_principal": tenge(10)}),
        (TrancheOutOfPlace, {"tranches": (Tranche(START, tenge(999)),)}),
        (TrancheOutOfPlace, {"tranches": (Tranche(date(2019, 3, 16), tenge(1000)),)}),
        (
            TrancheOutOfPlace,
            {"tranches": (Tranche(START, tenge(2000)), Tranche(date(2019, 4, 1), tenge(-1000)))},
        ),
    ],
)
def test_nonsense_is_refused(refusal: type[BadTerms], changes: dict[str, Any]) -> None:
    """Each kind of nonsense has its own refusal, which names the field."""
    with pytest.raises(refusal) as caught:
        terms(**changes)
    assert type(caught.value) is refusal
    assert caught.value.field in str(caught.value)


def test_a_tranche_after_the_end_is_refused() -> None:
    """A tranche on the last due date would never be repaid."""
    late = (Tranche(START, tenge(600)), Tranche(date(2019, 7, 15), tenge(400)))
    with pytest.raises(TrancheOutOfPlace):
        schedule(terms(tranches=late))


def test_the_largest_loan_is_exact() -> None:
    """A principal of 2^63-1 tiyn is scheduled to the last tiyn."""
    plan = schedule(terms(principal=from_tiyn(MAX_TIYN)))
    assert sum(plan.principal) == MAX_TIYN
