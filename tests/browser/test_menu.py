"""The menu by kind of work, in a browser: headings open without JavaScript and by keyboard, and never in the way."""

from __future__ import annotations

from itertools import cycle

import pytest
from playwright.sync_api import expect

from reports.words import LANGUAGES
from tests.browser.conftest import OpenPage
from tests.browser.seeing import too_small, violations

ROLES = ("lender-officer", "akimat-officer", "guarantor-officer", "accountant", "auditor")


@pytest.mark.parametrize(("role", "lang"), list(zip(ROLES, cycle(LANGUAGES), strict=False)))
def test_every_heading_opened_keeps_nobody_out(open_page: OpenPage, role: str, lang: str) -> None:
    """Axe finds nothing serious in the whole menu, and every line of it can be hit, on a wide and a narrow window."""
    page = open_page(role, lang)
    page.goto("/reports")
    closed = page.locator(".areas details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    assert violations(page) == []
    assert too_small(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_heading_of_where_one_is_stands_open(open_page: OpenPage) -> None:
    """Of the others only the headings show; on paper nothing of the menu does."""
    page = open_page("accountant", "en", javascript=False)
    page.goto("/closing")
    expect(page.locator(".areas [open] > summary")).to_have_text("Accounts")
    expect(page.locator(".areas [aria-current]")).to_have_text("Month-end close")
    expect(page.locator(".areas a[href='/reports']")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".areas")).to_be_hidden()


def test_a_heading_opens_by_keyboard_and_without_javascript(open_page: OpenPage) -> None:
    """Enter on the heading shows its lines; the next stop is the first of them."""
    page = open_page("accountant", "en", javascript=False)
    page.goto("/closing")
    page.locator(".areas summary", has_text="Reporting").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".areas a[href='/calendar']")).to_be_focused()
