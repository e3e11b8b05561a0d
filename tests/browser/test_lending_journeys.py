"""Journey J-L2: an officer records a loan for a starting farmer, in two languages, and without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from api.world import World
from ledger.unit_of_work import perform
from reports.words import Lang, say
from tests.browser.conftest import OpenPage
from tests.browser.seeing import too_small, violations
from tests.browser.standing_in import somebody
from tests.lending.microcredits.lender import iin

NUMBERS = count(4001)


@dataclass(frozen=True)
class Agreement:
    """A funding line of the officer's lender under edition 746: its id, and where its money may be lent."""

    id: int
    territory: str
    purpose: str


@pytest.fixture(scope="session")
def agreement(world: World) -> Agreement:
    """The newest such line; ACC's money is for villages, Damu's for cities."""
    lender = somebody(world.jobs, "lender-officer").organisation_id
    query = text(
        "SELECT f.id, o.code FROM facility f JOIN organisation o ON o.id = f.lender_id "
        "WHERE f.borrower_id = :lender AND f.edition = '746' ORDER BY f.signed_on DESC LIMIT 1"
    )
    row = perform(world.jobs, lambda session: session.execute(query, {"lender": lender}).one())
    rural = row.code.lower() == "acc"
    purpose = "open-microbusiness" if rural else "create-microenterprise"
    return Agreement(row.id, "rural" if rural else "city", purpose)


def fill(page: Page, of: Agreement, number: int) -> None:
    """Everything but the graces, for a business of six months; the contract is of a day of edition 746."""
    chosen = {
        "facility_id": str(of.id), "borrower_kind": "individual-entrepreneur", "territory": of.territory,
        "purpose": of.purpose, "sector": "livestock", "certificate_kind": "other-training",
    }  # fmt: skip
    typed = {
        "borrower_id_number": str(iin(number)), "borrower_name": "Серікқызы Айнұр", "registered_on": "2021-06-01",
        "number": f"J-{number}", "applied_on": "2021-12-15", "signed_on": "2021-12-20", "disburse_on": "2021-12-20",
        "amount": "1 200 000", "annual_rate": "6", "months": "24", "certificate_on": "2021-05-01",
        "referral_number": "41", "referral_on": "2021-12-10",
    }  # fmt: skip
    for name, value in chosen.items():
        page.select_option(f"#{name}", value)
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    for name in ("tax_registered", "job_clause"):
        page.check(f"#{name}")


def told(lang: Lang, key: str, **values: object) -> str:
    """Words of the page."""
    return say(key, lang, **values)


def loans(world: World) -> int:
    """How many loans are on record."""
    return int(perform(world.jobs, lambda session: session.execute(text("SELECT count(*) FROM loan")).scalar_one()))


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_a_loan_is_recorded_within_its_limits(
    open_page: OpenPage, world: World, agreement: Agreement, lang: Lang
) -> None:
    """Limits and schedule follow the typing; a grace too long is said with the arithmetic; two clicks make one loan."""
    page, number, before = open_page("lender-officer", lang), next(NUMBERS), loans(world)
    page.goto("/loans/new")
    panel = page.locator("#limits")
    page.locator("#borrower_id_number").press_sequentially(str(iin(number)))
    expect(panel).to_contain_text(told(lang, "web.new.number-sound"))
    expect(page.locator("#borrower_id_number")).to_be_focused()
    fill(page, agreement, number)
    page.fill("#principal_grace_months", "12")
    expect(panel).to_contain_text(
        told(lang, "web.limit.principal-grace.told", months="24", parts="3", most="8")
    )  # fmt: skip
    expect(panel).to_contain_text(told(lang, "web.limit.broken"))
    expect(panel).to_contain_text("746-LN-13")
    page.fill("#principal_grace_months", "8")
    expect(panel).not_to_contain_text(told(lang, "web.limit.broken"))
    expect(panel.locator("#preview tbody tr")).to_have_count(24)
    assert violations(page) == []
    page.get_by_role("button", name=told(lang, "web.acts.check"), exact=True).click()
    expect(page.locator("h1")).to_have_text(told(lang, "web.acts.check-answers"))
    page.get_by_role("button", name=told(lang, "web.new.register"), exact=True).dblclick()
    expect(page.locator("h1")).to_have_text(told(lang, "web.acts.done"))
    assert loans(world) == before + 1
    page.locator(".ways a").first.click()
    expect(page.locator("h1")).to_contain_text(f"J-{number}")
    assert page.locator('a[href*="/annex"]').count() == 2
    assert violations(page) == []
    assert too_small(page) == []


def test_a_loan_is_recorded_without_javascript(open_page: OpenPage, world: World, agreement: Agreement) -> None:
    """Limits are a button's page, what breaks them comes back beside its field, and the loan is recorded."""
    page, number, before = open_page("lender-officer", "ru", javascript=False), next(NUMBERS), loans(world)
    page.goto("/loans/new")
    fill(page, agreement, number)
    page.fill("#principal_grace_months", "12")
    page.click("#show-limits")
    expect(page.locator("#limits")).to_contain_text("не более 8 месяцев (1/3 от 24)")
    page.get_by_role("button", name="Проверить", exact=True).click()
    expect(page.locator("#principal_grace_months-problem")).to_contain_text("8 мес.")
    assert page.title().startswith("Ошибка:")
    page.fill("#principal_grace_months", "8")
    page.get_by_role("button", name="Проверить", exact=True).click()
    page.get_by_role("button", name="Зарегистрировать", exact=True).click()
    expect(page.locator("h1")).to_have_text("Выполнено")
    assert loans(world) == before + 1


def test_what_was_typed_survives_a_lost_session(open_page: OpenPage, agreement: Agreement) -> None:
    """Somebody who comes back in another window finds what was typed before."""
    page = open_page("lender-officer")
    page.goto("/loans/new")
    fill(page, agreement, next(NUMBERS))
    page.fill("#borrower_name", "Оспан Дәурен")
    expect(page.locator("#limits")).to_contain_text("746-LN-09")
    page.wait_for_timeout(700)
    again = open_page("lender-officer")
    again.goto("/loans/new")
    expect(again.locator("#borrower_name")).to_have_value("Оспан Дәурен")


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_the_pages_of_lending_keep_nobody_out(open_page: OpenPage, lang: Lang) -> None:
    """Axe finds nothing serious on the first page, the lists, the queue and the search; targets can be hit."""
    page = open_page("lender-officer", lang)
    for path in ("/", "/loans", "/applications", "/queue", "/search?q=1"):
        page.goto(path)
        assert violations(page) == [], path
        assert too_small(page) == [], path
