"""The page of scheduled jobs: each with its last run, and the runs page by page, for those whom it is for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, insert

from api.scheduler.jobs import JOBS
from api.scheduler.tables import JobRunRow
from api.web.pages.scheduled import PAGE
from api.world import World
from ledger.unit_of_work import perform
from reports.words import LANGUAGES, Lang, say
from tests.api.people import person, world_on
from tests.api.site import site
from tests.lending.microcredits.lender import lender

AT = datetime(2019, 3, 20, 1, tzinfo=UTC)


@pytest.fixture
def world(committed_engine: Engine, fresh_database: str) -> World:
    """A world in which a job has run two pages of times, the last time without success."""
    perform(committed_engine, lambda session: lender(session).id)
    runs: list[dict[str, object]] = [
        {
            "job": JOBS[0].name, "due_at": AT + timedelta(number), "runner": f"host/{number}", "told": {},
            "ended_at": AT + timedelta(number, 5), "outcome": "failed" if number == PAGE else "done",
        }
        for number in range(PAGE + 1)
    ]  # fmt: skip
    owner = create_engine(fresh_database)
    with owner.begin() as connection:
        connection.execute(insert(JobRunRow), runs)
    owner.dispose()
    return world_on(committed_engine, date(2019, 3, 20), hosts="testserver")


def runners(page: str) -> list[int]:
    """The numbers of the runs on a page, as they stand."""
    return [int(each) for each in re.findall(r"host/(\d+)", page)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_job_is_told_in_every_language(world: World, lang: Lang) -> None:
    """By its name, with the outcome of its newest run; one that never ran says so."""
    page = site(world, person(1, "administrator"), lang).get("/scheduled").text
    assert [each.name for each in JOBS if say(f"web.scheduled.job.{each.name}", lang) not in page] == []
    assert say("web.scheduled.outcome.failed", lang) in page
    assert say("web.scheduled.never", lang) in page


def test_runs_follow_newest_first_page_by_page(world: World) -> None:
    """The first page ends where the second goes on; the last leads back to the first."""
    client = site(world, person(1, "auditor"))
    first = client.get("/scheduled").text
    assert runners(first) == [*range(PAGE, 0, -1)]
    onward = re.search(r'href="(/scheduled\?before=\d+)"', first)
    assert onward is not None
    second = client.get(onward[1]).text
    assert runners(second) == [0]
    assert 'href="/scheduled"' in second


def test_one_job_is_looked_at_alone(world: World) -> None:
    """Its runs are shown, and of a job that never ran that there are none."""
    client = site(world, person(1, "auditor"))
    assert len(runners(client.get(f"/scheduled?job={JOBS[0].name}").text)) == PAGE
    assert runners(client.get(f"/scheduled?job={JOBS[1].name}").text) == []


def test_a_place_that_is_none_is_no_fault(world: World) -> None:
    """What stands in the address may be any number, or none."""
    client = site(world, person(1, "auditor"))
    assert runners(client.get(f"/scheduled?before={10**30}").text) == [*range(PAGE, 0, -1)]
    assert client.get("/scheduled?before=x").status_code == 422


def test_it_is_for_administrators_and_auditors(world: World) -> None:
    """An officer is refused."""
    assert site(world, person(1, "lender-officer")).get("/scheduled").status_code == 403
