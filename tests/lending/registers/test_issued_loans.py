"""Issued loans: what a row holds, and what is checked within and between rows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.money import tenge
from lending.registers.issued_loans import IssuedLoan
from tests.lending.registers.workbooks import codes, good, review


def test_row_is_typed() -> None:
    """A good row comes out as typed values, with defaults for what was not given."""
    (row,) = review("issued-loans", good("issued-loans")).rows
    assert isinstance(row, IssuedLoan)
    assert (row.amount, row.annual_rate, row.start_up) == (tenge("3000000.50"), Decimal("0.06"), True)
    assert (row.every_months, row.day_count, row.principal_grace_months) == (1, "30/360", 0)
    assert (row.borrower_kind, row.territory, row.source) == ("individual-entrepreneur", "rural", None)


def test_months_become_instalments() -> None:
    """Terms and grace stated in months are counted in payments."""
    (row,) = review("issued-loans", good("issued-loans", months=24, every_months=3, principal_grace_months=6)).rows
    assert isinstance(row, IssuedLoan)
    assert (row.instalments, row.principal_grace, row.interest_grace) == (8, 2, 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 0}, "amount-not-positive"),
        ({"amount": -5}, "amount-not-positive"),
        ({"disbursed_on": date(2019, 3, 14)}, "date-too-early"),
        ({"first_due_on": date(2019, 3, 20)}, "due-at-once"),
        ({"first_due_on": date(2019, 3, 19)}, "date-too-early"),
        ({"months": 0}, "no-term"),
        ({"months": 20, "every_months": 12}, "broken-instalment"),
        ({"principal_grace_months": 60}, "grace-not-shorter"),
        ({"interest_grace_months": 61}, "grace-not-shorter"),
        ({"borrower_kind": "ТОО"}, "bin-needed"),
        ({"borrower_kind": "СХК", "borrower_id": "970660001504"}, "bin-needed"),
        ({"borrower_id": "170140000125"}, "iin-needed"),
        ({"purpose": "отдых"}, "not-in-list"),
        ({"borrower_name": "  "}, "blank"),
    ],
)
def test_bad_row_has_one_problem(changes: dict[str, Any], code: str) -> None:
    """Each rule refuses the row by its own code, and the row is not given."""
    found = review("issued-loans", good("issued-loans", **changes))
    assert (codes(found), found.rows) == ([code], ())


@pytest.mark.parametrize(
    "changes",
    [
        {"borrower_id": "970660001504"},
        {"borrower_id": "170140000125", "borrower_kind": "ТОО"},
        {"borrower_id": "200843000096", "borrower_kind": "КХ"},
        {"borrower_kind": "К/Х"},
        {"disbursed_on": date(2019, 3, 15)},
    ],
)
def test_allowed_combinations_pass(changes: dict[str, Any]) -> None:
    """Joint entrepreneurs have BINs, farms either number, and dates may fall on one day."""
    assert codes(review("issued-loans", good("issued-loans", **changes))) == []


def test_contract_stands_once() -> None:
    """The same number and date twice is a problem of the second row, also across alphabets."""
    found = review(
        "issued-loans",
        good("issued-loans", contract_number="МК-1"),
        good("issued-loans", contract_number="MK-1"),
    )
    (problem,) = found.problems
    assert (problem.code, problem.row, problem.letter) == ("duplicate-row", 3, "B")
    assert problem.values["earlier"] == "Реестр!2"


def test_another_name_for_one_number_is_a_warning() -> None:
    """Two names for one IIN are pointed out, and forbid nothing."""
    other = good("issued-loans", contract_number="2", borrower_name="Айгүл")
    found = review("issued-loans", good("issued-loans"), other)
    assert found.accepted
    assert [warning.code for warning in found.warnings] == ["another-name"]
