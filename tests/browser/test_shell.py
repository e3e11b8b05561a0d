"""The shell in a real browser: it can be used by keyboard, without JavaScript, and loses nothing that was typed."""

from __future__ import annotations

import os

import pytest

from reports.words import LANGUAGES
from tests.browser.conftest import OpenPage
from tests.browser.seeing import violations

PAGES = ("/", "/gallery", "/gallery/form", "/nowhere")
SHOTS = os.environ.get("SHOTS")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_anybody_out(open_page: OpenPage, path: str, lang: str) -> None:
    """Axe finds nothing serious on a page in any language, and the content policy refuses nothing."""
    page = open_page("lender-officer", lang)
    page.set_viewport_size({"width": 1366, "height": 900})
    page.goto(path)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{path.strip('/').replace('/', '-') or 'home'}-{lang}.png", full_page=True)
    assert violations(page) == []
    assert page.locator("html").get_attribute("lang") == lang
