"""What accountants and akimats come for on the first day, in a real browser (J-F1, J-F2, J-F3, J-A1)."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import sleep

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import URL, Engine, text
from sqlalchemy.orm import Session

from ledger.unit_of_work import make_engine
from reports.words import Lang, say
from tests.browser.conftest import LISTEN
from tests.browser.seeing import violations
from tests.browser.serving import HEADER, serve
from tests.conftest import database_copy, first_template, played
from tests.forks import FORKS

SHOTS = os.environ.get("SHOTS")
MONTH = "2022-01"
BOTH = pytest.mark.parametrize("lang", ["ru", "kk"])


@pytest.fixture(scope="module")
def story(request: pytest.FixtureRequest) -> URL:
    """A database with a small demo in it, to be copied."""
    return played(first_template(request.config))


class Site:
    """A site on a copy of the demo, in a process that can be killed, and people at their browsers."""

    def __init__(self, address: str, browser: Browser, lang: Lang) -> None:
        self.address, self.browser, self.lang = address, browser, lang
        self.engine: Engine = make_engine(address)
        self.refused: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = self.start()

    def start(self) -> BaseProcess:
        """Start the process and wait until it answers."""
        self.process = FORKS.Process(target=serve, args=(self.address, self.port))
        self.process.start()
        for _ in range(400):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self.process
            sleep(0.05)
        raise AssertionError("the site does not answer")

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        self.process.kill()
        self.process.join()

    def page(self, who: str, *, javascript: bool = True) -> Page:
        """A page in front of ``who`` (``accountant@MFO-1``)."""
        context = self.browser.new_context(
            base_url=f"http://127.0.0.1:{self.port}", java_script_enabled=javascript,
            extra_http_headers={HEADER: who}, viewport={"width": 1366, "height": 900},
        )  # fmt: skip
        context.add_cookies([{"name": "lang", "value": self.lang, "url": f"http://127.0.0.1:{self.port}"}])
        if javascript:
            context.expose_binding("refused", lambda _source, what: self.refused.append(what))
            context.add_init_script(LISTEN)
        return context.new_page()

    def say(self, key: str, **values: object) -> str:
        """Words in the language of the site."""
        return say(key, self.lang, **values)

    def look(self, page: Page, name: str) -> None:
        """Nothing on the page keeps anybody out; a picture of it for whoever wants to see."""
        assert violations(page) == []
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{self.lang}.png", full_page=True)

    def one(self, query: str, **values: object) -> object:
        """One value out of the database."""
        with Session(self.engine) as session:
            return session.scalar(text(query), values)


@contextmanager
def opened(story: URL, browser: Browser, lang: Lang) -> Iterator[Site]:
    """A site that is gone when the block ends; the content policy must have refused nothing."""
    with database_copy(story) as address:
        made = Site(address, browser, lang)
        try:
            yield made
        finally:
            made.kill()
            made.engine.dispose()
    assert made.refused == []


def lender(site: Site) -> str:
    """The code of the lender with most loans."""
    query = """SELECT o.code FROM loan l JOIN organisation o ON o.id = l.lender_id
               WHERE o.kind = 'mfo' GROUP BY o.code ORDER BY count(*) DESC, o.code LIMIT 1"""
    return str(site.one(query))


@BOTH
def test_a_close_with_a_crash_in_the_middle(story: URL, browser: Browser, lang: Lang) -> None:
    """J-F1: bank lines matched, the close killed, found interrupted, taken up, balanced, and nothing new again."""
    with opened(story, browser, lang) as site:
        page = site.page(f"accountant@{lender(site)}")
        _matched(site, page)
        run = int(str(site.one("SELECT max(id) + 1 FROM close_run")))
        with site.engine.connect() as held:
            stop = {"name": f"close:{run}:loans:1"}
            held.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), stop)
            page.goto("/closing")
            site.look(page, "closing")
            page.locator("#start").click()
            expect(page.locator("#progress")).to_be_visible()
            expect(page.locator("#progress")).to_contain_text(re.compile(r"[1-9]"), timeout=10_000)
            sleep(1)
            page.goto("about:blank")  # a page that asks for progress would go on asking beside the next one
            site.kill()
            held.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), stop)
        site.start()
        page.goto("/closing")
        expect(page.get_by_text(site.say("web.closing.interrupted"), exact=True)).to_be_visible()
        site.look(page, "interrupted")
        page.locator("#start").click()
        expect(page.get_by_text(site.say("web.closing.done"), exact=True)).to_be_visible(timeout=20_000)
        assert site.one("SELECT count(*) FROM close_run WHERE month = '2022-01-01'") == 1
        site.look(page, "closed")
        page.locator("#start").click()
        expect(page.get_by_text(site.say("web.closing.nothing-new"))).to_be_visible()
        page.goto(f"/trial-balance?period={MONTH}")
        site.look(page, "trial-balance")
        assert page.locator("#trial-balance tfoot td.number").all_inner_texts()


def _matched(site: Site, page: Page) -> None:
    """What waits of the bank's statement: suggestions are accepted by a press each, the fee is set aside."""
    page.goto("/bank")
    waiting = page.locator("article.waits")
    expect(waiting).not_to_have_count(0)
    site.look(page, "bank")
    for left in range(waiting.count(), 1, -1):
        page.locator(".offer button").first.click()
        expect(page.locator("article.waits")).to_have_count(left - 1)
    page.get_by_role("link", name=site.say("act.bank.set-aside"), exact=True).click()
    page.fill("#reason", "17")
    page.locator("#act button[type=submit]").click()
    page.locator("button[name=confirmed]").click()
    expect(page).to_have_url(re.compile("/receipts/"))
    page.goto("/bank")
    expect(page.locator("article.waits")).to_have_count(0)
    assert site.one("SELECT count(*) FROM bank_match WHERE how = 'by-hand'") != 0


@BOTH
def test_a_correction_after_the_lock(story: URL, browser: Browser, lang: Lang) -> None:
    """J-F2: a filed month, an entry that cannot be edited, its reversal in an open month, and what was filed stays."""
    with opened(story, browser, lang) as site:
        code, repayment = _reversible(site)
        made, asked = _filed(site, code, f"{_month_of(site, repayment)}")
        page = site.page(f"accountant@{code}")
        before = _document(page, made)
        entry = site.one(
            "SELECT min(e.id) FROM entry e JOIN repayment r USING (event_id) WHERE r.id = :id", id=repayment
        )
        page.goto(f"/entries/{entry}")
        expect(page.get_by_text(site.say("web.finance.locked-how"))).to_be_visible()
        site.look(page, "entry")
        page.get_by_role("link", name=site.say("act.loans.reverse-repayment")).click()
        page.fill("#on", "2022-01-10")
        page.locator("#act button[type=submit]").click()
        page.locator("button[name=confirmed]").click()
        expect(page).to_have_url(re.compile(r"/approvals/\d+"))
        chief = site.page(f"chief-accountant@{code}")
        chief.goto(page.url)
        chief.get_by_role("button", name=site.say("web.approvals.approve")).click()
        expect(chief.locator("main .notice.tone-done")).to_be_visible()
        page.goto("/late-changes")
        expect(page.locator("#late-changes tbody tr")).not_to_have_count(0)
        site.look(page, "late-changes")
        page.goto(f"/submissions/{made}")
        site.look(page, "filed")
        assert _document(page, made) == before
        assert asked


def _reversible(site: Site) -> tuple[str, int]:
    """The code of a lender, and the newest repayment of a loan of theirs that can be undone in an open month."""
    from ledger.errors import NesieError
    from lending.microcredits.reversals import reverse_repayment

    query = """SELECT o.code, r.id FROM repayment r JOIN loan l ON l.id = r.loan_id
               JOIN organisation o ON o.id = l.lender_id JOIN disbursement d ON d.loan_id = l.id
               WHERE r.amount > 0 AND o.kind = 'mfo' ORDER BY r.id DESC"""
    with Session(site.engine) as session:
        for code, repayment in session.execute(text(query)):
            try:
                with session.begin_nested() as trying:
                    reverse_repayment(session, repayment, date(2022, 1, 10))
                    trying.rollback()
                return str(code), int(repayment)
            except NesieError:
                continue
    raise AssertionError("the demo has no payment that can be undone")


def _month_of(site: Site, repayment: int) -> str:
    return str(site.one("SELECT to_char(paid_on, 'YYYY-MM') FROM repayment WHERE id = :id", id=repayment))


def _filed(site: Site, code: str, month: str) -> tuple[int, str]:
    """A report on a month filed from its page: its id and the address it was opened at."""
    page = site.page(f"lender-approver@{code}")
    page.goto(f"/reports/issued-loans?period={month}")
    page.locator("a[href^='/acts/reports.file']").first.click()
    page.fill("#outgoing_number", f"17-{month}")
    page.locator("#act button[type=submit]").click()
    page.locator("button[name=confirmed]").click()
    expect(page).to_have_url(re.compile(r"/receipts/"))
    found = site.one("SELECT max(id) FROM submission")
    return int(str(found)), page.url


def _document(page: Page, submission: int) -> bytes:
    return page.request.get(f"/submissions/{submission}/document").body()


@pytest.mark.parametrize(
    ("lang", "javascript"),
    [("ru", True), ("kk", True), ("ru", False), pytest.param("kk", False, marks=pytest.mark.slow)],
)
def test_a_statutory_report_built_traced_and_filed(
    story: URL, browser: Browser, lang: Lang, *, javascript: bool
) -> None:
    """J-F3: from the calendar to the draft, from a figure to the row of a file, and filed with its number."""
    with opened(story, browser, lang) as site:
        code, _ = _reversible(site)
        page = site.page(f"lender-approver&chief-accountant@{code}", javascript=javascript)
        page.goto("/calendar?month=2021-07")
        page.get_by_role("link", name=re.compile(re.escape(site.say("report.issued-loans.title")))).first.click()
        expect(page.locator("h1")).to_have_text(site.say("report.issued-loans.title"))
        with page.expect_download() as taken:
            page.locator("#file-xlsx").click()
        assert Path(taken.value.path()).read_bytes().startswith(b"PK")
        _traced(site, page)
        made, _ = _filed(site, code, "2021-06")
        page.goto(f"/submissions/{made}")
        document = _document(page, made)
        assert sha256(document).hexdigest() in page.content()
        if javascript:
            site.look(page, "submission")


def _traced(site: Site, page: Page) -> None:
    """From a figure of the trial balance to its postings, to an entry, to the row of the file it came from."""
    page.goto("/trial-balance?period=2021")
    page.locator("#trial-balance a[href*='account=loan-principal'][href*='side=credit']").first.click()
    if page.locator("#postings tbody tr").count() == 0:
        raise AssertionError("nothing behind the figure")
    links = page.locator("#postings tbody th a").evaluate_all("(all) => all.map((each) => each.getAttribute('href'))")
    for link in links:
        page.goto(link)
        if page.locator("a[href^='/registers/']").count():
            return
    raise AssertionError("no entry leads to a file")


@BOTH
def test_collect_and_forward_by_the_fifth(story: URL, browser: Browser, lang: Lang) -> None:
    """J-A1: who is late is named, reminded, returned what is wrong, accepted what is right; the chain fills itself."""
    with opened(story, browser, lang) as site:
        akimat = str(site.one("SELECT code FROM organisation WHERE kind = 'akimat' ORDER BY id LIMIT 1"))
        page = site.page(f"akimat-officer&akimat-approver@{akimat}")
        page.goto("/calendar?month=2021-07")
        expect(page.get_by_text(site.say("web.calendar.late-are")).first).to_be_visible()
        site.look(page, "calendar")
        link = page.get_by_role("link", name=site.say("act.reports.remind"), exact=True).first
        address = str(link.get_attribute("href"))
        link.click()
        page.locator("#act button[type=submit]").click()
        page.locator("button[name=confirmed]").click()
        expect(page).to_have_url(re.compile("/receipts/"))
        code = re.findall(r"organisation=([^&]+)", address)[0]
        rule = re.findall(r"rule=([^&]+)", address)[0]
        made = _answered(site, code, rule)
        page.goto(f"/submissions/{made}")
        page.get_by_role("link", name=site.say("act.reports.return")).click()
        page.fill("#comment", "17")
        page.locator("#act button[type=submit]").click()
        page.locator("button[name=confirmed]").click()
        again = _answered(site, code, rule)
        assert again > made
        page.goto(f"/submissions/{again}")
        page.get_by_role("link", name=site.say("act.reports.accept")).click()
        page.locator("#act button[type=submit]").click()
        page.locator("button[name=confirmed]").click()
        page.goto(f"/submissions/{again}")
        expect(page.get_by_text(site.say("submission-state.accepted"), exact=True)).to_be_visible()
        site.look(page, "accepted")


def _answered(site: Site, code: str, rule: str) -> int:
    """Whoever was reminded opens the calendar, prepares the report and files it: its id."""
    kind = str(site.one("SELECT kind FROM organisation WHERE code = :code", code=code))
    role = {"operator": "operator-approver", "akimat": "akimat-approver"}.get(kind, "lender-approver")
    page = site.page(f"{role}@{code}")
    page.goto("/calendar?month=2021-07")
    page.locator(f"[id^='duty-{rule}-'] a.btn-primary").first.click()
    page.locator(f"a[href*='rule={rule}']").first.click()
    page.fill("#outgoing_number", f"17-{site.one('SELECT count(*) FROM submission')}")
    page.locator("#act button[type=submit]").click()
    page.locator("button[name=confirmed]").click()
    expect(page).to_have_url(re.compile("/receipts/"))
    return int(str(site.one("SELECT max(id) FROM submission")))
