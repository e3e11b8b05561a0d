"""A program hands a register in: rehearsed, accepted or kept for a second person, once, and told what it became."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.world import World
from tests.api.people import person
from tests.api.site import SITE
from tests.api.uploads.registers import approver, at, issued, lender_of, officer, serving, workbook

PATH = "/api/v1/registers"


@pytest.fixture
def world(fresh_database: str) -> Iterator[World]:
    """A world in which every register takes two people."""
    with serving(fresh_database) as made:
        yield made


@pytest.fixture
def home(world: World) -> int:
    """A lender."""
    return lender_of(world.jobs)


def handed_in(client: TestClient, content: bytes, key: str = "key-0001", **query: Any) -> Any:
    """The answer to a file handed in by a program."""
    files = {"file": ("reestr.xlsx", content, "application/octet-stream")}
    return client.post(PATH, files=files, params=query, headers={"Idempotency-Key": key, "Origin": SITE})


def confirm(client: TestClient, approval_id: int) -> Any:
    """The answer to the confirmation of a second person's program."""
    return client.post(f"/api/v1/approvals/{approval_id}/approval", headers={"Origin": SITE}).json()


def test_a_register_is_accepted_by_two_programs(world: World, home: int) -> None:
    """Kept for the second person, confirmed, and told with its rows by its card and in the list."""
    maker = at(world, officer(home))
    waits = handed_in(maker, workbook(issued(3)))
    assert (waits.status_code, waits.json()["state"]) == (202, "awaiting-approval")
    done = confirm(at(world, approver(home)), waits.json()["approval_id"])
    assert (done["result"]["added"], done["result"]["unchanged"]) == (3, 0)
    card = maker.get(f"{PATH}/{done['result']['register_id']}").json()
    assert (card["kind"], card["rows"], card["amount"]) == ("issued-loans", 3, 30_000_000)
    assert [each["id"] for each in maker.get(PATH).json()["rows"]] == [done["result"]["register_id"]]


def test_the_same_file_again_is_told_as_what_it_is(world: World, home: int) -> None:
    """Under another key too the register that was accepted is named, and nothing is asked of anybody."""
    maker, content = at(world, officer(home)), workbook(issued(2))
    waits = handed_in(maker, content).json()
    assert handed_in(maker, content).json() == waits
    done = confirm(at(world, approver(home)), waits["approval_id"])
    again = handed_in(maker, content, "key-0002")
    told = {"register_id": done["result"]["register_id"], "repeated": True}
    assert (again.status_code, again.json()["result"]) == (200, told)


def test_a_rehearsal_tells_everything_and_keeps_nothing(world: World, home: int) -> None:
    """Counts and sums of a good file, problems of a bad one; the list of registers stays empty."""
    maker = at(world, officer(home))
    good = handed_in(maker, workbook(issued(2)), rehearsal="true")
    assert (good.status_code, good.json()["rows"], good.json()["amount"]) == (200, 2, 20_000_000)
    bad = handed_in(maker, workbook(issued(2, annual_rate="9%")), rehearsal="true").json()
    assert bad["problems"] > 0
    assert maker.get(PATH).json()["rows"] == []


def test_a_file_with_problems_is_refused_whole(world: World, home: int) -> None:
    """It is a problem with a stable code, and nothing waits for a second person."""
    maker = at(world, officer(home))
    refused = handed_in(maker, workbook(issued(2, annual_rate="9%")))
    assert (refused.status_code, refused.json()["code"]) == (409, "register-not-accepted")
    assert maker.get("/api/v1/approvals").json() == []


def test_strangers_and_readers_hand_nothing_in(world: World, home: int) -> None:
    """Without the role it is forbidden; another lender sees no card of ours."""
    assert handed_in(at(world, person(home, "accountant")), workbook(issued(2))).status_code == 403
    waits = handed_in(at(world, officer(home)), workbook(issued(2))).json()
    made = confirm(at(world, approver(home)), waits["approval_id"])["result"]["register_id"]
    stranger = at(world, officer(lender_of(world.jobs, "DF-8/2019")))
    assert stranger.get(f"{PATH}/{made}").status_code == 404
