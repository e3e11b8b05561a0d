"""Repayments: splits that add up, contracts that can be told, payments that repeat."""

from datetime import date
from typing import Any

import pytest

from tests.lending.registers.workbooks import codes, good, review


@pytest.mark.parametrize(
    "split",
    [
        {},
        {"principal": 60000, "interest": 40000.25},
        {"principal": 100000.25},
        {"penalty": 0, "interest": 100000.25},
    ],
)
def test_whole_split_passes(split: dict[str, Any]) -> None:
    """No split, or parts that make up the sum, pass; a part left blank is nought."""
    assert codes(review("repayments", good("repayments", **split))) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"principal": 60000, "interest": 40000.24}, "parts-differ"),
        ({"principal": 0}, "parts-differ"),
        ({"principal": 100001.25, "penalty": -1}, "part-negative"),
        ({"amount": 0}, "amount-not-positive"),
        ({"paid_on": date(2019, 3, 14)}, "date-too-early"),
    ],
)
def test_bad_row_has_one_problem(changes: dict[str, Any], code: str) -> None:
    """Each rule refuses the row by its own code."""
    assert codes(review("repayments", good("repayments", **changes))) == [code]


def test_same_reference_is_a_duplicate() -> None:
    """One bank reference for the same sum, day and contract is one payment."""
    assert codes(review("repayments", good("repayments"), good("repayments"))) == ["duplicate-row"]


def test_same_payment_without_reference_is_a_warning() -> None:
    """Two equal payments without references may both be true."""
    row = good("repayments", bank_reference=None)
    found = review("repayments", row, row)
    assert found.accepted
    assert [warning.code for warning in found.warnings] == ["similar-row"]


def test_contract_date_is_needed_where_numbers_repeat() -> None:
    """A number that stands with two dates cannot stand without one."""
    found = review(
        "repayments",
        good("repayments", bank_reference="1"),
        good("repayments", bank_reference="2", contract_date=date(2018, 3, 15)),
        good("repayments", bank_reference="3", contract_date=None),
    )
    assert [(problem.code, problem.row) for problem in found.problems] == [("contract-date-needed", 4)]


def test_contract_date_may_be_absent() -> None:
    """A number that stands alone needs no date."""
    assert codes(review("repayments", good("repayments", contract_date=None))) == []
