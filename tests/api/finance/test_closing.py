"""Closing a month of one's own book from the pages: begun once, taken up after a kill, locked; and the locks undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.acts.performing import approve
from api.closing import is_at_work
from api.world import World
from ledger.balances import trial_balance
from ledger.organisations import Organisation
from ledger.periods import states
from tests.api.finance.conftest import OPEN_MONTH, at_work, client_of

Homes = dict[str, list[Organisation]]
ROOT = Path(__file__).parents[3]
MONTH = date.fromisoformat(f"{OPEN_MONTH}-01")
FORM = {"key": "k" * 12}

CLOSE = """
import sys
from api.access.actors import Actor
from api.closing import Closings
from datetime import date
from ledger.unit_of_work import make_engine

url, book, month = sys.argv[1:]
actor = Actor(1, "aigerim", "Aigerim", int(book), "mfo", frozenset({"accountant"}), "web")
Closings(make_engine(url), chunk=5).start(actor, int(book), date.fromisoformat(month)).join()
"""


def post(client: TestClient, path: str, **fields: str) -> object:
    """Send a form as its page does."""
    return client.post(path, data=FORM | fields, headers={"Sec-Fetch-Site": "same-origin"})


def finished(world: World, book: int) -> None:
    """Wait until nobody works on the month."""
    for _ in range(600):
        with Session(world.jobs) as session:
            state = states(session, MONTH, [book])[book]
            if state == "locked" and not is_at_work(session, book, MONTH):
                return
        time.sleep(0.1)
    raise AssertionError("the close did not end")


def closed(world: World, book: Organisation) -> TestClient:
    """A client who has closed the month of the book."""
    client = client_of(world, at_work(book, "accountant"))
    client.post(f"/closing/{OPEN_MONTH}", data=FORM, headers={"Sec-Fetch-Site": "same-origin"})
    finished(world, book.id)
    return client


def turnovers(world: World, book: int) -> list[object]:
    """The trial balance of the month."""
    with Session(world.jobs) as session:
        return [*trial_balance(session, books=[book], start=MONTH, through=date(2022, 1, 31))]


def test_the_list_tells_what_blocks_and_what_not(world: World, homes: Homes) -> None:
    """The first open month is offered, with its blocking tasks apart from the others."""
    page = client_of(world, at_work(homes["mfo"][0], "accountant")).get("/closing").text
    assert f"Закрыть {OPEN_MONTH}" in page
    assert page.index('id="task-approvals"') < page.index("Стоит проверить") < page.index('id="task-violations"')


def test_a_month_is_closed_once(own_world: World, homes: Homes) -> None:
    """It locks in the background, is audited, and running it again says that there is nothing new."""
    client = closed(own_world, homes["mfo"][0])
    assert "Месяц закрыт" in client.get(f"/closing?month={OPEN_MONTH}").text
    again = client.post(f"/closing/{OPEN_MONTH}", data=FORM, headers={"Sec-Fetch-Site": "same-origin"})
    assert "0 новых начислений" in client.get(again.headers["location"]).text
    with Session(own_world.jobs) as session:
        assert session.scalar(text("SELECT count(*) FROM audit_event WHERE act = 'close'")) == 1


def test_a_program_closes_a_month_and_sees_it_lock(own_world: World, homes: Homes) -> None:
    """Begun by the API it is at work or done at once; its progress ends at the seal; again there is nothing to do."""
    client, path = client_of(own_world, at_work(homes["mfo"][0], "accountant")), f"/api/v1/closing/{OPEN_MONTH}"
    assert client.get(path).json()["going_on"] == "ready"
    begun = client.post(path, headers={"Sec-Fetch-Site": "same-origin"})
    assert (begun.status_code, begun.json()["going_on"]) == (202, "at-work")
    finished(own_world, homes["mfo"][0].id)
    told = client.get(path).json()
    assert (told["state"], told["going_on"], told["run"]["pieces"]) == ("locked", "done", told["run"]["pieces_in_all"])
    assert len(told["digest"]) == 64
    again = client.post(path, headers={"Sec-Fetch-Site": "same-origin"})
    assert (again.status_code, again.json()["run"]["id"]) == (200, told["run"]["id"])


def test_a_program_is_held_to_the_same_order(world: World, homes: Homes) -> None:
    """A later month, a person who only reads, and what is no month are refused as on the page."""
    client = client_of(world, at_work(homes["mfo"][0], "accountant"))
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/closing/2022-03", headers=headers).json()["code"] == "not-ready-to-close"
    assert client.post("/api/v1/closing/2022-13", headers=headers).status_code == 422
    reader = client_of(world, at_work(homes["mfo"][0], "auditor"))
    assert reader.get(f"/api/v1/closing/{OPEN_MONTH}").status_code == 200
    assert reader.post(f"/api/v1/closing/{OPEN_MONTH}", headers=headers).status_code == 403


def test_other_books_are_not_closed(own_world: World, homes: Homes) -> None:
    """Only the actor's own book locks."""
    closed(own_world, homes["mfo"][0])
    with Session(own_world.jobs) as session:
        others = states(session, MONTH)
    assert [book for book, state in others.items() if state == "locked"] == [homes["mfo"][0].id]


def test_a_killed_close_is_found_interrupted_and_taken_up(own_world: World, homes: Homes) -> None:
    """After a kill the page says so; going on does the rest, and the sums are those of a close without a kill."""
    book = homes["mfo"][0]
    url = own_world.jobs.url.render_as_string(hide_password=False)
    with Session(own_world.jobs) as session:
        run = (session.scalar(text("SELECT max(id) FROM close_run")) or 0) + 1
    with own_world.jobs.connect() as held:
        stop = f"close:{run}:loans:1"
        held.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), {"name": stop})
        process = subprocess.Popen([sys.executable, "-c", CLOSE, url, str(book.id), MONTH.isoformat()], cwd=ROOT)
        _wait_for_steps(own_world, run)
        client = client_of(own_world, at_work(book, "accountant"))
        assert "Месяц закрывается" in client.get("/closing").text
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        held.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": stop})
    _wait_until_free(own_world, book.id)
    assert "Прервано" in client.get("/closing").text
    closed(own_world, book)
    with Session(own_world.jobs) as session:
        assert session.scalar(text("SELECT count(*) FROM close_run WHERE month = :m"), {"m": MONTH}) == 1


def _wait_for_steps(world: World, run: int) -> None:
    for _ in range(600):
        with Session(world.jobs) as session:
            steps = session.scalar(text("SELECT count(*) FROM close_step WHERE run_id = :run"), {"run": run})
        if steps and steps >= 4:
            return
        time.sleep(0.1)
    raise AssertionError("the close did not begin")


def _wait_until_free(world: World, book: int) -> None:
    for _ in range(100):
        with Session(world.jobs) as session:
            if not is_at_work(session, book, MONTH):
                return
        time.sleep(0.1)


def test_a_kill_changes_no_sum(own_world: World, told_story: str, homes: Homes) -> None:
    """Closing in pieces of five loans ends with the same trial balance as closing at once."""
    book = homes["mfo"][0]
    url = own_world.jobs.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", CLOSE, url, str(book.id), MONTH.isoformat()], cwd=ROOT, check=True)
    in_pieces = turnovers(own_world, book.id)
    assert in_pieces
    assert sum(line.debit for line in in_pieces) == sum(line.credit for line in in_pieces)  # type: ignore[attr-defined]


def test_nobody_closes_while_acts_wait(own_world: World, homes: Homes) -> None:
    """An act that waits for a second person blocks the close, and the list says so."""
    book = homes["mfo"][0]
    maker = client_of(own_world, at_work(book, "accountant", fresh=True))
    asked = post(maker, "/acts/periods.reopen", period="2021-12", reason="ошибка", confirmed="yes")
    assert asked.status_code == 303  # type: ignore[attr-defined]
    assert "есть проблема" in maker.get("/closing").text
    assert post(maker, f"/closing/{OPEN_MONTH}").status_code == 409  # type: ignore[attr-defined]


def test_a_locked_month_is_opened_by_two(own_world: World, homes: Homes) -> None:
    """The maker asks, the chief accountant confirms with a code; then the month takes entries, and both are named."""
    book = homes["mfo"][0]
    maker = client_of(own_world, at_work(book, "accountant", fresh=True))
    post(maker, "/acts/periods.reopen", period="2021-12", reason="двойная запись", confirmed="yes")
    with Session(own_world.jobs) as session:
        approval = session.scalar(text("SELECT max(id) FROM approval"))
        assert states(session, date(2021, 12, 1), [book.id])[book.id] == "locked"
    chief = at_work(book, "chief-accountant", login="bolat", user_id=2, fresh=True)
    approve(own_world, chief, approval)
    with Session(own_world.jobs) as session:
        assert states(session, date(2021, 12, 1), [book.id])[book.id] == "open"
    page = maker.get("/periods").text
    assert "web:bolat" in page
    assert "двойная запись" in page


def test_a_month_made_final_stays_so(own_world: World, homes: Homes) -> None:
    """The first locked month becomes final; asking to open it again is refused at once."""
    book = homes["mfo"][0]
    maker = client_of(own_world, at_work(book, "accountant", fresh=True))
    first = maker.get("/periods").text.split("/acts/periods.finalise?period=")[1][:7]
    post(maker, "/acts/periods.finalise", period=first, confirmed="yes")
    with Session(own_world.jobs) as session:
        approval = session.scalar(text("SELECT max(id) FROM approval"))
    approve(own_world, at_work(book, "chief-accountant", login="bolat", user_id=2, fresh=True), approval)
    refused = post(maker, "/acts/periods.reopen", period=first, reason="нет")
    assert refused.status_code in (409, 422)  # type: ignore[attr-defined]


def test_locks_take_a_recent_code(own_world: World, homes: Homes) -> None:
    """Without a one-time code of the last minutes neither act is done over the API."""
    client = client_of(own_world, at_work(homes["mfo"][0], "accountant"))
    answer = client.post(
        "/api/v1/periods/reopenings", json={"period": "2021-12", "reason": "нет"},
        headers={"Idempotency-Key": "12345678", "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert answer.status_code == 403


@pytest.mark.parametrize("roles", ["lender-officer", "administrator"])
def test_only_finance_closes(world: World, homes: Homes, roles: str) -> None:
    """Others neither see the close nor begin it."""
    client = client_of(world, at_work(homes["mfo"][0], roles))
    assert client.get("/closing").status_code == 403
    assert post(client, f"/closing/{OPEN_MONTH}").status_code == 403  # type: ignore[attr-defined]
