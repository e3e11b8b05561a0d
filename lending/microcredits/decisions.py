"""Decisions on loans that go wrong: kept with who took them, when, why and by which document.

Each restructuring, write-off and waiver names its decision; none is changed later. What costs the lender money takes
two people: one who decides and another who confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lending.microcredits.refusals import SecondPersonMissing
from lending.microcredits.tables import LoanDecisionRow
from lending.microcredits.values import Decision, Loan

Act = Literal["restructuring", "write-off", "waiver"]


def demand_two_people(loan: Loan, act: Act, decision: Decision) -> None:
    """Refuse a decision that nobody else has confirmed.

    Raises:
        SecondPersonMissing.
    """
    if decision.confirmed_by in (None, "", decision.by):
        raise SecondPersonMissing(
            number=loan.contract.number, act=act, by=decision.by, confirmed=decision.confirmed_by or "nobody"
        )


def record_decisions(session: Session, act: Act, decided: Sequence[tuple[int, Decision]]) -> list[int]:
    """Write decisions on loans ``(loan id, decision)``; returns their ids in order."""
    if not decided:
        return []
    rows = [
        {
            "loan_id": loan_id, "kind": act, "decided_on": decision.on, "decided_by": decision.by,
            "confirmed_by": decision.confirmed_by, "reason": decision.reason, "document": decision.document,
        }
        for loan_id, decision in decided
    ]  # fmt: skip
    table = LoanDecisionRow
    return list(session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows))
