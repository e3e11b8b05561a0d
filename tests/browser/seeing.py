"""What is looked for on a page: violations of accessibility rules, by axe."""

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
