"""A lender with people, a site for each, and files of registers as lenders send them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.access.actors import Actor
from api.world import World
from ledger.unit_of_work import NOTHING, make_engine
from tests.api.people import person, world_on
from tests.api.site import SITE, site
from tests.lending.microcredits.lender import lender
from tests.lending.registers.workbooks import good, table, xlsx

TODAY = date(2019, 4, 20)
#: An identification number that begins with a zero, and what is left of it in a number cell.
WITH_ZERO, LOST = "010315500126", 10315500126


@contextmanager
def serving(url: str, **settings: Any) -> Iterator[World]:
    """A world on the database at ``url`` whose pages see what their people see."""
    jobs, blind = make_engine(url), make_engine(url, sight=NOTHING)
    made = world_on(jobs, TODAY, **{"hosts": ("testserver",)} | settings)
    yield World(made.settings, blind, jobs, made.now)
    jobs.dispose()
    blind.dispose()


def lender_of(engine: Engine, number: str = "DF-7/2019") -> int:
    """A lender with money to lend under the agreement ``number``; the id of its organisation."""
    with Session(engine) as session, session.begin():
        return lender(session, number=number).id


def officer(organisation_id: int) -> Actor:
    """Somebody who sends registers."""
    return person(organisation_id, "lender-officer")


def approver(organisation_id: int) -> Actor:
    """Somebody who confirms them."""
    return person(organisation_id, "lender-approver")


def issued(rows: int = 2, **changes: Any) -> list[dict[str, Any]]:
    """Rows of issued loans of a tenth of a million."""
    told = {"facility_number": "DF-7/2019", "amount": 100000} | changes
    return [good("issued-loans", contract_number=f"ДЗ-{number}", **told) for number in range(1, rows + 1)]


def workbook(rows: Sequence[dict[str, Any]]) -> bytes:
    """The rows as a workbook under Russian headings."""
    return xlsx(table("issued-loans", rows))


def sent(client: TestClient, content: bytes, name: str = "reestr.xlsx") -> Any:
    """The answer to a file sent by the form."""
    files = {"file": (name, content, "application/octet-stream")}
    return client.post("/registers/upload", files=files, data={"key": "k"}, headers={"Origin": SITE})


def at(world: World, actor: Actor, lang: str = "ru") -> TestClient:
    """The site for somebody."""
    return site(world, actor, lang)
