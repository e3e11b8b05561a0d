"""Tests of the constraints: what is paid stands for ever, and nothing stands twice, whatever the services do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lending.support import grants, subsidies
from tests.lending.support.world import MISTAKE, ORDER, Funded, wanted


def refused(world: Funded, statement: str, **values: Any) -> bool:
    """Whether the database refuses a statement of the application's."""
    with pytest.raises(DBAPIError), world.session.begin_nested():
        world.session.execute(text(statement), values)
    return True


def lent(world: Funded) -> int:
    """A tranche of 1,000 tenge, lent."""
    lot = world.tranche("1000")
    world.lend("1000")
    return lot


COPY = """
    INSERT INTO subsidy (lot_id, operator_id, recipient_id, payer_id, edition, received, lent, base, rate, ceiling,
        utilised_on, through_movement, confirmed_on, confirmed_by, documents, standing)
    SELECT lot_id, operator_id, recipient_id, payer_id, edition, received, lent, base, rate, ceiling, utilised_on,
        through_movement, confirmed_on, confirmed_by, documents, standing FROM subsidy WHERE id = :id
"""


def test_one_standing_subsidy_a_tranche(world: Funded) -> None:
    """A second row for the tranche collides with the first."""
    assert refused(world, COPY, id=world.confirmed(lent(world)).id)


def test_a_loans_money_stands_once(world: Funded) -> None:
    """Money of a loan from a tranche cannot be counted by another subsidy."""
    first = world.confirmed(lent(world))
    second = world.confirmed(lent(world))
    again = """INSERT INTO subsidy_loan SELECT :other, loan_id, lot_id, amount, standing FROM subsidy_loan
               WHERE subsidy_id = :id"""
    assert refused(world, again, other=second.id, id=first.id)


def test_what_is_paid_cannot_fall(world: Funded) -> None:
    """A paid subsidy and a paid grant stay standing."""
    subsidy = world.paid(lent(world), "100")
    grant = grants.pay(world.session, grants.award(world.session, wanted(world.chain.ids["akimat"])).id, ORDER)
    assert refused(world, "UPDATE subsidy SET standing = false WHERE id = :id", id=subsidy.id)
    assert refused(world, "UPDATE state_grant SET standing = false WHERE id = :id", id=grant.id)


def test_a_payment_falls_once_and_by_two(world: Funded) -> None:
    """A reversed payment does not stand again, has one reversal, and that one two people."""
    subsidy = world.paid(lent(world), "100")
    alone = """INSERT INTO subsidy_reversal SELECT id, '2019-05-06', 'Chair', ' CHAIR', 'mistake', 'act', event_id
               FROM subsidy_payment"""
    assert refused(world, alone)
    subsidies.reverse_payment(world.session, subsidy.id, MISTAKE)
    assert refused(world, alone.replace(" CHAIR", "Treasurer"))
    assert refused(world, "UPDATE subsidy_payment SET standing = true")
    assert refused(world, "DELETE FROM subsidy_reversal")


def test_what_fell_cannot_stand_again(world: Funded) -> None:
    """A subsidy taken back, and the loans it counted, fall together and for good."""
    subsidy = world.confirmed(lent(world))
    world.session.execute(text("UPDATE subsidy SET standing = false WHERE id = :id"), {"id": subsidy.id})
    counted = text("SELECT DISTINCT standing FROM subsidy_loan WHERE subsidy_id = :id")
    assert world.session.scalars(counted, {"id": subsidy.id}).all() == [False]
    assert refused(world, "UPDATE subsidy SET standing = true WHERE id = :id", id=subsidy.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subsidy SET base = base - 1",
        "UPDATE subsidy_loan SET standing = false",
        "UPDATE subsidy_payment SET amount = 0",
        "DELETE FROM subsidy_payment",
        "DELETE FROM subsidy",
        "UPDATE state_grant SET id_number = ''",
        "DELETE FROM state_grant",
    ],
)
def test_history_is_not_changed(world: Funded, statement: str) -> None:
    """The application adds and never changes or removes."""
    world.paid(lent(world), "100")
    assert refused(world, statement)


def test_one_standing_grant_a_person(world: Funded) -> None:
    """A second grant of an IIN collides with the first."""
    grant = grants.award(world.session, wanted(world.chain.ids["akimat"]))
    again = """INSERT INTO state_grant (payer_id, edition, id_number, name, ground, proof, support_checked_on, opinion,
                   uses, warnings, fund_source, mci, cap, amount, number, decided_on, decided_by, centre, event_id,
                   standing)
               SELECT payer_id, edition, id_number, name, ground, proof, support_checked_on, opinion, uses, warnings,
                   fund_source, mci, cap, amount, number, decided_on, decided_by, centre, event_id, standing
               FROM state_grant WHERE id = :id"""
    assert refused(world, again, id=grant.id)
