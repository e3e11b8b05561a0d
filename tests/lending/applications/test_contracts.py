"""An approved application becomes a contract with every obligatory clause, a loan, and money."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.applications.refusals import ClausesMissing, RuleForbids
from lending.applications.states import IllegalStep
from lending.microcredits.loans import loan
from lending.microcredits.schedules import versions
from tests.lending.applications.path import CLAUSES, lending, sign, walk


def test_a_contract_becomes_a_loan(session: Session) -> None:
    """The loan has the terms of the application, its borrower, its class, and what was shown."""
    signed = lending(session).contracted(start_up=True)
    assert signed.state == "contracted"
    assert signed.loan_id
    own = loan(session, signed.loan_id).contract
    assert (own.amount, own.instalments, own.purpose, own.start_up) == (
        tenge("3000000.00"), 36, "open-microbusiness", True,
    )  # fmt: skip
    assert (own.details["application"], own.details["certificate_kind"]) == (signed.number, "other-training")


def test_a_beginning_entrepreneur_is_no_start_up(session: Session) -> None:
    """The class is that of the day of applying."""
    signed = lending(session).contracted()
    assert signed.loan_id
    assert not loan(session, signed.loan_id).contract.start_up


def test_the_money_is_paid_out(session: Session) -> None:
    """The loan is active, its schedule can be printed, and the application is at its end."""
    paid = lending(session).paid_out()
    assert paid.state == "disbursed"
    assert paid.loan_id
    assert loan(session, paid.loan_id).status == "active"
    [signed] = versions(session, [paid.loan_id])[paid.loan_id]
    assert len(signed.due_on) == 36


def test_it_is_paid_out_once(session: Session) -> None:
    """A second payment is no step of the path."""
    paid = lending(session).paid_out()
    with pytest.raises(IllegalStep, match="Possible now: nothing"):
        sign(session, paid)


@pytest.mark.parametrize("left_out", ["jobs", "target-use", "no-fees"])
def test_obligatory_clauses(session: Session, left_out: str) -> None:
    """A contract without one of them is refused, and the clause and its rule are named."""
    decided = lending(session).approved()
    with pytest.raises(ClausesMissing, match=rf"{left_out} \(746-"):
        sign(session, decided, clauses=[each for each in CLAUSES if each != left_out])


def test_the_rules_are_asked_again_on_the_day(session: Session) -> None:
    """A certificate or class good on the day of approval may be too old on the day of signing."""
    decided = lending(session).approved()
    with pytest.raises(RuleForbids, match="A-15"):
        sign(session, decided, date(2022, 1, 1))


def test_a_withdrawn_application_is_over(session: Session) -> None:
    """An approval can be given up, not a contract."""
    own = lending(session)
    assert walk(session, own.approved(), ("withdraw",)).state == "withdrawn"
    with pytest.raises(IllegalStep, match="Possible now: disburse"):
        walk(session, own.contracted(), ("withdraw",))


@pytest.mark.parametrize(
    ("terms", "told"), [({"method": "equal-principal"}, []), ({"method": "annuity"}, [("A-24", "warns")])]
)
def test_a_schedule_behind_its_agreement_is_pointed_out(
    session: Session, terms: dict[str, str], told: list[tuple[str, str]]
) -> None:
    """A loan that repays later than the agreement owes is approved, with the finding kept (A-24)."""
    decided = lending(session).approved(months=84, **terms)
    kept = [(each["rule"], each["severity"]) for each in decided.steps[-1].findings]
    assert [each for each in kept if each[0] == "A-24"] == told
