"""What is looked for on every page: violations of accessibility rules, by axe, and targets too small to be hit."""

from __future__ import annotations

from playwright.sync_api import Page

from api.web.vendoring import PACKAGES

AXE = PACKAGES / "axe-core" / "axe.min.js"
#: What is told of a page: grave violations only, for what axe found in order is most of its answer.
GRAVE = """
() => axe.run({resultTypes: ['violations']}).then(({violations}) => violations
  .filter((each) => ['serious', 'critical'].includes(each.impact))
  .flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target} ${node.failureSummary ?? ''}`)))
"""


def violations(page: Page) -> list[str]:
    """What axe finds on a page that would keep somebody from using it: rule and place."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(GRAVE)
    return found


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
