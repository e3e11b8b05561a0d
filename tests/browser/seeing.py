"""What is looked for on every page: violations of accessibility rules, by axe, and targets too small to be hit."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from api.web.vendoring import PACKAGES

AXE = PACKAGES / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")


def violations(page: Page) -> list[str]:
    """What axe finds on a page that would keep somebody from using it: rule and place."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


#: Links inside a sentence may be as high as its line.
TOO_SMALL = """
() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter((each) => each.checkVisibility() && each.type !== 'hidden' && !each.classList.contains('skip'))
  .filter((each) => !(each.closest('p, li, dd') && getComputedStyle(each).display === 'inline'))
  .filter((each) => { const box = each.getBoundingClientRect(); return box.height < 24 || box.width < 20; })
  .map((each) => `${each.outerHTML.slice(0, 80)} ${each.getBoundingClientRect().height}`)
"""


def too_small(page: Page) -> list[str]:
    """Targets lower than 24 pixels, or too narrow."""
    found: list[str] = page.evaluate(TOO_SMALL)
    return found
