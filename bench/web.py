"""The pages under twenty people at work, beside a page that asks nothing of the database, in the same run.

One server process serves a demo's books; the people are in this process, each opening a page about once a second, all
kinds of pages in turn. The page for signing in reads no rows: what it takes under the same load is the floor, and the
ratios to it are what to read. An existing home folder is used where one is named, else a demo is played into a new one.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import Any

import httpx2
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api.database import embedded_url, migrate
from api.identity.people import add_person, set_roles
from api.identity.sessions import COOKIE, Caller, open_session
from ledger.unit_of_work import make_engine, perform

PEOPLE = 20
PAUSE = 1.0
TRIVIAL = "trivial"
NESIE = (sys.executable, "-c", "from api.cli import main; main()")
UNLIMITED = {f"NESIE_RATE_{each}": "1000000" for each in ("SEARCH", "EXPORT", "DOCUMENT", "SIGN_IN", "API")}
#: Who is at work, by the kind of organisation: a lender sees its own loans, the others the whole chain below them.
ROLES = {
    "mfo": "lender-officer",
    "akimat": "akimat-officer",
    "operator": "operator-officer",
    "budget": "budget-officer",
}


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person at work: their session, and the addresses of each kind of page that they open."""

    token: str
    pages: Mapping[str, Sequence[str]]


def measure(loans: int, home: Path | None, seconds: int) -> dict[str, float]:
    """Milliseconds at the median, the 95th and the 99th percentile of each kind of page, and their ratios to the floor.

    ``loans`` is the size of the demo that is made when no ``home`` folder with books is given.
    """
    with tempfile.TemporaryDirectory(prefix="nesie-bench-", ignore_cleanup_errors=True) as folder:
        place = home or Path(folder)
        environment = os.environ | UNLIMITED | {"NESIE_HOME": str(place)}
        if home is None:
            Path(folder).chmod(0o755)
            _run(environment, "demo", "--loans", str(loans), "--no-serve", "--output", f"{folder}/reports")
        address = embedded_url(place)
        migrate(address)
        engine = make_engine(address)
        people = _people(engine)
        with _served(environment) as site:
            asyncio.run(_at_work(site, people, seconds=3))
            took = asyncio.run(_at_work(site, people, seconds))
        with Session(engine) as session:
            there = session.execute(text("SELECT count(*) FROM loan")).scalar_one()
        engine.dispose()
    return {"loans": float(there)} | _figures(took)


def _figures(took: Mapping[str, Sequence[float]]) -> dict[str, float]:
    figures: dict[str, float] = {}
    floor = median(took[TRIVIAL])
    for page, times in took.items():
        cuts = quantiles(times, n=100, method="inclusive")
        figures |= {
            f"{page}_p50_ms": 1000 * cuts[49],
            f"{page}_p95_ms": 1000 * cuts[94],
            f"{page}_p99_ms": 1000 * cuts[98],
        }
        figures[f"{page}_p50_over_trivial"] = cuts[49] / floor
        figures[f"{page}_requests"] = float(len(times))
    return figures


async def _at_work(site: str, people: Sequence[Somebody], seconds: float) -> dict[str, list[float]]:
    """Everybody at work for so many seconds; seconds taken by kind of page."""
    took: dict[str, list[float]] = {page: [] for page in people[0].pages}
    until = perf_counter() + seconds

    async def work(one: Somebody, chance: random.Random) -> None:
        limits = httpx2.Limits(max_connections=1)
        async with httpx2.AsyncClient(base_url=site, limits=limits, timeout=60) as client:
            await asyncio.sleep(chance.random() * PAUSE)
            turn = chance.randrange(len(took))
            while perf_counter() < until:
                page = list(took)[turn % len(took)]
                address, turn = chance.choice(one.pages[page]), turn + 1
                begun = perf_counter()
                known = {} if page == TRIVIAL else {"Cookie": f"{COOKIE}={one.token}"}
                answer = await client.get(address, headers=known)
                took[page].append(perf_counter() - begun)
                assert answer.status_code == 200, (address, answer.status_code)
                await asyncio.sleep(chance.uniform(0.5, 1.5) * PAUSE)

    await asyncio.gather(*(work(one, random.Random(number)) for number, one in enumerate(people)))
    return took


def _people(engine: Engine) -> list[Somebody]:
    """People of every role of `ROLES`, at the organisations with the most loans, with the pages they open."""
    tag = datetime.now(UTC).strftime("%d%H%M%S")
    return [
        perform(engine, lambda session, kind=kind, number=number: _somebody(session, kind, f"bench-{tag}-{number}"))  # type: ignore[misc] # bound now
        for number in range(PEOPLE)
        for kind in [list(ROLES)[number % len(ROLES)]]
    ]


def _somebody(session: Session, kind: str, login: str) -> Somebody:
    now = datetime.now(UTC)
    home = session.execute(text("""
        SELECT id FROM organisation home WHERE kind = :kind ORDER BY
            (SELECT count(*) FROM loan WHERE lender_id = home.id) DESC,
            (SELECT sum(amount) FROM facility WHERE home.id IN (lender_id, borrower_id)) DESC NULLS LAST LIMIT 1
    """), {"kind": kind}).scalar_one()  # fmt: skip
    who = add_person(session, login=login, name=login, organisation_id=home, language="ru", now=now)
    set_roles(session, who, [ROLES[kind]], by=None, now=now)
    own = "lender_id = :home" if kind == "mfo" else "true"
    loans = session.scalars(text(f"SELECT id FROM loan WHERE {own} ORDER BY random() LIMIT 50"), {"home": home}).all()
    if kind not in ("mfo", "budget"):
        session.execute(text("SELECT see_as_organisation(:home)"), {"home": home})
        loans = session.scalars(text("SELECT id FROM loan ORDER BY random() LIMIT 50")).all()
        session.execute(text("SELECT set_config('nesie.sight', 'everything', true)"))
    return Somebody(
        token=open_session(session, who.id, Caller("127.0.0.1"), now),
        pages={
            TRIVIAL: ("/sign-in",), "home": ("/",), "list": ("/loans",),
            "filtered_list": ("/loans?status=active&territory=rural", "/loans?overdue-from=1&sort=-days-past-due"),
            "searched_list": ("/loans?q=MK-2019",), "loan_card": [f"/loans/{each}" for each in loans],
        },
    )  # fmt: skip


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[str]:
    """The server in a process of its own, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen([*NESIE, "serve", "--port", str(port)], env=environment, stderr=log)
        try:
            _wait_for(site, server)
            yield site
        finally:
            server.terminate()
            server.wait()


def _wait_for(site: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        sleep(0.1)
        assert server.poll() is None, "the server did not start"
        with suppress(httpx2.HTTPError):
            httpx2.get(f"{site}/health", timeout=1)
            return


def _run(environment: Mapping[str, str], *command: Any) -> None:
    subprocess.run([*NESIE, *command], env=environment, check=True)
