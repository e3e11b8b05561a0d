"""Journey J-L1: last month's register from the file to the receipt, in two languages, and without JavaScript."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import sleep

import openpyxl
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.actors import Actor
from api.demo.registers_written import Cell, written_register
from api.http.app import create_app
from reports.words import Lang, say
from tests.api.uploads.registers import LOST, approver, lender_of, officer, serving
from tests.browser.conftest import LISTEN
from tests.browser.seeing import too_small, violations
from tests.conftest import database_copy, first_template

ROWS, LOST_ZEROS, WRONG = 40, 12, 3
SHOTS = os.environ.get("SHOTS")


@dataclass
class Named:
    """Middleware in the place of identity's: the person that a cookie names."""

    app: ASGIApp
    people: dict[str, Actor]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be of that person; a cookie goes with downloads too."""
        if scope["type"] == "http":
            scope["state"]["actor"] = self.people.get(Request(scope).cookies.get("person", ""))
        await self.app(scope, receive, send)


@dataclass
class Office:
    """A lender's office: a site, and people at their browsers."""

    address: str
    browser: Browser
    lang: Lang = "ru"
    javascript: bool = True
    refused: list[str] = field(default_factory=list)

    def at(self, who: str) -> Page:
        """A page in front of somebody."""
        context = self.browser.new_context(
            base_url=self.address, java_script_enabled=self.javascript, viewport={"width": 1366, "height": 900}
        )
        cookies = {"lang": self.lang, "person": who}
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])
        if self.javascript:
            context.expose_binding("refused", lambda _source, what: self.refused.append(what))
            context.add_init_script(LISTEN)
        return context.new_page()

    def say(self, key: str, **values: object) -> str:
        """Words of the pages."""
        return say(key, self.lang, **values)


@pytest.fixture
def office(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Office]:
    """The office on a day of April 2019, with March to report of."""
    template = first_template(request.config)
    with database_copy(template) as url, serving(url, hosts=("127.0.0.1",)) as world:
        home = lender_of(world.jobs)
        people = {"officer": officer(home), "approver": approver(home)}
        app = create_app(world, identity=[Middleware(Named, people=people)])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.02)
        made = Office(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", browser)
        yield made
        server.should_exit = True
        thread.join()
        assert made.refused == []


def march(tmp_path: Path) -> Path:
    """March as the demo writes it: a title over merged cells, a total, numbers that lost zeros, wrong rates."""
    rows: list[dict[str, Cell]] = [
        {
            "facility_number": "DF-7/2019", "contract_number": f"ДЗ-{number}", "contract_date": date(2019, 3, 15),
            "disbursed_on": date(2019, 3, 20), "amount": Decimal("100000.50"),
            "annual_rate": "дорого" if number <= WRONG else "6%", "months": 60, "method": "annuity",
            "borrower_id": LOST if number > ROWS - LOST_ZEROS else "850315400124", "borrower_name": "Әлия Қасымова",
            "borrower_kind": "individual-entrepreneur", "start_up": "yes", "purpose": "open-microbusiness",
            "sector": "livestock", "territory": "rural",
        }
        for number in range(1, ROWS + 1)
    ]  # fmt: skip
    file = written_register("issued-loans", rows, "titled", "ru", "reestr_03")
    workbook = openpyxl.load_workbook(io.BytesIO(file.content))
    workbook.worksheets[0].merge_cells("A1:F1")
    path = tmp_path / file.name
    workbook.save(path)
    return path


def mended(marked: Path) -> Path:
    """The marked workbook with the red cells set right, as a person would send it back."""
    workbook = openpyxl.load_workbook(marked)
    for row in workbook.worksheets[0].iter_rows():
        for cell in row:
            if cell.value == "дорого":
                cell.value = "6%"
    workbook.save(marked)
    return marked


def seen(office: Office, page: Page, name: str) -> None:
    """Nothing on the page keeps anybody out; a picture of it, where pictures are asked for."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    if office.javascript:
        assert violations(page) == []
        assert too_small(page) == []


def press(page: Page, words: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=words, exact=True).click()


def upload(office: Office, page: Page, file: Path) -> None:
    """Choose a file on the page of uploads and send it."""
    page.set_input_files("#file", file)
    press(page, office.say("web.registers.check"))


def the_journey(office: Office, tmp_path: Path, name: str) -> None:
    """All of it: the card, the file, its problems, the mended file, the zeros, two people, the receipt."""
    page, lang = office.at("officer"), office.lang
    page.goto("/")
    card = page.locator(".task", has_text=office.say("web.registers.not-begun")).first
    card.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(office.say("web.registers.upload"))
    seen(office, page, f"{name}-upload")
    upload(office, page, march(tmp_path))
    expect(page.locator("main")).to_contain_text(
        office.say("web.registers.not-right", bad=str(WRONG), rows=str(ROWS))
    )  # fmt: skip
    expect(page.locator("main")).to_contain_text(office.say("web.registers.total-agrees"))
    expect(page.locator("#problems tbody tr")).to_have_count(1)
    expect(page.locator(".failing")).to_have_count(WRONG)
    seen(office, page, f"{name}-problems")
    with page.expect_download() as download:
        page.get_by_role("link", name=office.say("web.registers.marked")).click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    page.goto("/registers/upload")
    upload(office, page, mended(marked))
    press(page, office.say("web.registers.mend-zeros", count=str(LOST_ZEROS)))
    expect(page.locator("main")).to_contain_text(office.say("web.registers.all-right", rows=str(ROWS)))
    expect(page.locator("#warnings")).to_have_count(0)
    seen(office, page, f"{name}-review")
    press(page, office.say("web.registers.send-on"))
    review = f"/approvals/{page.url.rsplit('/', 1)[1]}"
    checker = office.at("approver")
    checker.goto("/approvals")
    checker.locator(".task a").first.click()
    expect(checker).to_have_url(f"{office.address}{review}")
    seen(office, checker, f"{name}-approval")
    press(checker, office.say("web.approvals.approve"))
    expect(checker.locator(".notice.tone-done")).to_be_visible(timeout=20_000)
    page.goto("/")
    page.locator(".task", has_text=say("web.registers.state.committed", lang)).get_by_role("link").click()
    page.locator("#registers tbody a").first.click()
    expect(page.locator("#made tbody tr")).to_have_count(ROWS)
    seen(office, page, f"{name}-receipt")
    page.goto("/registers")
    seen(office, page, f"{name}-list")


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_last_months_register(office: Office, tmp_path: Path, lang: Lang) -> None:
    """Every problem at once, the file back with red cells, zeros in a click, and the card turns by itself."""
    office.lang = lang
    the_journey(office, tmp_path, f"register-{lang}")


def test_last_months_register_without_javascript(office: Office, tmp_path: Path) -> None:
    """The same way to the receipt with nothing but forms and links."""
    office.javascript = False
    the_journey(office, tmp_path, "register-plain")
