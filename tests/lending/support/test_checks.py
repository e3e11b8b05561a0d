"""Tests of the checks: they hold on what the services write, and each names what was tampered with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.posting import post
from ledger.verification import verify
from lending.support import bookings, grants, subsidies
from lending.support.checks import CHECKS
from lending.support.values import Document, JournalEntry
from tests.lending.support.world import LENT, MISTAKE, ORDER, PAID, Funded, funded, wanted


def broken(session: Session) -> set[str]:
    """The names of the checks that do not hold."""
    return {check.name for check, found in verify(session, CHECKS) if found}


@pytest.fixture(scope="module")
def life(engine: Engine) -> Iterator[Funded]:
    """A paid, a withdrawn and a confirmed subsidy; a paid grant with a journal, and a withdrawn one."""
    with Session(engine) as session:
        yield live(funded(session))
        session.rollback()


@pytest.fixture
def lived(life: Funded) -> Iterator[Funded]:
    """That life, to be tampered with: it is as it was for the next test."""
    with life.session.begin_nested() as undone:
        yield life
        undone.rollback()


def live(world: Funded) -> Funded:
    """Everything that can happen to subsidies and grants."""
    first, second, third = (world.tranche(each) for each in ("1000", "500", "200"))
    world.lend("1000")
    world.lend("450")
    world.lend("50", territory_type="city")
    world.lend("200", purpose="open-microbusiness")
    world.paid(first, "80")
    taken_back = world.decided(second, "45")
    subsidies.withdraw(world.session, taken_back.id, on=PAID, by="Chair", reason="documents")
    world.confirmed(second, on=PAID)
    world.decided(third, "20")
    akimat = world.chain.ids["akimat"]
    paid = grants.pay(world.session, grants.award(world.session, wanted(akimat)).id, ORDER)
    receipt = Document("receipt", "1", PAID)
    seen = JournalEntry(visited_on=PAID, visited_by="Chamber", remark="", spent=tenge(1), documents=[receipt])
    grants.accompany(world.session, paid.id, seen)
    reversed_grant = grants.pay(world.session, grants.award(world.session, wanted(akimat)).id, ORDER)
    grants.reverse_payment(world.session, reversed_grant.id, MISTAKE)
    fourth = world.tranche("100", LENT)
    world.lend("100", purpose="open-microbusiness")
    subsidies.reverse_payment(world.session, world.paid(fourth, "10").id, MISTAKE)
    declined = grants.award(world.session, wanted(akimat))
    grants.withdraw(world.session, declined.id, on=PAID, by="Director", reason="declined")
    return world


def test_services_keep_the_checks(lived: Funded) -> None:
    """Nothing the services write is a discrepancy."""
    assert broken(lived.session) == set()


@pytest.mark.parametrize(
    ("check", "statement"),
    [
        ("subsidy-bases-derive", "UPDATE subsidy_loan SET amount = amount - 1 WHERE amount = 45000 AND standing"),
        ("subsidy-bases-derive", "DELETE FROM subsidy_loan WHERE amount = 20000"),
        ("subsidy-bases-derive", "UPDATE loan SET territory_type = 'city' WHERE amount = 20000"),
        ("subsidies-within-the-law", "UPDATE subsidy SET base = base - 1 WHERE base = 20000"),
        ("subsidies-within-the-law", "UPDATE subsidy SET ceiling = ceiling + 1 WHERE base = 20000"),
        ("subsidies-within-the-law", "UPDATE subsidy SET payer_id = operator_id WHERE base = 20000"),
        ("subsidies-count-money-once", "DELETE FROM subsidy_withdrawal"),
        ("subsidies-paid-as-decided", "UPDATE subsidy_payment SET amount = amount + 1"),
        ("subsidies-paid-as-decided", "UPDATE subsidy_decision SET amount = 10001 WHERE amount = 8000"),
        ("subsidies-paid-as-decided", "UPDATE subsidy_decision SET decided_by = ' operator '"),
        ("subsidies-booked", "DELETE FROM subsidy_payment"),
        ("subsidy-payments-reversed", "DELETE FROM subsidy_reversal"),
        ("subsidy-payments-reversed", "UPDATE subsidy_payment SET standing = NULL WHERE standing"),
        ("grant-payments-reversed", "UPDATE grant_reversal SET event_id = event_id - 1"),
        ("grant-payments-reversed", "UPDATE grant_reversal SET reversed_on = '2019-01-01'"),
        ("grants-within-the-law", "UPDATE state_grant SET mci = 2778, cap = 27780000"),
        ("grants-within-the-law", "DELETE FROM grant_withdrawal"),
        ("grants-paid-as-awarded", "UPDATE grant_payment SET amount = amount + 1"),
        ("grants-paid-as-awarded", "UPDATE grant_journal SET spent = 10000001"),
        ("grants-booked", "UPDATE state_grant SET amount = amount - 1"),
    ],
)
def test_tampering_is_named(lived: Funded, check: str, statement: str) -> None:
    """Whoever changes a row past the guards is found by the check about it."""
    lived.session.execute(text("SET LOCAL ROLE NONE"))
    lived.session.execute(text("SET LOCAL session_replication_role = replica"))
    assert lived.session.execute(text(f"{statement} RETURNING 1")).all()
    assert check in broken(lived.session)


def test_income_without_a_subsidy_is_named(lived: Funded) -> None:
    """Money booked as a subsidy that nobody confirmed is found."""
    ids = lived.chain.ids
    post(lived.session, [bookings.subsidy_decided(bookings.Subsidised(10**9, ids["akimat"], ids["mfo"]), PAID, 5)])
    assert broken(lived.session) == {"subsidies-booked"}
