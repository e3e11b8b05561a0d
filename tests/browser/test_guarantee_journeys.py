"""What guarantors come for on the first day, in a real browser: transfers, a guarantee, a claim (J-G1, J-G2, J-G3)."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from time import sleep
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from api.demo.banking import written
from guarantees.tables import CommissionTransferRow
from ledger.bank.values import Line, Statement
from ledger.money import from_tiyn
from reports.words import Lang, say, value_text
from tests.api.web.guarantors import HEADER, House, house
from tests.browser.conftest import LISTEN
from tests.browser.seeing import violations
from tests.guarantees.world import DEFAULTED, World, discrepancies
from tests.lending.microcredits.lender import SIGNED

SHOTS = os.environ.get("SHOTS")


class Day:
    """A site on a day, and people at their browsers."""

    def __init__(self, site: House, address: str, browser: Browser, lang: Lang, *, javascript: bool) -> None:
        self.site, self.lang = site, lang
        self.refused: list[str] = []
        self._open = {"address": address, "browser": browser, "javascript": javascript}
        self._pages: dict[str, Page] = {}

    def at(self, who: str) -> Page:
        """The page in front of somebody; ``+`` somebody who has just given a one-time code."""
        if who not in self._pages:
            browser: Browser = self._open["browser"]  # type: ignore[assignment] # as it was put in
            context = browser.new_context(
                base_url=str(self._open["address"]), java_script_enabled=bool(self._open["javascript"]),
                extra_http_headers={HEADER: who}, viewport={"width": 1366, "height": 900},
            )  # fmt: skip
            context.add_cookies([{"name": "lang", "value": self.lang, "url": str(self._open["address"])}])
            if self._open["javascript"]:
                context.expose_binding("refused", lambda _source, what: self.refused.append(what))
                context.add_init_script(LISTEN)
            self._pages[who] = context.new_page()
        return self._pages[who]

    def say(self, key: str, **values: object) -> str:
        """Words of the catalogue in the language of the day."""
        return say(key, self.lang, **values)

    def money(self, tiyn: int) -> str:
        """A sum as pages write it."""
        return value_text(from_tiyn(tiyn), self.lang)

    def press(self, who: str, key: str) -> None:
        """Press the button, or follow the link, with the words ``key``."""
        words = re.compile(f"^{re.escape(self.say(key))}")
        page = self.at(who)
        page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words)).first.click()

    def look(self, who: str, name: str) -> None:
        """Nothing on the page keeps anybody out."""
        page = self.at(who)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{self.lang}.png", full_page=True)
        if self._open["javascript"]:
            assert violations(page) == []

    def two(self, maker: str, checker: str, act: str) -> None:
        """From the filled form on: check, send for confirmation; the other person confirms."""
        self.press(maker, "web.acts.check")
        self.look(maker, f"{act}-check")
        self.press(maker, "web.acts.ask-second")
        self.at(checker).goto(self.at(maker).url)
        self.look(checker, f"{act}-approval")
        self.press(checker, "web.approvals.approve")
        expect(self.at(checker).locator(".notice.tone-done")).to_be_visible()

    def alone(self, who: str, key: str) -> None:
        """From the filled form on: check, and do it."""
        self.press(who, "web.acts.check")
        self.at(who).get_by_role("button", name=self.say(key)).click()

    def end(self) -> None:
        """Everybody goes home; nothing was refused by the content policy, and the books agree."""
        for page in self._pages.values():
            page.context.close()
        assert self.refused == []
        assert self.site.do(lambda own: discrepancies(own.session)) == []


@pytest.fixture
def begin(committed_engine: Engine, browser: Browser) -> Iterator[Callable[..., Day]]:
    """``begin(day, lang, javascript=True)``: the site of `tests.api.web.guarantors` served on that day."""
    served: list[tuple[uvicorn.Server, threading.Thread, Day]] = []

    def begun(day: date, lang: Lang, *, javascript: bool = True) -> Day:
        site = house(committed_engine, day)
        server = uvicorn.Server(uvicorn.Config(site.app, port=0, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.02)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        served.append((server, thread, Day(site, address, browser, lang, javascript=javascript)))
        return served[-1][2]

    yield begun
    for server, thread, day in served:
        day.end()
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    ("lang", "scripts"),
    [
        ("ru", "with scripts"), ("kk", "with scripts"), ("ru", "without scripts"),
        pytest.param("kk", "without scripts", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_from_the_first_transfer_to_the_second(begin: Callable[..., Day], lang: Lang, scripts: str) -> None:
    """J-G1: half the year comes, the bank line is matched, contracts absorb it, the rest follows; more is blocked."""
    day = begin(SIGNED, lang, javascript=scripts == "with scripts")
    card = f"/allocations/{day.site.own.allocation}"
    akimat, officer = day.at("akimat-officer"), day.at("guarantor-officer")
    akimat.goto(card)
    day.press("akimat-officer", "act.allocations.transfer-first")
    day.two("akimat-officer", "akimat-approver", "allocations.transfer-first")
    taken_in(day, SIGNED, Line(on=SIGNED, number="1204", amount=day.site.do(first_transfer)))
    day.at("guarantor-accountant").goto(card)
    expect(day.at("guarantor-accountant").locator("#bank-lines")).to_contain_text("1204")

    day.site.do(lambda own: own.guarantee(own.loan("10000000")))
    officer.goto(card)
    expect(officer.locator("#main")).to_contain_text(day.say("web.allocations.absorbed", share=51))
    expect(officer.locator("#main")).to_contain_text(day.money(245_000_000))
    expect(officer.get_by_text(day.say("act.allocations.request-remainder"))).to_have_count(0)

    day.site.do(lambda own: own.guarantee(own.loan("10000000"), number="G-PROOF"))
    officer.reload()
    expect(officer.locator("#main")).to_contain_text(day.say("web.allocations.full"))
    day.look("guarantor-officer", "allocation")
    day.press("guarantor-officer", "act.allocations.request-remainder")
    day.two("guarantor-officer", "guarantor-approver", "allocations.request-remainder")
    officer.goto(card)
    expect(officer.locator("#main")).to_contain_text(day.say("web.allocations.requested", sum=day.money(10_000_000)))
    expect(officer.locator("section[id^=request-]")).to_contain_text("G-PROOF")

    akimat.goto(card)
    day.press("akimat-officer", "act.allocations.transfer-remainder")
    day.two("akimat-officer", "akimat-approver", "allocations.transfer-remainder")

    loan_id = day.site.do(lambda own: own.loan("20000000", details={"guarantee_share": "0.85"}))
    officer.goto(f"/guarantee-applications/{loan_id}")
    left, capacity = day.money(490_000_000), day.money(1_633_333_333)
    expect(officer.locator("#share-part")).to_contain_text(
        day.say("web.guarantees.exhausted", left=left, capacity=capacity)
    )
    day.look("guarantor-officer", "exhausted")
    fill_contract(day, "guarantor-officer", "G-OVER")
    day.press("guarantor-officer", "web.acts.check")
    expect(officer.locator("#error-summary")).to_contain_text("4900000.00")


def first_transfer(own: World) -> int:
    """The transfer that the akimat has paid, in tiyn."""
    return own.session.scalars(select(CommissionTransferRow.amount)).one()


def taken_in(day: Day, on: date, line: Line) -> None:
    """The guarantor's accountant takes in the statement of a day, and its one line finds its entry."""
    page = day.at("guarantor-accountant")
    page.goto("/bank")
    day.press("guarantor-accountant", "act.bank.take-in")
    statement = Statement(
        account="KZ86125KZT5004100100", first_on=on, last_on=on, opening=10**12, closing=10**12 + line.amount,
        lines=(line,),
    )  # fmt: skip
    page.set_input_files(
        "#file", {"name": "statement.txt", "mimeType": "text/plain", "buffer": written(statement).encode()}
    )
    page.locator("#upload button[type=submit]").click()
    expect(page.locator("#main")).to_contain_text(day.say("web.bank.taken", new=1, known=0, matched=1))
    day.look("guarantor-accountant", "bank-taken")


def fill_contract(day: Day, who: str, number: str) -> None:
    """What a person writes of a contract; the rest is filled in."""
    page = day.at(who)
    page.fill("#number", number)
    page.fill("#lender_signatory", "Мұқанова Г.")


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_a_guarantee_is_checked_and_issued(begin: Callable[..., Day], lang: Lang) -> None:
    """J-G2: the application has its loan, another class shows its cap, two people sign, the row appears."""
    day = begin(SIGNED, lang)
    day.site.do(lambda own: own.loan("10000000", details={"guarantee_share": "0.85"}))
    officer = day.at("guarantor-officer")
    officer.goto("/guarantee-applications")
    day.look("guarantor-officer", "applications")
    officer.locator("#guarantee-applications tbody a").first.click()
    expect(officer.locator(".tasks")).to_contain_text(day.say("web.guarantees.agrees"))
    day.look("guarantor-officer", "application")
    sums = officer.locator("#sums")
    expect(sums).to_contain_text(day.money(850_000_000))
    officer.locator("#borrower_class").focus()
    officer.locator("#borrower_class").select_option("operating")
    expect(sums).to_contain_text(day.money(500_000_000))
    expect(officer.locator("#borrower_class")).to_be_focused()
    officer.locator("#borrower_class").select_option("start-up")
    expect(officer.locator("#share")).to_have_value("0.85")
    expect(sums).to_contain_text(day.money(850_000_000))
    fill_contract(day, "guarantor-officer", "G-J2")
    day.two("guarantor-officer", "guarantor-approver", "guarantees.conclude")
    officer.goto("/guarantees?q=G-J2")
    officer.get_by_role("link", name="G-J2").click()
    expect(officer.locator("#main")).to_contain_text(day.money(850_000_000))
    day.look("guarantor-officer", "guarantee")
    pdf = officer.request.get(f"{officer.url}/contract.pdf")
    assert pdf.body().startswith(b"%PDF")


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_a_claim_is_paid_once(begin: Callable[..., Day], lang: Lang) -> None:
    """J-G3: presented, recomputed, a document asked for, approved by two, paid once, found at the bank, recovered."""
    day = begin(DEFAULTED, lang)
    _, guarantee_id = day.site.do(lambda own: own.guaranteed_loan("10000000"))
    lender, officer, approver = (day.at(who) for who in ("lender-officer", "guarantor-officer", "guarantor-approver"))
    card = present_claim(day, guarantee_id)
    officer.goto(card)
    expect(officer.locator("#lines")).to_contain_text(day.say("claim-reason.not-covered"))
    expect(officer.locator("#main")).to_contain_text(day.money(850_000_000))
    day.look("guarantor-officer", "claim")
    day.press("guarantor-officer", "act.claims.ask-document")
    day.alone("guarantor-officer", "act.claims.ask-document")
    lender.goto(card)
    day.press("lender-officer", "act.claims.add-document")
    lender.fill("#reference", "L-1")
    day.alone("lender-officer", "act.claims.add-document")
    for who, act in (("guarantor-officer", "act.claims.approve"), ("guarantor-approver", "act.claims.accept")):
        day.at(who).goto(card)
        day.press(who, act)
        day.alone(who, act)
    approver.goto(card)
    expect(approver.locator("#main")).to_contain_text(day.say("claim-state.accepted"))
    officer.goto(card)
    day.press("guarantor-officer", "act.claims.pay")
    day.alone("guarantor-officer", "act.claims.pay")
    assert "/account/confirm" in officer.url
    receipts = [paid(day, "guarantor-officer+", card) for _ in range(2)]
    assert receipts[0] == receipts[1]
    day.look("guarantor-officer+", "paid")
    taken_in(day, DEFAULTED, Line(on=DEFAULTED, number="77", amount=-850_000_000))
    day.at("guarantor-accountant").goto(card)
    expect(day.at("guarantor-accountant").locator("#payout")).to_contain_text("№ 77")
    lender.goto(card)
    day.press("lender-officer", "act.recoveries.record")
    lender.fill("#amount", "1 000 000,00")
    lender.fill("#bank_reference", "П-7")
    day.alone("lender-officer", "act.recoveries.record")
    lender.goto(card)
    expect(lender.locator("#recoveries")).to_contain_text(value_text(Decimal("850000.00"), lang))


def present_claim(day: Day, guarantee_id: int) -> str:
    """The lender claims the whole debt and interest on top, a document short; the address of the claim."""
    lender = day.at("lender-officer")
    lender.goto(f"/guarantees/{guarantee_id}")
    day.press("lender-officer", "act.claims.present")
    filled = {"number": "К-1", "interest": "100 000,00", "demand_to_borrower": "D-1", "debt_calculation": "C-1"}
    for name, value in filled.items():
        lender.fill(f"#{name}", value)
    day.look("lender-officer", "claim-form")
    day.alone("lender-officer", "act.claims.present")
    lender.locator(".ways a").first.click()
    return urlsplit(lender.url).path


def paid(day: Day, who: str, card: str) -> str:
    """The receipt after paying the claim anew, from a form opened anew."""
    page = day.at(who)
    page.goto(f"/acts/claims.pay?claim_id={card.rsplit('/', 1)[1]}&on={DEFAULTED}")
    day.alone(who, "act.claims.pay")
    page.locator(".ways a").first.click()
    return page.locator("#payout").inner_text()
