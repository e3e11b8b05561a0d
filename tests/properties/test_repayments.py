"""Payments in any order of sums and intents: the slow oracle agrees, nothing is lost, and every check holds."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.errors import Refused
from ledger.money import from_tiyn
from ledger.verification import CHECKS as LEDGER_CHECKS
from ledger.verification import verify
from lending.amortisation.refusals import BadTerms
from lending.chain.checks import CHECKS as CHAIN_CHECKS
from lending.microcredits.checks import CHECKS
from lending.microcredits.repayments import Repayment, repay
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.tables import LoanScheduleRow
from lending.microcredits.values import Intent, Payment
from tests.lending.microcredits.lender import SIGNED, Lender, lender
from tests.oracles.positions import Life, Version
from tests.oracles.repayments import Account
from tests.walks import tried

END = date(2020, 6, 1)
#: What borrowers pay for; money of guarantors goes to principal or interest alone, see `tests/guarantees`.
BORROWERS: tuple[Intent, ...] = ("due", "prepay-shorten", "prepay-lower", "settle")
Step = tuple[int, int, Intent]


@st.composite
def steps(draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[Step]:
    """Payments: days since the one before, tiyn, and what they are for; sums around an instalment, or any."""
    sums = st.integers(8_000_000, 13_000_000) | st.integers(1, 130_000_000)
    intents = st.just("due") | st.sampled_from(BORROWERS)
    return draw(st.lists(st.tuples(st.integers(0, 62), sums, intents), min_size=1, max_size=8))  # type: ignore[no-any-return]


def schedule_versions(session: Session, loan_id: int) -> tuple[Version, ...]:
    """The versions of a loan's schedule as the oracle takes them."""
    rows = session.scalars(
        select(LoanScheduleRow).where(LoanScheduleRow.loan_id == loan_id).order_by(LoanScheduleRow.version)
    )
    return tuple(
        Version(
            row.valid_from,
            row.annual_rate,
            row.principal_before,
            tuple(zip(row.due_on, row.principal, row.deferred, strict=True)),
            row.deferred_before,
        )
        for row in rows
    )


def attempt(own: Lender, payment: Payment) -> Repayment | None:
    """The payment as recorded, or None where it is refused, and then nothing of it is left."""
    try:
        with own.session.begin_nested():
            return repay(own.session, [payment])[0]
    except (Refused, BadTerms):
        return None


TERMS = st.fixed_dictionaries({
    "method": st.sampled_from(("annuity", "equal-principal", "bullet")),
    "day_count": st.sampled_from(("30/360", "act/365", "act/act")),
    "principal_grace": st.integers(0, 3),
    "interest_grace": st.integers(0, 3),
    "every_months": st.sampled_from((1, 3)),
    "business_days": st.sampled_from(("none", "following", "preceding")),
})  # fmt: skip


@settings(max_examples=tried(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=TERMS, payments=steps())
def test_payments_are_those_of_the_oracle(session: Session, terms: dict[str, Any], payments: list[Step]) -> None:
    """What each payment settles is what counting by day and by hand gives, whatever came before."""
    own = lender(session, "1200000")
    loan_id = own.lend("1200000", **terms)
    lent, on = 120_000_000, SIGNED
    versions = schedule_versions(session, loan_id)
    account = Account(Life(terms["day_count"], "half-up", versions, ((SIGNED, lent),), ()))
    repaid = 0
    for days, tiyn, intent in payments:
        on += timedelta(days)
        done = attempt(own, Payment(loan_id=loan_id, paid_on=on, amount=from_tiyn(tiyn), intent=intent))
        if done is None:
            continue
        assert (done.principal, done.interest, done.overpayment) == account.pay(on, tiyn, intent)
        versions = schedule_versions(session, loan_id)
        account.life = Life(terms["day_count"], "half-up", versions, account.life.disbursed, account.life.repaid)
        repaid += done.principal
        assert 0 <= repaid <= lent
    assert balance_tiyn(session, "programme-cash", book=own.id, effective_on=END) == repaid
    assert balance_tiyn(session, "overpayment", book=own.id, effective_on=END) == -account.held


@settings(max_examples=tried(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payments=steps(), undone=st.lists(st.booleans(), min_size=8, max_size=8))
def test_every_check_holds_after_payments_and_undoings(
    session: Session, payments: list[Step], undone: list[bool]
) -> None:
    """Ledger, rows, lots and schedules tell one story after any payments, some of them undone on their day."""
    own = lender(session)
    loan_id, on = own.lend("1200000"), SIGNED
    for (days, tiyn, intent), undo in zip(payments, undone, strict=False):
        on += timedelta(days)
        done = attempt(own, Payment(loan_id=loan_id, paid_on=on, amount=from_tiyn(tiyn), intent=intent))
        if done is not None and undo:
            reverse_repayment(session, done.id, on)
    found = [each for _, told in verify(session, (*LEDGER_CHECKS, *CHAIN_CHECKS, *CHECKS)) for each in told]
    assert found == []
