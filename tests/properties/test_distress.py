"""Loans that go wrong in any way: whatever is done to them, in any order, nothing leaves its limits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.errors import Refused
from ledger.money import from_tiyn
from ledger.periods import first_day, next_month
from lending.amortisation.refusals import BadTerms
from lending.loan_months import close_loans
from lending.microcredits.penalties import caps
from lending.microcredits.recoveries import Receipt, recover, reverse_recovery
from lending.microcredits.repayments import repay
from lending.microcredits.restructuring import NewTerms, restructure
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.values import Payment, PenaltyTerms
from lending.microcredits.waivers import waive_penalty
from lending.microcredits.write_offs import Policy, reverse_write_off, write_off
from lending.provisions import default_matrix
from tests.lending.microcredits.distress import DECISION, PENALTY, discrepancies, row
from tests.lending.microcredits.lender import SIGNED, Lender, lender
from tests.walks import tried

LENT = 120_000_000
#: What is done, after how many days; tiyn; a number of instalments or of days past due; and a choice.
Step = tuple[str, int, int, int, bool]
ACTS = (
    "pay", "pay", "prepay", "settle", "restructure", "restructure", "waive", "write off", "write off", "recover",
    "recover", "undo",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.integers(0, 70), st.integers(1, 30_000_000), st.integers(1, 60), st.booleans(),
    ),
    min_size=3, max_size=10,
)  # fmt: skip


@dataclass
class Course:
    """One loan, the day it has come to, the months closed so far, and how its last act is undone."""

    own: Lender
    loan_id: int
    on: date = SIGNED
    month: date = date(2019, 3, 1)
    undo: list[Callable[[], Any]] = field(default_factory=list)

    def go_on(self, days: int) -> None:
        """Let days pass; every month that is over is closed."""
        self.on += timedelta(days)
        while self.month < first_day(self.on):
            close_loans(self.own.session, 1, self.month, [self.own.id], [self.loan_id], default_matrix())
            self.month = next_month(self.month)

    def act(self, step: Step) -> None:
        """Do one thing, or be refused."""
        what, _, tiyn, count, flag = step
        session, loan_id, on = self.own.session, self.loan_id, self.on
        money = from_tiyn(tiyn)
        match what:
            case "pay" | "settle" | "prepay":
                intent: Any = {"pay": "due", "settle": "settle", "prepay": "prepay-lower"}[what]
                amount = from_tiyn(3 * LENT) if what == "settle" else money
                [paid] = repay(session, [Payment(loan_id=loan_id, paid_on=on, amount=amount, intent=intent)])
                self.undo.append(lambda: reverse_repayment(session, paid.id, self.on))
            case "restructure":
                terms = NewTerms(decision=DECISION, instalments=count, principal_grace=min(count - 1, 3 * flag))
                restructure(session, {loan_id: terms}, on)
            case "waive":
                waive_penalty(session, loan_id, from_tiyn(min(tiyn, 100_000)), on, DECISION)
            case "write off":
                policy = Policy(lots="made-whole" if flag else "until-recovered", days_past_due=count)
                [lost] = write_off(session, {loan_id: DECISION}, on, policy)
                self.undo.append(lambda: reverse_write_off(session, lost.id, self.on))
            case "recover":
                [back] = recover(session, [Receipt(loan_id, on, money)])
                self.undo.append(lambda: reverse_recovery(session, back.id, self.on))
            case "undo" if self.undo:
                self.undo.pop()()

    def limits(self) -> Iterator[bool]:
        """What may never be left: money, penalty and days are at least nothing, and a year costs its share at most."""
        at = row(self.own.session, self.loan_id, self.on)
        yield 0 <= at["principal"] <= LENT
        yield 0 <= at["penalty_in_year"] <= LENT * caps().year_share
        yield min(at[name] for name in ("penalty", "overpayment", "provision", "principal_due", "interest_due")) >= 0
        yield (at["days_past_due"] > 0) == (at["principal_overdue"] + at["interest_overdue"] > 0)


@settings(max_examples=tried(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, penalty=st.none() | st.just(replace(PENALTY, rate=caps().share_first)))
def test_nothing_leaves_its_limits(session: Session, steps: list[Step], penalty: PenaltyTerms | None) -> None:
    """After payments, restructurings, penalties, waivers, write-offs, recoveries and undoings every check holds."""
    own = lender(session)
    course = Course(own, own.lend("1200000", penalty=penalty))
    for step in steps:
        course.go_on(step[1])
        try:
            with session.begin_nested():
                course.act(step)
                event(step[0])
        except (Refused, BadTerms):
            event(f"{step[0]} refused")
        assert all(course.limits())
    course.go_on(31)
    assert discrepancies(session) == []
