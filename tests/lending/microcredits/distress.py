"""Loans that go wrong, for tests: decisions, contracts with a penalty, and days on which to look."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.verification import CHECKS as LEDGER
from ledger.verification import Discrepancy, verify
from lending.chain.checks import CHECKS as CHAIN
from lending.microcredits.checks import CHECKS
from lending.microcredits.positions import positions
from lending.microcredits.values import Approval, Decision, PenaltyTerms

#: Loans are paid out on 15 March 2019; their first instalment falls due on 15 April.
LATE = date(2019, 12, 20)
ALONE = Decision(date(2019, 6, 1), "A. Officer", "drought", "minutes 7")
DECISION = Decision(date(2019, 6, 1), "A. Officer", "no property left", "minutes 8", confirmed_by="B. Head")
#: A tenth of a per cent a day, a fortieth of that after 90 days, agreed with who funds the lender.
PENALTY = PenaltyTerms(
    Decimal("0.001"), Decimal("0.000025"), Approval("14-2/55", date(2019, 3, 1), Decimal("0.005"))
)  # fmt: skip


def row(session: Session, loan_id: int, on: date) -> dict[str, Any]:
    """The position of one loan at the close of a day."""
    return positions(session, on, loan_ids=[loan_id]).row(loan_id)


def discrepancies(session: Session) -> list[Discrepancy]:
    """Whatever the checks of ledger, chain and microcredits find."""
    return [each for _, found in verify(session, (*LEDGER, *CHAIN, *CHECKS)) for each in found]
