"""What is due at a lender counts the rows that the pages behind the cards show."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.world import World
from ledger.unit_of_work import perform
from lending.microcredits.loans import conclude
from tests.api.people import person, world_on
from tests.api.site import site
from tests.lending.microcredits.lender import lender

DAY = date(2019, 4, 10)


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world five days before the first instalments of loans paid out on 15 March 2019."""
    return world_on(committed_engine, DAY, hosts="testserver")


def lent(world: World) -> int:
    """A lender with two loans paid out and one only signed."""

    def work(session: Session) -> int:
        of = lender(session)
        of.lend("1000000")
        of.lend("2000000")

        conclude(session, [of.contract("3000000")])
        return of.id

    return perform(world.jobs, work)


def test_the_first_page_says_what_is_due(world: World) -> None:
    """Two instalments this week and one contract to be paid out, each opening as many rows."""
    client = site(world, person(lent(world), "lender-officer"))
    home = client.get("/").text
    assert "Платежи на этой неделе: 2" in home
    assert "Договор заключен, деньги не выданы: 1" in home
    listed = client.get("/loans?status=active&due-from=2019-04-10&due-to=2019-04-16").text
    assert listed.count('href="/loans/') >= 2


def test_nothing_is_due_at_a_guarantor(world: World) -> None:
    """A person of another kind of organisation is told nothing of lenders."""
    lender_id = lent(world)
    home = site(world, person(lender_id, "guarantor-officer", kind="guarantor")).get("/").text
    assert "На сегодня ничего не ждет" in home
