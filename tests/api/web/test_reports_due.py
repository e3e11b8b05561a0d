"""What is due of reports and registers stands on the first page once, whoever looks."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.world import World
from ledger.unit_of_work import perform
from lending.registers.tables import RegisterRow
from reports.words import say
from tests.api.people import person, world_on
from tests.api.site import site
from tests.lending.microcredits.lender import lender

#: Three monthly reports on loans issued in March are late or due today, one on their use is due in a week.
DAY = date(2018, 4, 3)
REGISTER, SOON, LATE = "Реестр выданных за март 2018", "Отчеты к сдаче в ближайшие дни: ", "Отчеты, не сданные в срок: "
#: What a card two days late says of it; one that is done does not.
OVERDUE = say("web.due.days-late", "ru", days=2)


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world on the third of April 2018."""
    return world_on(committed_engine, DAY, hosts="testserver")


def home_of(world: World, role: str, lender_id: int) -> str:
    """The first page of somebody at the lender."""
    page: str = site(world, person(lender_id, role)).get("/").text
    return page


def register_of(home: str) -> str:
    """The card of the register on a first page."""
    return home.partition(REGISTER)[2].partition("</li>")[0]


@pytest.mark.parametrize("role", ["lender-officer", "lender-approver"])
def test_the_register_tells_of_the_report_that_waits_for_it(world: World, role: str) -> None:
    """Until it is accepted, only the report on target use is told besides."""
    home = home_of(world, role, perform(world.jobs, lambda session: lender(session).id))
    assert home.count(REGISTER) == 1
    assert OVERDUE in register_of(home)
    assert f"{SOON}1" in home
    assert LATE not in home


def test_once_the_register_is_in_its_reports_remain(world: World) -> None:
    """Accepted is not handed in: the two that are late and the one due today are told then."""

    def accepted(session: Session) -> int:
        of = lender(session).id
        session.add(
            RegisterRow(
                kind="issued-loans", organisation_id=of, file_name="m.xlsx", sha256=b"0" * 32, rows=1, amount=1,
                told={"first_on": "2018-03-01", "last_on": "2018-03-31"},
            )
        )  # fmt: skip
        return of

    home = home_of(world, "lender-officer", perform(world.jobs, accepted))
    assert (f"{LATE}2" in home, f"{SOON}2" in home) == (True, True)
    assert OVERDUE not in register_of(home)


def test_whoever_sends_no_registers_is_told_of_all_reports(world: World) -> None:
    """An accountant has no card of the register, so nothing is left to it."""
    home = home_of(world, "accountant", perform(world.jobs, lambda session: lender(session).id))
    assert REGISTER not in home
    assert (f"{LATE}2" in home, f"{SOON}2" in home) == (True, True)
