"""The worked tables on payments come out as printed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from ledger.money import from_tiyn, tenge, to_tiyn
from lending.microcredits.positions import positions
from lending.microcredits.repayments import repay
from lending.microcredits.values import Payment
from lending.microcredits.waterfall import split
from tests.lending.amortisation.worked_pages import Rows, Worked, worked
from tests.lending.microcredits.lender import lender


def shown(tiyn: Any) -> str:
    """Tiyn as the pages print them."""
    return f"{from_tiyn(int(tiyn)).amount:.2f}"


@pytest.mark.parametrize("example", list(worked("waterfall")), ids=["default", "interest-first"])
def test_the_waterfall(example: Worked) -> None:
    """Each order settles what its table says."""
    left = np.array([to_tiyn(tenge(example.given["received"]))])
    owed: Any = {row["part"]: np.array([to_tiyn(tenge(row["owed"]))]) for row in example.rows}
    settled, rest = split(left, owed, example.given["order"])
    told = []
    for part, own in settled.items():
        left = left - own
        told.append({"part": part, "owed": shown(owed[part][0]), "settled": shown(own[0]), "left": shown(left[0])})
    assert told == example.rows
    assert shown(rest[0]) == example.rows[-1]["left"]


COURSES = list(worked("repayments"))


@pytest.mark.parametrize("course", COURSES, ids=["late", "lower", "shorten", "after-the-end"])
def test_courses_of_payments(session: Session, course: Worked) -> None:
    """Each list of payments leaves the loan as its table says, line by line."""
    loan_id = lender(session).lend("1200000")
    told: Rows = []
    payments: Any = course.given
    for given in payments:
        on = date.fromisoformat(given["on"])
        payment = Payment(loan_id=loan_id, paid_on=on, amount=tenge(given["amount"]), intent=given["intent"])
        [done] = repay(session, [payment])
        at = positions(session, on, loan_ids=[loan_id]).row(loan_id)
        told.append({
            "on": given["on"], "received": shown(done.amount), "principal": shown(done.principal),
            "interest": shown(done.interest), "held": shown(at["overpayment"]), "owed": shown(at["principal"]),
        })  # fmt: skip
    assert told == course.rows
