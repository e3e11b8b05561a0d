"""Tests of many at once: a tranche is subsidised once, a subsidy paid once, a person granted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.unit_of_work import perform
from lending.support import grants, subsidies
from lending.support.values import Subsidy
from tests.lending.chain.test_concurrency import at_once
from tests.lending.support.world import ORDER, Funded, confirmation, decision, funded, wanted

MANY = 8


def prepare(engine: Engine, work: Callable[[Funded], Any]) -> Any:
    """Do something in a new chain, and commit it."""
    return perform(engine, lambda session: work(funded(session)))


def lent(world: Funded) -> int:
    """A tranche of 1,000 tenge, lent."""
    lot = world.tranche("1000")
    world.lend("1000")
    return lot


def confirmed(world: Funded) -> Subsidy:
    """A subsidy on a tranche."""
    return world.confirmed(lent(world))


def decided(world: Funded) -> Subsidy:
    """A subsidy the commission granted."""
    return world.decided(lent(world), "100")


def test_confirmed_once(committed_engine: Engine) -> None:
    """Of many confirmations of one tranche one is made."""
    lot = prepare(committed_engine, lent)
    works = [lambda session: subsidies.confirm(session, confirmation(lot))] * MANY
    assert at_once(committed_engine, *works) == ["done", *["tranche-subsidised"] * (MANY - 1)]


def test_decided_once(committed_engine: Engine) -> None:
    """Of many decisions one is made."""
    of = prepare(committed_engine, confirmed)
    works = [lambda session: subsidies.decide(session, of.id, decision("100"))] * MANY
    assert at_once(committed_engine, *works) == ["done", *["support-stage"] * (MANY - 1)]


def test_paid_once(committed_engine: Engine) -> None:
    """Of many payments one is made."""
    of = prepare(committed_engine, decided)
    works = [lambda session: subsidies.pay(session, of.id, ORDER)] * MANY
    assert at_once(committed_engine, *works) == ["done", *["support-stage"] * (MANY - 1)]


def test_paid_or_withdrawn(committed_engine: Engine) -> None:
    """A payment and a withdrawal at the same moment do not both happen."""
    of = prepare(committed_engine, decided)

    def take_back(session: Session) -> None:
        subsidies.withdraw(session, of.id, on=ORDER.paid_on, by="Chair", reason="doubt")

    outcome = at_once(committed_engine, lambda session: subsidies.pay(session, of.id, ORDER), take_back)
    assert outcome == ["done", "support-stage"]


def test_granted_once(committed_engine: Engine) -> None:
    """Of many awards to one person one is made."""
    award = wanted(prepare(committed_engine, lambda world: world.chain.ids["akimat"]))
    works = [lambda session: grants.award(session, award)] * MANY
    assert at_once(committed_engine, *works) == ["done", *["grant-before"] * (MANY - 1)]
