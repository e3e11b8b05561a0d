"""What people are shown has names: pages of every role hold no reference of ours, and lead nowhere they may not go."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape

import pytest

from api.web.places import PLACES
from reports.cards.names import NAMES
from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.test_reading import READERS
from tests.api.everywhere.town import SAFE, Browser, Town, addresses

#: Whose pages the quick suite goes through, and whose the slow one does besides.
PEOPLE = ("lender-officer", "chief-accountant")
MORE = tuple(role for role in (*READERS, "akimat-officer") if role not in PEOPLE)
REFERENCE = re.compile(rf"\b(?:{'|'.join({*PLACES, *NAMES})}):\d+")
LINK = re.compile(r'href="(/[^"#]+)')
#: Links of one kind that are followed from all pages together.
FOLLOWED = 4


def shown(page: str) -> str:
    """The text of a page that people see."""
    return unescape(re.sub(r"<[^>]+>", " ", page))


def pages_of(town: Town, role: str) -> tuple[Browser, dict[str, str]]:
    """The browser of somebody with ``role``, and the pages that open for them."""
    actor = town.somebody(role)
    browser, pages = town.browser(actor), {}
    for route in town.routes:
        if route.startswith(SAFE) and promised(route, role):
            for path in addresses(town, route, actor, most=1):
                answer = browser.get(path)
                if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
                    pages[path] = answer.text
    return browser, pages


@pytest.mark.parametrize("role", [*PEOPLE, *(pytest.param(role, marks=pytest.mark.slow) for role in MORE)])
def test_people_are_shown_names_and_links_that_open(town: Town, role: str) -> None:
    """No page shows ``loan:36``, and whatever is linked answers whoever was shown it."""
    browser, pages = pages_of(town, role)
    assert {path: found for path, page in pages.items() if (found := REFERENCE.findall(shown(page)))} == {}
    links: dict[str, set[str]] = defaultdict(set)
    for page in pages.values():
        for link in map(unescape, LINK.findall(page)):
            links[re.sub(r"\d+", "1", link.partition("?")[0])].add(link)
    followed = [each for some in links.values() for each in sorted(some)[:FOLLOWED] if not each.startswith("/static")]
    assert len(followed) > 10
    assert {each: code for each in followed if (code := browser.get(each).status_code) >= 400} == {}
