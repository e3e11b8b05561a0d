"""Target use: documents in order, each counted once."""

from datetime import date
from typing import Any

import pytest

from tests.lending.registers.workbooks import codes, good, review


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 0}, "amount-not-positive"),
        ({"document_on": date(2019, 5, 21)}, "date-too-early"),
        ({"contract_date": date(2019, 5, 21)}, "date-too-early"),
        ({"document_kind": "слово"}, "not-in-list"),
    ],
)
def test_bad_row_has_one_problem(changes: dict[str, Any], code: str) -> None:
    """Each rule refuses the row by its own code."""
    assert codes(review("target-use", good("target-use", **changes))) == [code]


def test_document_is_counted_once() -> None:
    """The same document and sum under one contract twice is a problem; another sum is not."""
    row, other = good("target-use"), good("target-use", amount=5)
    assert codes(review("target-use", row, other, row)) == ["duplicate-row"]


def test_document_under_two_contracts_is_a_warning() -> None:
    """One invoice proving two loans is pointed out."""
    found = review("target-use", good("target-use"), good("target-use", contract_number="ДЗ-2"))
    assert found.accepted
    assert [warning.code for warning in found.warnings] == ["document-shared"]
