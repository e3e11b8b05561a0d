"""Hands without a mouse do what is pressed, and say what they cannot reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import by_keyboard
from tests.browser.by_keyboard import press, reach

PAGE = """
<a href="#main">past the menu</a><a href="#1">a line of the menu</a>
<div id="main" tabindex="-1"><button id="yes" onclick="this.textContent = 'pressed'">press</button>
<label><input id="tick" type="checkbox">tick</label><button id="no" tabindex="-1">out of reach</button></div>
"""


@pytest.fixture
def page(browser: Browser) -> Page:
    """A page with a menu, a button, a box to tick, and a button that only a mouse can press."""
    page = browser.new_page()
    page.set_content(PAGE)
    return page


def test_what_is_reached_is_pressed(page: Page) -> None:
    """Enter presses a button, Space ticks a box."""
    press(page.locator("#yes"))
    press(page.locator("#tick"))
    assert page.locator("#yes").inner_text() == "pressed"
    assert page.locator("#tick").is_checked()


def test_what_only_a_mouse_can_press_is_told(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """A button that Tab passes over fails the journey."""
    monkeypatch.setattr(by_keyboard, "STOPS", 20)
    with pytest.raises(pytest.fail.Exception, match="does not reach"):
        reach(page.locator("#no"))
