"""What follows from an application: age classes, territories, and the effective rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lending.programmes.application import application_from_json
from lending.programmes.editions import edition
from lending.programmes.facts import age_class, effective_rates, facts_of
from tests.lending.programmes.samples import facts


@pytest.mark.parametrize(
    ("law", "registered_on", "expected"),
    [
        ("746", date(2018, 5, 2), "start-up"),
        ("746", date(2018, 5, 1), "beginning"),
        ("746", date(2016, 5, 2), "beginning"),
        ("746", date(2016, 5, 1), "operating"),
        ("746", date(2019, 6, 1), "start-up"),
        ("919", date(2019, 4, 1), "beginning"),
        ("919", date(2016, 5, 2), "beginning"),
        ("919", date(2016, 5, 1), "operating"),
        ("746", None, None),
    ],
)
def test_age_classes(law: str, registered_on: date | None, expected: str | None) -> None:
    """On 1 May 2019: below a year, below three, and from then on; 919 has no class for the first year."""
    assert age_class(registered_on, date(2019, 5, 1), edition(law)) == expected


@pytest.mark.parametrize(
    ("changes", "rate"),
    [
        ({}, "0.0615453"),
        ({"every_months": "12", "method": "equal-principal", "principal_grace_months": "12"}, "0.0599373"),
        ({"every_months": "12", "months": "12", "method": "bullet", "fees": '[{"amount":"50000.00"}]'}, "0.0705072"),
        ({"fees": '[{"kind":"breach","amount":"50000.00"}]'}, "0.0615453"),
    ],
)
def test_effective_rates(changes: dict[str, str], rate: str) -> None:
    """Published examples of 5 million at 6 %: a monthly annuity, yearly parts after a grace, a fee of 1 %; a charge
    for a breach does not count.
    """
    base = {"contract_date": "2019-03-15", "amount": "5000000.00", "principal_grace_months": "0"}
    found = effective_rates([application_from_json(facts("746-rural", **(base | changes)))])[0]
    assert found is not None
    assert round(found, len(rate) - 2) == Decimal(rate)


@pytest.mark.parametrize(
    "changes", [{"months": "62", "every_months": "12"}, {"method": "custom"}, {"fees": '[{"kind":"commission"}]'}]
)
def test_no_effective_rate_without_a_schedule(changes: dict[str, str]) -> None:
    """Terms that make no schedule, or a fee of unknown size, give no rate instead of a wrong one."""
    assert effective_rates([application_from_json(facts("919-rural", **changes))]) == [None]


def test_lacking_facts_are_named_by_their_fields() -> None:
    """A derived fact is lacking for the fields it follows from."""
    given = facts("746-rural", applied_on="null")
    found = facts_of([(application_from_json(given), edition("746"))])[0]
    assert found.lacking(("age_class", "amount")) == ("applied_on",)
