"""Journeys of an akimat body and of a lender under its eyes: proving target use, utilisation, misuse and missing jobs.

They run on a programme of their own, on a day on which some loans have a week left and others are late, so that every
step shows the figures it is about. What is essential is done without JavaScript as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.http.app import create_app
from api.world import World
from ledger.unit_of_work import make_engine, perform
from reports.words import Lang, say
from tests.api.people import world_on
from tests.browser.seeing import violations
from tests.browser.standing_in import HEADER
from tests.conftest import database_copy, first_template
from tests.lending.chain.world import build
from tests.lending.support.world import Funded

DAY = date(2019, 6, 10)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HOUSES = {"lender": "mfo", "operator": "acc", "akimat": "akimat", "budget": "budget"}
IDS: dict[str, int] = {}
LOANS: dict[str, int] = {}

OpenPage = Callable[..., Page]


@dataclass
class AtHome:
    """Middleware in the place of identity's: a header names a role, and with it the organisation."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be of whoever its header names."""
        if scope["type"] == "http" and (role := Headers(scope=scope).get(HEADER)):
            house = HOUSES[role.split("-", maxsplit=1)[0]]
            number = sum(map(ord, role))
            name = "Айгерим Сәрсенова"
            scope["state"]["actor"] = Actor(
                number, f"{role}@example.kz", name, IDS[house], house, frozenset({role}), "web"
            )
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site with a programme of its own, on the tenth of June 2019."""
    template = first_template(request.config)
    with database_copy(template) as address:
        jobs, blind = make_engine(address), make_engine(address, sight="")
        perform(jobs, _programme)
        home = tmp_path_factory.mktemp("home")
        at = world_on(jobs, DAY, home=str(home), hosts=("127.0.0.1",))
        app = create_app(World(at.settings, blind, jobs, at.now), identity=[Middleware(AtHome)])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()
        for engine in (jobs, blind):
            engine.dispose()


def _programme(session: Session) -> None:
    world = build(session)
    of = Funded(session, world, world.line)
    of.tranche("50000000", date(2019, 2, 1))
    soon, late = date(2019, 3, 20), date(2019, 3, 5)
    lent = {f"prove-{key}": of.lend("3000000", soon, kato="110000000") for key in ("ru", "kk", "plain")}
    lent |= {
        f"late-{key}": of.lend("2000000", late, details={"jobs_promised": 2}, start_up=True, kato="110000000")
        for key in ("ru", "kk")
    }  # fmt: skip
    IDS.update(world.ids, credit=world.credit.id, line=world.line.id)
    LOANS.update(lent)


def files(tmp_path: Path, count: int) -> list[str]:
    """Documents to hand in."""
    made = []
    for number in range(count):
        path = tmp_path / f"шот-фактура {number}.pdf"
        path.write_bytes(PDF.replace(b"%%EOF", b"%" + str(number).encode() + b"\n%%EOF"))
        made.append(str(path))
    return made


def press(page: Page, key: str, lang: Lang) -> None:
    """Press the button, or follow the way, with these words."""
    name = say(key, lang)
    page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).first.click()


def fill(page: Page, **values: str) -> None:
    """Fill fields by their names; choices are chosen."""
    for name, value in values.items():
        field = page.locator(f'[name="{name.replace("__", "-")}"]')
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def send(page: Page, act: str, lang: Lang) -> None:
    """Check what an act will do, and do it."""
    for key in ("web.acts.check", f"act.{act}"):
        page.get_by_role("button", name=say(key, lang), exact=True).first.click()


CASES: list[Any] = [("ru", True), ("kk", True), ("ru", False)]


@pytest.mark.parametrize(("lang", "javascript"), CASES, ids=["ru", "kk", "ru-without-javascript"])
def test_j_l3_target_use_is_proved(open_page: OpenPage, tmp_path: Path, lang: Lang, *, javascript: bool) -> None:
    """J-L3: the list by days left, three documents handed in, their sums to the checker, and all of it is proved."""
    loan_id = LOANS[f"prove-{lang if javascript else 'plain'}"]
    page = open_page("lender-officer", lang, javascript=javascript)
    page.goto("/cases?days-from=0&days-to=14")
    assert page.locator(f'a[href="/cases/{loan_id}"]').count() == 1
    page.locator(f'a[href="/cases/{loan_id}"]').click()
    page.locator("#files").set_input_files(files(tmp_path, 3))
    press(page, "web.case.hand-in-button", lang)
    for fieldset in page.locator("fieldset.paper").all():
        fieldset.locator("select").select_option("invoice")
        fieldset.locator('[name^="number"]').fill(f"СФ-{fieldset.locator('legend').inner_text()[-5]}")
        fieldset.locator('[name^="amount"]').fill("1 000 000,00")
    press(page, "web.acts.ask-second", lang)
    assert "/approvals/" in page.url
    address = page.url
    checker = open_page("lender-approver", lang, javascript=javascript)
    checker.goto(address)
    checker.locator("form[action$=approve] button, button[formaction$=approve]").first.click()
    page.goto(f"/cases/{loan_id}")
    assert say("outcome.confirmed", lang) in page.locator("main").inner_text()
    assert page.locator("#proofs ~ .scroll tbody tr").count() == 3


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_j_a2_utilisation_is_followed_to_the_notice(open_page: OpenPage, lang: Lang) -> None:
    """J-A2: the board, the lender's line with its formula, its loans, the letter; the same sums everywhere."""
    page = open_page("akimat-officer", lang)
    page.goto("/utilisation")
    board = page.locator("#lenders tbody tr").first
    figures = [cell.inner_text() for cell in board.locator("td.number").all()]
    assert figures == ["50\u00a0000\u00a0000,00", "13\u00a0000\u00a0000,00", "37\u00a0000\u00a0000,00"]
    assert " + " in board.inner_text()
    assert violations(page) == []
    board.locator('a[href^="/loans"]').click()
    assert page.locator("table.sheet tbody tr").count() == 5
    page.go_back()
    page.locator("#lenders tbody th a").first.click()
    assert page.locator("figure.chart svg").is_visible()
    page.go_back()
    page.locator('#tops a[href*="/notice"]').click()
    letter = page.locator("article.letter").inner_text()
    assert "13\u00a0000\u00a0000,00" in letter
    assert "37\u00a0000\u00a0000,00" in letter
    theirs = open_page("lender-officer", lang)
    theirs.goto("/utilisation")
    own = theirs.locator("#tops tbody tr").first.locator("td.number").all()
    assert {cell.inner_text() for cell in own} >= set(figures)


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_j_a3_misuse_and_missing_jobs(open_page: OpenPage, lang: Lang) -> None:
    """J-A3: late cases, a question, its answer, the violation, the jobs and the story; two people close it."""
    loan_id = LOANS[f"late-{lang}"]
    page = open_page("akimat-officer", lang)
    page.goto("/cases?late=true")
    page.locator(f'a[href="/cases/{loan_id}"]').click()
    press(page, "act.explanations.ask", lang)
    fill(page, about="target-use", on="2019-06-10", answer_by="2019-06-20")
    send(page, "explanations.ask", lang)
    page.goto(f"/cases/{loan_id}")
    press(page, "act.explanations.answer", lang)
    fill(page, on="2019-06-10", document_number="П-7")
    send(page, "explanations.answer", lang)
    page.goto(f"/cases/{loan_id}")
    press(page, "act.violations.find", lang)
    fill(page, breach="target-use", amount="2 000 000", on="2019-06-10", mend_by="2019-07-10")
    send(page, "violations.find", lang)
    page.goto(f"/cases/{loan_id}")
    told = page.locator("main").inner_text()
    assert say("web.case.jobs", lang, promised=2, required=2, proved=0) in told
    assert page.locator("ol.timeline li").count() == 4
    assert violations(page) == []
    page.locator('a[href^="/violations/"]').first.click()
    press(page, "act.violations.propose", lang)
    fill(page, resolution="dismissed", reason="құжаттар табылды", on="2019-06-10")
    send(page, "violations.propose", lang)
    page.goto(f"/cases/{loan_id}")
    page.locator('a[href^="/violations/"]').first.click()
    assert page.get_by_role("link", name=say("act.violations.close", lang), exact=True).count() == 0
    chief = open_page("akimat-approver", lang)
    chief.goto(page.url)
    press(chief, "act.violations.close", lang)
    fill(chief, on="2019-06-10")
    send(chief, "violations.close", lang)
    page.reload()
    assert say("resolution.dismissed", lang) in page.locator("main").inner_text()
