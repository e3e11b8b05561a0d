"""Tests of utilisation by its deadlines and of the conservation of money."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ledger.money import tenge
from lending.chain.drawdown import draw, undo_draw
from lending.chain.payments import pay
from lending.chain.utilisation import conservation, utilisation
from tests.lending.chain.world import World

DAY = date(2019, 2, 1)


def test_share_and_deadline(world: World) -> None:
    """The akimat lent 30 of 100 and has until six months from the transfer."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    draw(world.session, world.loan.id, tenge(30), date(2019, 3, 1))
    [credit] = utilisation(world.session, date(2019, 7, 1), [world.credit.id])
    assert (credit.share, credit.remaining, credit.deadline, credit.days_left) == (
        Fraction(3, 10),
        7_000,
        date(2019, 8, 1),
        31,
    )


def test_shortest_enclosing_deadline_alerts(world: World) -> None:
    """The operator's own twelve months are inside the akimat's six (A-21)."""
    draw(world.session, world.credit.id, tenge(100), DAY)
    draw(world.session, world.loan.id, tenge(30), DAY)
    [loan] = utilisation(world.session, DAY, [world.loan.id])
    assert (loan.deadline, loan.alert_by) == (date(2020, 2, 1), date(2019, 8, 1))


def test_relending_is_no_utilisation(world: World) -> None:
    """Only money lent for the first time uses a drawdown."""
    world.draw_all("100", DAY)
    world.lend(1, "50", DAY)
    world.repay(1, "50", DAY)
    world.lend(2, "10", date(2019, 3, 1))
    [line] = utilisation(world.session, date(2019, 4, 1), [world.line.id])
    assert line.lent == 6_000


def test_as_it_stood_on_the_day(world: World) -> None:
    """What was lent later does not count."""
    world.draw_all("100", DAY)
    world.lend(1, "50", date(2019, 3, 1))
    [line] = utilisation(world.session, date(2019, 2, 28), [world.line.id])
    assert (line.lent, line.remaining) == (0, 10_000)


def test_undone_drawdowns_are_left_out(world: World) -> None:
    """A drawdown that was undone is none."""
    lot = draw(world.session, world.credit.id, tenge(100), DAY)
    undo_draw(world.session, lot.id, DAY)
    assert utilisation(world.session, DAY) == []


def test_unused_money_paid_back_is_told(world: World) -> None:
    """Fresh money that went back up was not used."""
    world.draw_all("100", DAY)
    pay(world.session, world.line.id, date(2019, 3, 1), principal=tenge(40))
    [line] = utilisation(world.session, date(2019, 3, 1), [world.line.id])
    assert (line.unused, line.remaining, line.share) == (4_000, 6_000, Fraction(0))


def test_every_tenge_is_somewhere(world: World) -> None:
    """Received and returned equal lent, repaid and on hand, at every date."""
    world.draw_all("100", DAY)
    world.lend(1, "60", date(2019, 3, 1))
    world.repay(1, "20", date(2019, 4, 1))
    world.lend(2, "50", date(2019, 5, 1))
    pay(world.session, world.line.id, date(2019, 6, 1), principal=tenge(5))
    [line] = conservation(world.session, date(2019, 6, 1), [world.line.id])
    assert (line.received, line.returned, line.lent_fresh, line.lent_returned, line.repaid, line.on_hand) == (
        10_000,
        2_000,
        10_000,
        1_000,
        500,
        500,
    )


def test_conservation_notices_a_loss(world: World) -> None:
    """The equation is not true by construction: money missing in the ledger breaks it."""
    world.draw_all("100", DAY)
    [line] = conservation(world.session, DAY, [world.line.id])
    assert line.holds
    assert not type(line)(line.facility_id, 10_000, 0, 0, 0, 0, 0, 9_999).holds


def test_facilities_without_money_are_left_out(world: World) -> None:
    """What was never drawn has nothing to conserve."""
    assert conservation(world.session) == []
