"""Published schedules of another system, reproduced to the tiyn. The file beside names the source of each case."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.money import tenge
from lending.amortisation import Terms, schedule

CASES = json.loads(Path(__file__).with_name("schedules.json").read_text("utf-8"))["cases"]


def terms_of(published: dict[str, Any]) -> Terms:
    """The published terms in our words."""
    return Terms(
        principal=tenge(published["principal"]),
        annual_rate=Decimal(published["annual_rate_pct"]) / 100,
        disbursed_on=date.fromisoformat(published["disbursed_on"]),
        first_due_on=date.fromisoformat(published["first_due_on"]),
        **{key: published[key] for key in ("instalments", "every_months", "method", "day_count", "rounding")},
        principal_grace=published["principal_grace"],
        interest_grace=published["interest_grace"],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_schedule(case: dict[str, Any]) -> None:
    """Every date, principal, interest and balance is the published one."""
    ours = [
        {
            "n": line.n,
            "due_on": line.due_on.isoformat(),
            "principal": f"{line.principal.amount:.2f}",
            "interest": f"{line.interest.amount:.2f}",
            "balance": f"{line.balance.amount:.2f}",
        }
        for line in schedule(terms_of(case["terms"])).instalments
    ]
    assert ours == case["expected"]


def test_all_thirty_are_here() -> None:
    """The file holds the thirty cases that were published."""
    assert len({case["id"] for case in CASES}) == 30
