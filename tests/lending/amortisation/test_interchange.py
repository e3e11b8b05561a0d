"""Terms and plans as JSON. What cannot be read is refused by the name of its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.money import tenge
from lending.amortisation import Terms, Tranche, schedule
from lending.amortisation.interchange import plan_to_json, terms_from_json
from lending.amortisation.refusals import BadTerms

PLAIN: dict[str, Any] = {
    "principal": "3000000.00",
    "annual_rate": "0.06",
    "disbursed_on": "2019-03-15",
    "first_due_on": None,
    "instalments": 60,
    "every_months": 1,
    "method": "annuity",
    "principal_grace": 12,
}


def test_terms_are_read() -> None:
    """Strings become money, rates and dates; null is absent."""
    assert terms_from_json(PLAIN) == Terms(
        principal=tenge("3000000.00"),
        annual_rate=Decimal("0.06"),
        disbursed_on=date(2019, 3, 15),
        instalments=60,
        principal_grace=12,
    )


def test_tranches_and_parts_are_read() -> None:
    """Nested amounts are read like the others."""
    tranches = [{"on": "2019-03-15", "amount": "1000000"}, {"on": "2019-04-01", "amount": "2000000"}]
    read = terms_from_json(PLAIN | {"method": "custom", "fixed_principal": "10000.00", "tranches": tranches})
    assert read.tranches[1] == Tranche(date(2019, 4, 1), tenge(2_000_000))
    assert read.fixed_principal == tenge(10_000)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("principal", "three million"),
        ("principal", 3000000.5),
        ("principal", "0.001"),
        ("principal", True),
        ("principal", "NaN"),
        ("annual_rate", 0.06),
        ("annual_rate", "6 %"),
        ("annual_rate", "-0.06"),
        ("disbursed_on", "15.03.2019"),
        ("disbursed_on", 20190315),
        ("instalments", "60"),
        ("instalments", True),
        ("instalments", 0),
        ("method", "anuity"),
        ("method", 7),
        ("tranches", "all"),
        ("tranches", [{"on": "2019-03-15"}]),
        ("custom_principal", [1.5]),
        ("principal", None),
    ],
)
def test_what_cannot_be_read_is_named(field: str, value: object) -> None:
    """The refusal says which field is wrong."""
    with pytest.raises(BadTerms) as caught:
        terms_from_json(PLAIN | {field: value})
    assert field in str(caught.value)


@pytest.mark.parametrize("data", [[], "terms", 7, PLAIN | {"intrest": 1}])
def test_other_shapes_are_refused(data: object) -> None:
    """A list, a word, a number, or a field nobody knows."""
    with pytest.raises(BadTerms):
        terms_from_json(data)


def test_a_plan_is_written() -> None:
    """Amounts as strings with two decimals, dates ISO, the effective rate as a plain decimal."""
    written = plan_to_json(schedule(terms_from_json(PLAIN | {"instalments": 1, "principal_grace": 0})))
    rate = written.pop("effective_rate")
    assert written == {
        "instalments": [
            {
                "n": 1,
                "due_on": "2019-04-15",
                "days": 30,
                "principal": "3000000.00",
                "interest": "15000.00",
                "total": "3015000.00",
                "balance": "0.00",
            }
        ]
    }
    assert round(Decimal(rate), 4) == round(Decimal("1.005") ** (Decimal(365) / 31) - 1, 4)
