"""Somebody who has read nothing but the README finds their way by what the pages say."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from reports.words import LANGUAGES, Lang, say
from tests.browser.conftest import OpenPage


def home(page: Page) -> Page:
    """Back to the first page, by the mark at the head of every page."""
    page.get_by_role("banner").get_by_role("link", name="Nesie").click()
    return page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_stranger_finds_their_way(open_page: OpenPage, lang: Lang) -> None:
    """From the first page to the picture of the money, to a loan's card and to a report on target use, by links."""
    page = open_page("auditor", lang)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=say("web.nav.chain", lang), exact=True).click()
    expect(page.locator("svg.sankey a").first).to_be_visible()
    home(page).get_by_role("main").get_by_role("link", name=say("web.nav.loans", lang), exact=True).click()
    page.locator("#loans tbody a").first.click()
    expect(page.locator("#schedule-head")).to_be_visible()
    home(page).get_by_role("main").get_by_role("link", name=say("web.nav.reports", lang), exact=True).click()
    page.get_by_label(say("web.finance.period", lang), exact=True).fill("2021-Q4")
    page.get_by_role("button", name=say("web.finance.show", lang), exact=True).click()
    page.get_by_role("link", name=say("report.target-use.title", lang)).click()
    with page.expect_download() as given:
        page.get_by_role("button", name="PDF", exact=True).click()
    assert given.value.suggested_filename == f"target-use_2021-Q4_{lang}.pdf"
    assert given.value.path().read_bytes().startswith(b"%PDF")
