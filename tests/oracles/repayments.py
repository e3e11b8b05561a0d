"""Payments of one loan the slow way: what each one settles, from the position of the day and tiyn by hand.

Positions come from `tests.oracles.positions`, which counts interest day by day; nothing is shared with
`lending.microcredits.repayments`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.oracles.positions import Life, Position, position


class Account:
    """A loan as its payments leave it; ``held`` is overpayment in tiyn."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.held = 0

    def pay(self, on: date, received: int, intent: str) -> tuple[int, int, int]:
        """Principal and interest settled by a payment, and the change of what is held."""
        at = position(self.life, on, on)
        money = received + self.held
        principal, interest = self._settled(at, intent, money)
        assert principal + interest <= money
        change = received - principal - interest
        self.held += change
        self.life = replace(self.life, repaid=(*self.life.repaid, (on, principal, interest)))
        return principal, interest, change

    def _settled(self, at: Position, intent: str, money: int) -> tuple[int, int]:
        unpaid_interest = at.accrued_total - at.interest_repaid
        if intent == "settle":
            return at.principal, unpaid_interest
        interest_due = unpaid_interest if at.next_due_on is None else at.interest_due
        principal = interest = 0
        for what, owed in (
            ("principal", at.principal_overdue), ("interest", at.interest_overdue),
            ("principal", at.principal_due - at.principal_overdue), ("interest", interest_due - at.interest_overdue),
        ):  # fmt: skip
            part = min(owed, money - principal - interest)
            if what == "principal":
                principal += part
            else:
                interest += part
        if intent.startswith("prepay"):
            principal += min(money - principal - interest, at.principal - at.principal_due)
        return principal, interest
