"""Tests of the chain's checks: each holds after a busy life, and each notices its own breach."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.verification import verify
from lending.chain.accruals import accrue_facilities
from lending.chain.checks import CHECKS
from lending.chain.movements import undo
from lending.chain.payments import repay_early, settle_due, undo_payment
from lending.chain.returns import expire, pay_return
from tests.lending.chain.world import World

DAY = date(2019, 2, 1)


@pytest.fixture
def busy(world: World) -> World:
    """A chain in which everything has happened that can."""
    world.draw_all("7000", DAY)
    world.draw_all("700", date(2019, 3, 1))
    world.lend(1, "5000", DAY)
    world.lend(2, "2500", date(2019, 3, 2))
    world.repay(1, "1000", date(2019, 6, 1))
    undo(world.session, world.repay(2, "10", date(2019, 6, 1)), date(2019, 6, 2))
    world.lend(3, "300", date(2019, 7, 1))
    accrue_facilities(world.session, date(2019, 12, 1))
    settle_due(world.session, date(2020, 1, 15))
    payment = repay_early(world.session, world.credit.id, date(2020, 2, 1), tenge(10))
    undo_payment(world.session, payment, date(2020, 2, 2))
    world.repay(2, "900", date(2020, 6, 1))
    [return_id] = expire(world.session, date(2022, 1, 1))
    pay_return(world.session, return_id, date(2022, 2, 1))
    return world


def breaches(session: Session) -> set[str]:
    """Names of the checks that find something."""
    return {check.name for check, found in verify(session, CHECKS) if found}


def test_nothing_is_found_in_a_busy_chain(busy: World) -> None:
    """Whatever the services do, the checks hold."""
    assert breaches(busy.session) == set()


MOVED = "INSERT INTO lot_movement (lot_id, moved_on, kind, amount, event_id, other_lot_id) SELECT {} FROM lot WHERE {}"
FRESH = "kind = 'fresh' AND facility_id = (SELECT max(facility_id) FROM lot)"
RETURNED = "kind = 'returned' AND usable_until > arrived_on"
TAMPERING = {
    "lots-explained": MOVED.format("id, arrived_on, 'returned', 5, 0, NULL", FRESH),
    "movements-of-events": MOVED.format("id, arrived_on, 'returned', 5, 0, NULL", FRESH),
    "lots-not-negative": MOVED.format("id, DATE '2018-01-01', 'lent', -5, 0, NULL", FRESH),
    "child-has-what-parent-gave": MOVED.format("id, arrived_on, 'received', 5, 0, (SELECT min(id) FROM lot)", FRESH),
    "drawdowns-within-agreement": MOVED.format("id, arrived_on, 'received', 1000000000000, 0, NULL", FRESH),
    "lent-within-windows": MOVED.format("id, usable_until + 1, 'lent', -5, 0, NULL", RETURNED),
    "schedules-plan-the-debt": """
        INSERT INTO facility_schedule (facility_id, version, valid_from, reason, principal_before, due_on, principal,
            interest)
        SELECT max(id), 99, '2020-01-01', 'forged', 5, '{}', '{}', '{}' FROM facility""",
    "facility-debt-explained": """
        INSERT INTO facility_payment (facility_id, paid_on, interest, principal, accrued, own_money, event_id)
        SELECT max(id), '2020-01-01', 0, 5, 0, 0, 0 FROM facility""",
    "returns-owed": """
        INSERT INTO budget_return (facility_id, lot_id, amount, reason, clause, arisen_on, due_on, event_id)
        SELECT facility_id, id, 5, 'window', '', '2020-01-01', '2020-01-01', 0 FROM lot LIMIT 1""",
    "facility-months-add-up": """
        INSERT INTO facility_month (facility_id, month, accrued, accrued_total, accrued_at_due, open_numerator,
            principal)
        SELECT max(id), '2021-01-01', 5, 5, 0, 0, 0 FROM facility""",
}


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_every_check_notices(busy: World, name: str) -> None:
    """A row nobody should have written is found by the check that is there for it."""
    busy.session.execute(text(TAMPERING[name]))
    assert name in breaches(busy.session)
