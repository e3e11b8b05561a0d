"""The chain against a slow model of it, through random lives of one chain of three links.

After every step lots, debts and what is owed are those of the model, every check of the chain holds, books mirror
each other, and money is conserved at the day and at an earlier one. What the model refuses is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar

import pytest
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

from ledger import verification
from ledger.balances import balances
from ledger.errors import Refused
from ledger.money import from_tiyn
from ledger.posting import post
from lending import bookings
from lending.chain import drawdown, payments, returns
from lending.chain.checks import CHECKS
from lending.chain.debts import debts
from lending.chain.lots import take
from lending.chain.movements import lent, record, undo
from lending.chain.pools import lots_of
from lending.chain.utilisation import conservation
from tests.lending.chain.world import SIGNED, World, build, repay
from tests.oracles.chain import Chain, Event, Lot, Refusal
from tests.walks import tried

AGREED = 100
SUMS = st.integers(1, 30)
LINKS = st.integers(0, 2)
LOANS = st.integers(1, 2)
OVER = st.sampled_from([False, False, False, True])
BACK = st.sampled_from([0, 0, 0, 1, 40])
MIRRORED = tuple(check for check in verification.CHECKS if check.name == "mirrored-books")


class ChainMachine(RuleBasedStateMachine):
    """Every verb of the chain, in any order, on days that go forward; lending may be dated back."""

    engine: ClassVar[Engine]

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.today = SIGNED
        self.ids: dict[Lot, int] = {}
        self.undoable: list[tuple[Event, Callable[[date], Any]]] = []
        self.returns: list[int] = []

    def teardown(self) -> None:
        """Leave the database as it was."""
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    @initialize(returns_unused=st.booleans())
    def agree(self, *, returns_unused: bool) -> None:
        """One chain of 746, where unused money goes back by agreement or stays."""
        self.world: World = build(self.session, amount=from_tiyn(AGREED), returns_unused=returns_unused)
        self.links = (self.world.credit, self.world.loan, self.world.line)
        self.model = Chain(
            AGREED,
            lambda link, on: self.links[link].fresh_until(on),
            lambda link, year: self.links[link].relent_until(year),
            returns_unused=returns_unused,
        )
        for link, tiyn in enumerate((80, 70, 60)):
            self.draw_down(link, tiyn)

    def compare(self, model: Callable[[], Any], real: Callable[[], Any]) -> tuple[Any, Any] | None:
        """Do it in both; when the model refuses, the chain refuses too and nothing has happened."""
        try:
            expected = model()
        except Refusal:
            with pytest.raises(Refused), self.session.begin_nested():
                real()
            return None
        return expected, real()

    @rule(days=st.integers(1, 300))
    @precondition(lambda self: self.today.year < 2025)
    def wait(self, days: int) -> None:
        """Time goes by."""
        self.today += timedelta(days=days)

    @rule(link=LINKS, tiyn=SUMS)
    def draw(self, link: int, tiyn: int) -> None:
        """Money goes down a link."""
        self.draw_down(link, tiyn)

    def draw_down(self, link: int, tiyn: int) -> None:
        """Draw in both."""
        made = self.compare(
            lambda: self.model.draw(link, tiyn, self.today),
            lambda: drawdown.draw(self.session, self.links[link].id, from_tiyn(tiyn), self.today),
        )
        if made:
            (event, lot), real = made
            self.ids[lot] = real.id
            self.undoable.append((event, lambda on: drawdown.undo_draw(self.session, real.id, on)))

    @rule(wanted=st.lists(st.tuples(LOANS, SUMS, BACK), min_size=1, max_size=2))
    def lend(self, wanted: list[tuple[int, int, int]]) -> None:
        """Loans are disbursed in one batch, some dated back; the batch is given in order of dates."""
        items = sorted(
            ((loan, tiyn, self.today - timedelta(days=back)) for loan, tiyn, back in wanted), key=lambda item: item[2]
        )
        made = self.compare(lambda: self.model.take(items), lambda: self._lend(items))
        for event, event_id in zip(*(made or ((), ())), strict=True):
            self.undoable.append((event, partial(undo, self.session, event_id)))

    def _lend(self, items: list[tuple[int, int, date]]) -> list[int]:
        book = self.world.line.borrower_id
        parts = take(self.session, [(self.world.line.id, *item) for item in items])
        events = [bookings.disbursement(book, loan, on, lots) for (loan, _, on), lots in zip(items, parts, strict=True)]
        ids = post(self.session, events)
        for (loan, _, on), lots, event_id in zip(items, parts, ids, strict=True):
            record(self.session, list(lent(loan, on, lots, event_id)))
        return ids

    @rule(loan=LOANS, tiyn=SUMS, back=BACK, over=OVER)
    def put_back(self, loan: int, tiyn: int, back: int, *, over: bool) -> None:
        """Principal of a loan comes back, seldom more than it has."""
        outstanding = sum(self.model.loans.get(loan, {}).values())
        tiyn = outstanding + tiyn if over else min(tiyn, outstanding) or tiyn
        on = self.today - timedelta(days=back)
        made = self.compare(
            lambda: self.model.put_back(loan, tiyn, on),
            lambda: repay(self.session, self.world.line, loan, str(from_tiyn(tiyn).amount), on),
        )
        if made:
            event, event_id = made
            self.undoable.append((event, partial(undo, self.session, event_id)))

    @rule(link=LINKS, tiyn=SUMS, early=st.booleans(), over=OVER)
    def pay(self, link: int, tiyn: int, *, early: bool, over: bool) -> None:
        """Principal goes up a link, seldom more than is owed."""
        tiyn = self.model.debts[link] + tiyn if over else min(tiyn, self.model.debts[link]) or tiyn
        facility_id, principal = self.links[link].id, from_tiyn(tiyn)
        made = self.compare(
            lambda: self.model.pay(link, tiyn, self.today, early=early),
            lambda: (
                payments.repay_early(self.session, facility_id, self.today, principal)
                if early
                else payments.pay(self.session, facility_id, self.today, principal=principal)
            ),
        )
        if made:
            event, payment = made
            self.undoable.append((event, lambda on: payments.undo_payment(self.session, payment, on)))

    @rule(days=st.sampled_from([0, 30, 366, 700]))
    @precondition(lambda self: self.today.year < 2024)
    def expire(self, days: int) -> None:
        """Some time later, what has outlived its window becomes owed."""
        self.today += timedelta(days=days)
        sums = self.model.expire(self.today)
        made = returns.expire(self.session, self.today)
        amounts = {each.id: each.amount for each in returns.owed(self.session)}
        assert [amounts[each] for each in made] == sums
        self.returns += made

    @rule(place=st.integers(0, 3))
    def pay_return(self, place: int) -> None:
        """Something owed to the budget is paid."""
        if place < len(self.returns):
            return_id = self.returns.pop(place)
            event = self.model.pay_return(place, self.today)
            payment = returns.pay_return(self.session, return_id, self.today)
            self.undoable.append((event, lambda on: self._undo_return(payment, return_id, on)))

    def _undo_return(self, payment: int, return_id: int, on: date) -> None:
        returns.undo_return_payment(self.session, payment, on)
        self.returns.append(return_id)

    @rule(place=st.integers(0, 20))
    def undo(self, place: int) -> None:
        """Something that happened is undone today."""
        if self.undoable:
            place %= len(self.undoable)
            event, real = self.undoable[place]
            done = self.compare(lambda: self.model.undo(event, self.today), lambda: real(self.today))
            if done:
                del self.undoable[place]

    @invariant()
    def lots_are_the_models(self) -> None:
        """Every lot holds in the ledger what it holds in the model."""
        links = {each.id: place for place, each in enumerate(self.links)}
        lines = balances(self.session, effective_on=date.max, accounts=["programme-cash"])
        held = {line.subject: line.tiyn for line in lines}
        real = {}
        for lot in lots_of(self.session, links):
            key = lot.id if lot.kind == "fresh" else (links[lot.facility_id], lot.financial_year, lot.turn)
            real[key] = held.get(bookings.lot(lot.id), 0)
        expected = {
            self.ids[lot] if lot.kind == "fresh" else (lot.link, lot.year, lot.turn): lot.balance(date.max)
            for lot in self.model.lots
        }
        assert real == expected

    @invariant()
    def debts_are_the_models(self) -> None:
        """Every link owes what it owes in the model, and so much is owed to the budget."""
        real = debts(self.session, [each.id for each in self.links])
        assert [real[each.id].principal for each in self.links] == self.model.debts
        assert sum(each.owed_back for each in real.values()) == sum(tiyn for _, tiyn in self.model.owed)

    @invariant()
    def money_is_conserved(self) -> None:
        """In equals out plus on hand, on the day and forty days ago."""
        for on in (self.today, self.today - timedelta(days=40)):
            assert all(each.holds for each in conservation(self.session, on))

    @invariant()
    def checks_hold(self) -> None:
        """No check finds anything: mirrored books, lots explained, windows kept, schedules complete."""
        found = [place for _, places in verification.verify(self.session, (*CHECKS, *MIRRORED)) for place in places]
        assert found == []


def test_chain_lives_like_its_model(engine: Engine) -> None:
    """Whatever happens to a chain, it is what happens to the model."""
    ChainMachine.engine = engine
    run_state_machine_as_test(
        ChainMachine,
        settings=settings(
            max_examples=tried(20), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
