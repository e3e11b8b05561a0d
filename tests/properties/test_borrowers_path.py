"""Random lives of two lenders under one creditor: whatever is permitted leaves every limit kept.

Applications of all sums are filed, decided, signed, paid out and repaid in any order, lent again, restructured, written
off and recovered; money is drawn, and paid and sent back up the chain. What is refused is refused; what passes never
takes a lot, an agreement, a cap or the share of start-ups beyond its limit, as counted here from the movements and
loans one by one. That the machine would see it is tested too: with any one limit switched off it fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger import verification
from ledger.errors import BadInput, Refused
from ledger.money import from_tiyn, tenge
from lending.applications import guards, shares
from lending.applications.applications import advance
from lending.applications.checks import CHECKS
from lending.applications.contracts import contract, pay_out
from lending.applications.states import Act, allowed
from lending.applications.values import Case
from lending.chain import drawdown
from lending.chain.checks import CHECKS as CHAIN
from lending.chain.drawdown import draw
from lending.chain.payments import repay_early
from lending.chain.pools import Pool
from lending.chain.returns import expire
from lending.chain.tables import FacilityRow, LotMovementRow, LotRow
from lending.microcredits.positions import positions
from lending.microcredits.recoveries import Receipt, recover
from lending.microcredits.repayments import repay
from lending.microcredits.restructuring import NewTerms, restructure
from lending.microcredits.shares import payoff
from lending.microcredits.tables import LoanRow
from lending.microcredits.values import Payment
from lending.microcredits.write_offs import Policy, write_off
from lending.programmes.application import Application
from lending.programmes.checking import Judgement, check
from lending.programmes.mci import mci
from tests.lending.applications.path import APPLIED, Lending, deed, lending, signing
from tests.lending.applications.test_shares import funded
from tests.lending.microcredits.distress import DECISION
from tests.walks import tried

AGREED, LINES = 6_500_000, (3_600_000, 3_500_000)
CAP_MCI = 2_500
SUMS = st.sampled_from([500_000, 1_000_000, 2_000_000, 3_000_000, 6_500_000])
PLACE = st.integers(0, 99)


class PathMachine(RuleBasedStateMachine):
    """Every act of the path, in any order, on days that go forward."""

    engine: ClassVar[Engine]

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.today = APPLIED
        self.cases: list[Case] = []

    def teardown(self) -> None:
        """Leave the database as it was."""
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    @initialize()
    def agree(self) -> None:
        """A creditor with all of its money, and two lenders who together may borrow more than that."""
        self.creditor = lending(self.session, AGREED, creditor="operator")
        self.lines: list[Lending] = [funded(self.session, self.creditor, each, drawn=3_000_000) for each in LINES]

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do something that may be refused; a refusal leaves nothing behind."""
        try:
            with self.session.begin_nested():
                return work()
        except (Refused, BadInput):
            return None

    @rule(days=st.integers(0, 20))
    def wait(self, days: int) -> None:
        """Time goes by."""
        self.today += timedelta(days=days)

    @rule(
        line=st.integers(0, 1), start_up=st.booleans(), amount=SUMS, hurried=st.sampled_from([True, True, True, False])
    )
    def file(self, line: int, *, start_up: bool, amount: int, hurried: bool) -> None:
        """Somebody applies, for a sum within or beyond the cap; some are hurried on to their money."""
        filed = self.lines[line].file(start_up=start_up, amount=f"{amount}.00", applied_on=self.today)
        self.cases.append(filed)
        if hurried:
            self.go_on(len(self.cases) - 1)

    @precondition(lambda self: self.cases)
    @rule(place=PLACE, choice=PLACE)
    def step(self, place: int, choice: int) -> None:
        """An officer does one of the acts that the state allows, or signs, or pays out."""
        at = place % len(self.cases)
        of = self.cases[at]
        acts = allowed(of.state)
        if acts:
            self.cases[at] = self.attempt(lambda: self.act(of, acts[choice % len(acts)])) or of

    @precondition(lambda self: self.cases)
    @rule(place=PLACE)
    def go_on(self, place: int) -> None:
        """An application goes as far towards its money as it is let."""
        at = place % len(self.cases)
        ways: dict[str | None, Act] = {
            "submitted": "take-up", "under-review": "conclude-positive", "concluded-positive": "approve",
            "decided": "contract", "contracted": "disburse",
        }  # fmt: skip
        while (act := ways.get(self.cases[at].state)) is not None:
            done = self.attempt(lambda of=self.cases[at], act=act: self.act(of, act))  # type: ignore[misc]  # bound at once
            if done is None:
                return
            self.cases[at] = done

    def act(self, of: Case, act: Act) -> Case:
        """Do an act today."""
        if act == "contract":
            return contract(self.session, of.id, signing(f"M-{of.number}", self.today))
        if act == "disburse":
            return pay_out(self.session, of.id, self.today, by="officer")
        return advance(self.session, of.id, deed(act, self.today))

    @rule(line=st.integers(-1, 1), amount=SUMS)
    def draw(self, line: int, amount: int) -> None:
        """More money is drawn, by the creditor or by a lender, as far as there is any."""
        own = self.lines[line] if line >= 0 else self.creditor
        if line < 0:
            self.attempt(lambda: draw(self.session, own.credit_id, tenge(amount), self.today))
        self.attempt(lambda: draw(self.session, own.facility_id, tenge(amount), self.today))

    @precondition(lambda self: any(each.state == "disbursed" for each in self.cases))
    @rule(place=PLACE)
    def settle(self, place: int) -> None:
        """A borrower pays everything off, and the money may be lent again."""
        lent = [each.loan_id for each in self.cases if each.state == "disbursed" and each.loan_id]
        loan_id = lent[place % len(lent)]
        owed = int(payoff(positions(self.session, self.today, loan_ids=[loan_id]))[0])
        if owed > 0:
            paid = Payment(loan_id=loan_id, paid_on=self.today, amount=from_tiyn(owed), intent="settle")
            self.attempt(lambda: repay(self.session, [paid]))

    @precondition(lambda self: any(each.state == "disbursed" for each in self.cases))
    @rule(place=PLACE, what=st.sampled_from(["pay", "restructure", "write off", "recover"]), amount=SUMS)
    def live(self, place: int, what: str, amount: int) -> None:
        """A borrower pays a part, or asks for new terms, or is given up, or pays after all."""
        lent = [each.loan_id for each in self.cases if each.state == "disbursed" and each.loan_id]
        loan_id, on = lent[place % len(lent)], self.today
        part = tenge(amount // 20)
        deeds: dict[str, Callable[[], Any]] = {
            "pay": lambda: repay(self.session, [Payment(loan_id=loan_id, paid_on=on, amount=part)]),
            "restructure": lambda: restructure(
                self.session, {loan_id: NewTerms(decision=DECISION, instalments=place % 50 + 1)}, on
            ),
            "write off": lambda: write_off(self.session, {loan_id: DECISION}, on, Policy(days_past_due=1)),
            "recover": lambda: recover(self.session, [Receipt(loan_id, on, part)]),
        }
        self.attempt(deeds[what])

    @rule(line=st.integers(0, 1), amount=SUMS, ends=st.booleans())
    def send_up(self, line: int, amount: int, *, ends: bool) -> None:
        """A lender repays principal early, or whatever may no longer be lent is owed to the budget."""
        if ends:
            self.attempt(lambda: expire(self.session, self.today))
        else:
            own = self.lines[line].facility_id
            self.attempt(lambda: repay_early(self.session, own, self.today, tenge(amount // 20)))

    @invariant()
    def start_ups_keep_their_share(self) -> None:
        """First-turn money lent to others is at most four fifths of each agreement, and of the creditor's above."""
        query = (
            select(LotRow.facility_id, LotMovementRow.amount, LoanRow.start_up)
            .join(LotMovementRow, LotMovementRow.lot_id == LotRow.id)
            .join(LoanRow, LoanRow.id == LotMovementRow.loan_id)
            .where(LotRow.turn == 1, LotMovementRow.kind == "lent")
        )
        others = [(facility_id, -tiyn) for facility_id, tiyn, start_up in self.session.execute(query) if not start_up]
        for own, agreed in zip(self.lines, LINES, strict=True):
            assert 5 * sum(tiyn for each, tiyn in others if each == own.facility_id) <= 4 * agreed * 100
        assert 5 * sum(tiyn for _, tiyn in others) <= 4 * AGREED * 100

    @invariant()
    def caps_are_kept(self) -> None:
        """No contract is over the cap of its day."""
        cap = {day: CAP_MCI * mci(day) * 100 for day in {date(2019, 3, 15), self.today}}
        rows = self.session.execute(select(LoanRow.amount, LoanRow.contract_date))
        assert all(amount <= max(cap.values()) for amount, _ in rows)

    @invariant()
    def agreements_are_kept(self) -> None:
        """No more is drawn than agreed."""
        query = (
            select(FacilityRow.amount, LotMovementRow.amount, FacilityRow.id)
            .join(LotRow, LotRow.facility_id == FacilityRow.id)
            .join(LotMovementRow, LotMovementRow.lot_id == LotRow.id)
            .where(LotMovementRow.kind == "received")
        )
        drawn: dict[int, int] = {}
        for agreed, tiyn, facility_id in self.session.execute(query):
            drawn[facility_id] = drawn.get(facility_id, 0) + tiyn
            assert drawn[facility_id] <= agreed

    @invariant()
    def checks_hold(self) -> None:
        """Lots are explained and never below nothing, and every path is lawful."""
        found = [place for _, places in verification.verify(self.session, (*CHAIN, *CHECKS)) for place in places]
        assert found == []


def run(engine: Engine, examples: int, *phases: Phase) -> None:
    """Let the machine live."""
    PathMachine.engine = engine
    run_state_machine_as_test(
        PathMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck),
            phases=phases or tuple(Phase), derandomize=bool(phases), report_multiple_bugs=False,
        ),
    )  # fmt: skip


def test_what_is_permitted_keeps_every_limit(engine: Engine) -> None:
    """No sequence of permitted acts leaves a facility, a lot, the share of start-ups or a cap outside its limit."""
    run(engine, tried(10))


def no_share(patch: pytest.MonkeyPatch) -> None:
    """Others than start-ups may have whatever they ask for."""
    patch.setattr(shares.Quota, "take", lambda self, facility_id, tiyn, _: self.promise(facility_id, tiyn))


def no_cap(patch: pytest.MonkeyPatch) -> None:
    """A microcredit may be of any sum."""

    def lenient(application: Application) -> Judgement:
        found = check(application)
        return replace(found, findings=tuple(each for each in found.findings if each.code != "amount"))

    patch.setattr(guards, "check", lenient)


def no_agreed_sum(patch: pytest.MonkeyPatch) -> None:
    """More may be drawn than is agreed."""
    patch.setattr(drawdown, "_check", lambda *_: None)


def no_bottom(patch: pytest.MonkeyPatch) -> None:
    """Lots give whatever is asked of them."""
    patch.setattr(Pool, "free", lambda *_: 10**12)


#: What it takes many lives to see.
LATE = [pytest.param(each, marks=pytest.mark.slow) for each in (no_share, no_bottom)]


@pytest.mark.parametrize("without", [no_cap, no_agreed_sum, *LATE])
def test_the_machine_sees_a_limit_that_is_off(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, without: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """With one limit switched off, the same lives break an invariant: the test above can fail, limit by limit."""
    without(monkeypatch)
    with pytest.raises(AssertionError):
        run(engine, 200, Phase.generate)
