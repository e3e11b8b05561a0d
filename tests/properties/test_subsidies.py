"""Subsidies against a slow model that follows every tenge: no order of steps pays twice or beyond the base.

Tranches, loans, settlements, undone loans, confirmations, decisions, payments, reversals and withdrawals come in any
order. What the model refuses is refused, bases are the model's, and every check of support and of the chain holds
after each step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.errors import Refused
from ledger.verification import verify
from lending.chain.checks import CHECKS as CHAIN_CHECKS
from lending.chain.movements import undo
from lending.support import subsidies
from lending.support.checks import CHECKS
from lending.support.values import PaymentOrder
from tests.lending.support.world import DRAWN, MISTAKE, Funded, confirmation, decision, funded
from tests.oracles.subsidies import Claim, Refusal, Subsidies
from tests.walks import tried

SUMS = st.integers(1, 12)
PLACE = st.sampled_from([0, 0, 0, 1, 2])
VERBS = [
    "draw", "lend", "lend", "lend", "settle", "undo", "confirm", "confirm", "confirm", "decide", "decide", "decide",
    "pay", "pay", "pay", "reverse", "withdraw",
]  # fmt: skip
CHECKED = (*CHECKS, *(check for check in CHAIN_CHECKS if check.name.startswith("lots-")))
FIRST_EVENT = text("SELECT min(event_id) FROM lot_movement WHERE loan_id = :loan")


class SubsidyMachine(RuleBasedStateMachine):
    """Every verb of subsidies and the lending around them, on days that go forward within one year."""

    engine: ClassVar[Engine]

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.model = Subsidies()
        self.today = DRAWN
        self.lots: list[int] = []
        self.loans: list[tuple[int, int]] = []
        self.claims: list[tuple[Claim, int]] = []

    def teardown(self) -> None:
        """Leave the database as it was."""
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    @initialize(tenge=SUMS)
    def begin(self, tenge: int) -> None:
        """A chain of 746 and its first tranche."""
        self.world: Funded = funded(self.session)
        self.draw(0, tenge, 0)

    def compare(self, model: Callable[[], Any], real: Callable[[], Any]) -> tuple[Any, Any] | None:
        """Do it in both; what the model refuses is refused, and nothing has happened."""
        try:
            expected = model()
        except Refusal:
            with pytest.raises(Refused), self.session.begin_nested():
                real()
            return None
        return expected, real()

    @rule(verb=st.sampled_from(VERBS), place=PLACE, tenge=SUMS, choice=st.integers(0, 21))
    def act(self, verb: str, place: int, tenge: int, choice: int) -> None:
        """One step, the likelier the more a subsidy needs it; it is left out where there is nothing to do it to."""
        of: dict[str, Sequence[Any]] = {"draw": [0], "lend": [0], "settle": self.loans, "undo": self.loans}
        among = of.get(verb, self.lots if verb == "confirm" else self.claims)
        if among:
            getattr(self, verb)(len(among) - 1 - place % len(among), tenge, choice)

    def draw(self, _place: int, tenge: int, _choice: int) -> None:
        """Another tranche comes down, on a day of its own."""
        self.today += timedelta(days=1)
        lot = self.world.tranche(str(tenge), self.today)
        self.model.tranche(lot, tenge)
        self.lots.append(lot)

    def lend(self, _place: int, tenge: int, choice: int) -> None:
        """A loan in the village, or in the city where it does not count; often of all there is."""
        number, counts = len(self.model.counting), choice % 3 > 0
        if choice % 2:
            tenge = self.model.free() or tenge
        territory = "rural" if counts else "city"
        made = self.compare(
            lambda: self.model.lend(number, tenge, counts=counts),
            lambda: self.world.lend(str(tenge), self.today, territory_type=territory),
        )
        if made:
            self.loans.append((number, made[1]))

    def settle(self, place: int, _tenge: int, _choice: int) -> None:
        """A borrower repays everything, with more than enough for the interest."""
        self.today += timedelta(days=1)
        number, loan = self.loans.pop(place)
        owed = sum(coin.loan == number for coin in self.model.coins)
        self.model.settle(number)
        self.world.settle(loan, self.today, str(owed * 2))

    def undo(self, place: int, _tenge: int, _choice: int) -> None:
        """A loan is undone, and its money is back in its lots."""
        number, loan = self.loans.pop(place)
        self.model.undo(number)
        undo(self.session, self.session.scalar(FIRST_EVENT, {"loan": loan}), self.today)

    def confirm(self, place: int, _tenge: int, _choice: int) -> None:
        """The operator confirms a tranche, whether or not it may."""
        lot = self.lots[place]
        made = self.compare(
            lambda: self.model.confirm(lot), lambda: subsidies.confirm(self.session, confirmation(lot, self.today))
        )
        if made:
            claim, real = made
            assert real.base == len(claim.coins) * 100
            self.claims.append((claim, real.id))

    def decide(self, place: int, _tenge: int, choice: int) -> None:
        """The commission decides some part of the most there is, from nothing to a little more."""
        claim, subsidy_id = self.claims[place]
        tiyn = len(claim.coins) * 100 * choice // 200
        told = decision(f"{tiyn // 100}.{tiyn % 100:02}", self.today)
        self.compare(lambda: self.model.decide(claim, tiyn), lambda: subsidies.decide(self.session, subsidy_id, told))

    def pay(self, place: int, _tenge: int, _choice: int) -> None:
        """The akimat pays, or tries to."""
        claim, subsidy_id = self.claims[place]
        order = PaymentOrder(number="1", paid_on=self.today, paid_by="Treasurer")
        self.compare(lambda: self.model.pay(claim), lambda: subsidies.pay(self.session, subsidy_id, order))

    def reverse(self, place: int, _tenge: int, _choice: int) -> None:
        """A payment is reversed, if there is one."""
        claim, subsidy_id = self.claims[place]
        mistake = replace(MISTAKE, on=self.today)
        self.compare(
            lambda: self.model.reverse(claim), lambda: subsidies.reverse_payment(self.session, subsidy_id, mistake)
        )

    def withdraw(self, place: int, _tenge: int, _choice: int) -> None:
        """A subsidy is taken back, or is paid and stays."""
        claim, subsidy_id = self.claims[place]
        self.compare(
            lambda: self.model.withdraw(claim),
            lambda: subsidies.withdraw(self.session, subsidy_id, on=self.today, by="Chair", reason="tried"),
        )

    @invariant()
    def income_is_what_stands(self) -> None:
        """The MFO's income is what is decided and stands; what is paid is at most a tenth of coins paid for once."""
        lines = balances(self.session, effective_on=date.max, accounts=["subsidy-income"])
        standing = sum(claim.decided for claim, _ in self.claims if claim.state in ("decided", "paid"))
        assert -sum(line.tiyn for line in lines) == standing
        assert self.model.paid() * 10 <= sum(coin.subsidised for coin in self.model.coins) * 100

    @invariant()
    def checks_hold(self) -> None:
        """No check finds anything."""
        assert [place for _, places in verify(self.session, CHECKED) for place in places] == []


def test_no_order_of_steps_pays_twice(engine: Engine) -> None:
    """Whatever happens, subsidies are the model's."""
    SubsidyMachine.engine = engine
    run_state_machine_as_test(
        SubsidyMachine,
        settings=settings(
            max_examples=tried(20), stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
