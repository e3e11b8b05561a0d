"""A month's end ends guarantees, moves their risk with the loans, and takes commission as income, once."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from guarantees.contracts import cancel
from guarantees.month_end import earn, end, follow, steps
from guarantees.policy import Practice, default_practice
from guarantees.standing import guarantee
from ledger.money import tenge
from ledger.periods import states
from ledger.unit_of_work import perform
from lending.microcredits.repayments import repay
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.values import Payment
from lending.month_end import close
from tests.guarantees.world import World, discrepancies, world
from tests.lending.chain import world as chains

MARCH, APRIL, NEXT_JANUARY = date(2019, 3, 31), date(2019, 4, 30), date(2020, 1, 31)
MONTH = date(2019, 3, 1)


def closed(own: World, on: date, practice: Practice | None = None) -> tuple[int, int, int]:
    """Do all three steps for all books: how many guarantees ended, moved, earned."""
    books = list(states(own.session, MONTH))
    return (
        end(own.session, on, books),
        follow(own.session, on, books),
        earn(own.session, on, books, practice or default_practice()),
    )


def test_the_risk_follows_the_loan(session: Session) -> None:
    """A tenth of the loan is repaid: the risk is 85 % of nine tenths, in both books, and again adds nothing."""
    own = world(session)
    loan_id, guarantee_id = own.guaranteed_loan()
    own.repay(loan_id, "1050000", date(2019, 4, 15))
    assert closed(own, APRIL) == (0, 1, 1)
    assert own.balance("guarantee-issued", f"guarantee:{guarantee_id}") == -765_000_000
    assert closed(own, APRIL) == (0, 0, 0)
    assert discrepancies(session) == []


@pytest.mark.parametrize(
    ("practice", "income"),
    [(default_practice(), 14_166_667), (Practice(income="at-once", unused="return"), 255_000_000)],
)
def test_commission_is_earned(session: Session, practice: Practice, income: int) -> None:
    """By the end of March 17 of the 306 days to 15 January have been guaranteed; or everything is income at once."""
    own = world(session)
    _, guarantee_id = own.guaranteed_loan()
    closed(own, MARCH, practice)
    assert -own.balance("commission-income", f"guarantee:{guarantee_id}") == income
    assert discrepancies(session) == []


def test_a_repaid_loan_releases_its_guarantee(session: Session) -> None:
    """Nothing is at risk any more, all commission is earned; if the payment is undone, the guarantee is back."""
    own = world(session)
    loan_id, guarantee_id = own.guaranteed_loan()
    settled = Payment(loan_id=loan_id, paid_on=date(2019, 3, 25), amount=tenge("10016666.67"), intent="settle")
    [repayment] = repay(session, [settled])
    assert closed(own, MARCH) == (1, 1, 1)
    assert guarantee(session, guarantee_id).state == "released"
    assert (own.balance("guarantee-issued"), own.balance("commission-deferred")) == (0, 0)
    reverse_repayment(session, repayment.id, date(2019, 4, 10))
    assert closed(own, APRIL) == (1, 1, 1)
    assert guarantee(session, guarantee_id).state == "reinstated"
    assert own.balance("guarantee-issued") == -850_000_000
    assert discrepancies(session) == []


def test_a_guarantee_expires_after_its_claims(session: Session) -> None:
    """Half a year after its term an unclaimed guarantee is over, whatever the borrower still owes."""
    own = world(session)
    _, guarantee_id = own.guaranteed_loan()
    assert closed(own, date(2020, 6, 30))[0] == 0
    assert closed(own, date(2020, 7, 31)) == (1, 1, 0)
    assert guarantee(session, guarantee_id).state == "expired"
    assert discrepancies(session) == []


def test_a_claim_keeps_its_guarantee(session: Session) -> None:
    """While a claim is under way the guarantee does not expire."""
    own = world(session)
    _, guarantee_id = own.guaranteed_loan()
    own.accepted(guarantee_id, {"overdue-principal": "1"}, presented_on=date(2020, 7, 13))
    assert closed(own, date(2020, 7, 31))[0] == 0


def test_income_of_a_cancelled_contract_is_taken_back(session: Session) -> None:
    """What was earned in March before the contract was cancelled in May leaves income again."""
    own = world(session)
    guarantee_id = own.guarantee(own.loan())
    closed(own, MARCH)
    cancel(session, guarantee_id, date(2019, 5, 20), made_by="officer", reason="")
    assert closed(own, date(2019, 5, 31)) == (0, 0, 0)
    assert (own.balance("commission-income"), own.balance("commission-deferred")) == (0, 0)
    assert discrepancies(session) == []


def test_the_close_takes_the_steps_along(committed_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Composed with the steps, closing March books the guarantees and locks every book; again there is nothing."""
    monkeypatch.setattr(chains, "OPENED", MONTH)
    perform(committed_engine, lambda session: world(session).guaranteed_loan())
    assert close(committed_engine, MONTH, made_by="chief", also=steps()).state == "done"
    assert close(committed_engine, MONTH, made_by="chief", also=steps()).state == "nothing-to-do"
    with Session(committed_engine) as session:
        assert set(states(session, MONTH).values()) == {"locked"}
        assert discrepancies(session) == []
