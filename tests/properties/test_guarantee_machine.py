"""Contracts, transfers, cancellations, claims and recoveries in any order break no limit and agree with the oracle."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from guarantees.allocations import adjust
from guarantees.claims import approve, present, refuse
from guarantees.contracts import cancel
from guarantees.month_end import follow
from guarantees.payouts import pay, undo
from guarantees.recoveries import Received, recover
from guarantees.refusals import AllocationExhausted, BelowCommitted, NothingPayable, NotInDefault, TransferRefused
from guarantees.standing import allocation, guarantee
from guarantees.transfers import request_remainder, transfer_first, transfer_remainder
from ledger.money import from_tiyn
from ledger.periods import states
from lending.microcredits.repayments import repay
from lending.microcredits.values import Payment
from tests.guarantees.world import DEFAULTED, world
from tests.guarantees.world import discrepancies as wrong
from tests.lending.microcredits.lender import SIGNED
from tests.oracles.guarantees import Card, Year
from tests.walks import tried

LOANS = st.integers(500_000, 4_000_000).map(lambda tenge: tenge * 100)
SHARES = st.sampled_from(["0.85", "0.5", "0.333333", "0.1"])
MAY = date(2019, 5, 20)


class Guarantees(RuleBasedStateMachine):
    """An allocation of three million tenge, beside the oracle's cards."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.today = DEFAULTED

    def teardown(self) -> None:
        """Nothing stays in the database."""
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    @initialize()
    def start(self) -> None:
        """The year begins."""
        self.world = world(self.session, "3000000")
        self.year = Year(300_000_000)
        self.payouts: dict[int, int] = {}

    def next_day(self) -> date:
        """Payments of one loan are recorded in the order of their days."""
        self.today += timedelta(days=1)
        return self.today

    def chosen(self, number: int, cards: list[int]) -> tuple[int, Card]:
        """One of some contracts."""
        key = cards[number % len(cards)]
        return key, self.year.cards[key]

    def drawn(self) -> list[int]:
        """Contracts whose loans are paid out and owe something."""
        return [key for key, card in self.year.cards.items() if card.drawn and card.lender_debt]

    @rule(contracts=st.lists(st.tuples(LOANS, SHARES), min_size=1, max_size=4), pay_out=st.booleans())
    def conclude(self, contracts: list[tuple[int, str]], pay_out: bool) -> None:  # noqa: FBT001 - drawn by name
        """A contract is concluded exactly when its commission fits; some loans are paid out at once."""
        for loan, share in contracts:
            card = Card(loan, Fraction(share), drawn=pay_out)
            loan_id = self.world.loan(str(from_tiyn(loan).amount))
            fits = self.year.fits(card)
            try:
                key = self.world.guarantee(loan_id, share)
            except AllocationExhausted:
                assert not fits
                continue
            assert fits
            self.year.cards[key] = card
            if pay_out:
                self.world.pay_out(loan_id)

    @precondition(lambda self: any(not card.drawn and not card.cancelled for card in self.year.cards.values()))
    @rule(number=st.integers(0, 99), pay_out=st.booleans())
    def settle_fate(self, number: int, pay_out: bool) -> None:  # noqa: FBT001 - drawn by name
        """The loan of a contract is paid out, or the contract is cancelled."""
        waiting = [key for key, card in self.year.cards.items() if not card.drawn and not card.cancelled]
        key, card = self.chosen(number, waiting)
        if pay_out:
            self.world.pay_out(self.loan_of(key))
            card.drawn = True
        else:
            cancel(self.session, key, MAY, made_by="officer", reason="")
            card.cancelled = True

    def loan_of(self, key: int) -> int:
        """The loan that a guarantee secures."""
        return guarantee(self.session, key).loan_id

    @rule(first=st.booleans())
    def transfer(self, first: bool) -> None:  # noqa: FBT001 - drawn by name
        """The first half moves once; the remainder only when the first is absorbed, and then what is beyond it."""
        year = self.year
        due = not year.first if first else year.first and year.absorbed > year.transferred
        try:
            if first:
                moved = transfer_first(self.session, self.world.allocation, MAY, approved_by="akim").amount
                year.first = True
            else:
                asked = request_remainder(self.session, self.world.allocation, MAY, requested_by="officer")
                moved = transfer_remainder(self.session, asked.id, MAY, approved_by="akim").amount
        except TransferRefused:
            assert not due
            return
        assert due
        assert moved == (150_000_000 if first else year.absorbed - year.transferred)
        year.transferred += moved

    @rule(tenge=st.integers(-2_000_000, 500_000).filter(bool))
    def resize(self, tenge: int) -> None:
        """An allocation never falls below what is absorbed or transferred; the first half stays what it was."""
        if not self.year.first:
            return
        after = self.year.amount + 100 * tenge
        sound = after >= max(self.year.absorbed, self.year.transferred)
        try:
            adjust(self.session, self.world.allocation, MAY, from_tiyn(100 * tenge), "D")
        except BelowCommitted:
            assert not sound
            return
        assert sound
        self.year.amount = after

    @precondition(lambda self: self.drawn())
    @rule(number=st.integers(0, 99))
    def claim(self, number: int) -> None:
        """A claim on the whole debt pays what is at risk, or nothing when nothing is."""
        key, card = self.chosen(number, self.drawn())
        on, all_of_it = self.next_day(), str(from_tiyn(card.loan).amount)
        demand = self.world.demand(
            key, {"overdue-principal": all_of_it, "future-principal": all_of_it}, presented_on=on
        )  # fmt: skip
        try:
            claim_id = present(self.session, demand)
        except NotInDefault:
            assert card.repaid or card.lender_recovered, "nothing was paid, so the arrears are old enough"
            return
        try:
            for person in ("first", "second"):
                approve(self.session, claim_id, on, made_by=person)
        except NothingPayable:
            assert card.at_risk == 0
            refuse(self.session, claim_id, on, "nothing is payable", made_by="first")
            return
        paid = pay(self.session, claim_id, on, made_by="cashier")
        assert paid.amount == card.at_risk
        card.paid += paid.amount
        self.payouts[key] = claim_id

    @precondition(lambda self: self.payouts)
    @rule(number=st.integers(0, 99))
    def mistake(self, number: int) -> None:
        """A payout of which nothing was recovered is undone, when nothing came after it."""
        key, card = self.chosen(number, list(self.payouts))
        if card.recovered or card.lender_recovered or number % 3:
            return
        undo(self.session, self.payouts.pop(key), self.next_day(), "mistake", made_by="chief")
        card.paid = 0

    @precondition(lambda self: any(card.subrogated for card in self.year.cards.values()))
    @rule(number=st.integers(0, 99), permille=st.integers(1, 1000))
    def recover(self, number: int, permille: int) -> None:
        """What comes back is shared in the ratio of the two debts; nobody gets more than he is owed."""
        key, card = self.chosen(number, [key for key, card in self.year.cards.items() if card.subrogated])
        amount = max((card.subrogated + card.lender_debt) * permille // 1000, 1)
        before = card.subrogated, card.lender_debt
        shared = recover(self.session, Received(
            guarantee_id=key, received_on=self.next_day(), received_by="guarantor", amount=from_tiyn(amount),
            bank_reference="",
        ))  # fmt: skip
        assert shared.guarantor_part + shared.lender_part == amount
        assert abs(shared.guarantor_part * sum(before) - amount * before[0]) * 2 <= sum(before)
        card.recovered += shared.guarantor_part
        card.lender_recovered += before[1] - self.principal(key)

    def principal(self, key: int) -> int:
        """Principal outstanding at the lender."""
        return self.world.balance("loan-principal", f"loan:{self.loan_of(key)}")

    @precondition(lambda self: any(card.drawn and not card.paid for card in self.year.cards.values()))
    @rule(number=st.integers(0, 99))
    def borrower_pays(self, number: int) -> None:
        """An instalment's worth comes in before any payout; what of it is principal is the lender's."""
        key, card = self.chosen(number, [key for key, card in self.year.cards.items() if card.drawn and not card.paid])
        before = self.principal(key)
        payment = Payment(loan_id=self.loan_of(key), paid_on=self.next_day(), amount=from_tiyn(card.loan // 10))
        if before:
            repay(self.session, [payment])
        card.repaid += before - self.principal(key)

    @invariant()
    def the_allocation_agrees(self) -> None:
        """What is absorbed, ahead and owed is the oracle's."""
        if hasattr(self, "year"):
            found = allocation(self.session, self.world.allocation)
            assert (found.amount, found.absorbed, found.transferred) == (
                self.year.amount, self.year.absorbed, self.year.transferred,
            )  # fmt: skip
            assert (found.left >= 0, found.ahead * found.owed) == (True, 0)

    @rule()
    def month_end(self) -> None:
        """The risk of every contract is the oracle's, and verification finds nothing."""
        follow(self.session, self.today, list(states(self.session, SIGNED.replace(day=1))))
        booked = {key: -self.world.balance("guarantee-issued", f"guarantee:{key}") for key in self.year.cards}
        assert booked == {key: card.at_risk for key, card in self.year.cards.items()}
        assert wrong(self.session) == []


def test_guarantees_agree_with_the_oracle(engine: Engine) -> None:
    """Any order of what can happen to guarantees keeps limits, books and oracle together."""
    Guarantees.engine = engine
    run_state_machine_as_test(
        Guarantees,
        settings=settings(
            max_examples=tried(15), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )  # fmt: skip
