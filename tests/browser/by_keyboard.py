"""Hands that have no mouse: whatever a journey presses or fills in is first reached with the Tab key.

In place of a pointer that jumps to its target, a press goes on from where the focus is, past the menu by the link that
is there for it, so what cannot be reached by
keyboard, or only by leaving the page, fails the journey. Choices and files are given as they are by mouse once their
field has the focus: the lists of the browser and of the system are not ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

#: Presses of Tab after which something counts as out of reach: no page has as many stops.
STOPS = 400
#: Where the focus is: here (of radio buttons with one name any, for arrows go from one to another), on the link to the
#: content where that is where to go, or elsewhere.
WHERE = """e => {
    const at = document.activeElement, radio = e.type === 'radio' && at.type === 'radio' && at.name === e.name
    if (e === at || radio) return 'here'
    return at.hash === '#main' && document.getElementById('main').contains(e) ? 'before the menu' : 'elsewhere'
}"""
TOGGLED = "e => ['checkbox', 'radio'].includes(e.type)"


def reach(target: Locator) -> None:
    """Press Tab until the focus is on ``target``."""
    target.wait_for(state="attached")
    for _ in range(STOPS):
        where = target.evaluate(WHERE)
        if where == "here":
            return
        target.page.keyboard.press("Enter" if where == "before the menu" else "Tab")
    pytest.fail(f"the keyboard does not reach {target}")


def press(target: Locator, **_how: Any) -> None:
    """Reach and press: Enter, or Space on what is ticked."""
    reach(target)
    target.press("Space" if target.evaluate(TOGGLED) else "Enter")


def reached(action: Callable[..., Any]) -> Callable[..., Any]:
    """An action of locators that is done once its target was reached."""

    def done(target: Locator, *given: Any, **how: Any) -> Any:
        reach(target)
        return action(target, *given, **how)

    return done


def on_page(name: str) -> Callable[..., Any]:
    """The action of a page as that of the locator it names."""

    def done(page: Page, selector: str, *given: Any, **how: Any) -> Any:
        return getattr(page.locator(selector), name)(*given, **how)

    return done


def take_the_mouse_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the browser's pages be used by keyboard only until the test ends."""
    monkeypatch.setattr(Locator, "click", press)
    for name in ("fill", "check", "select_option", "set_input_files", "press_sequentially"):
        monkeypatch.setattr(Locator, name, reached(getattr(Locator, name)))
    for name in ("click", "fill", "check", "select_option", "set_input_files"):
        monkeypatch.setattr(Page, name, on_page(name))
