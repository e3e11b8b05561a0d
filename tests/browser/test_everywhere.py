"""Every page that can be reached from home, looked at in a browser: nobody is kept out, and the policy refuses nothing.

Pages are found by following links, so a new page is looked at without being named here. Of pages that differ only by
what they are about (``/loans/17``, ``/loans/18``) one is opened. The quick crawl is of three roles in one language and
ends after so many pages; the whole one is of everybody in every language and ends when there are no more.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from reports.words import LANGUAGES
from tests.browser.conftest import OpenPage
from tests.browser.seeing import violations
from tests.browser.standing_in import KINDS

ROLES = [kind + end for kind in ("lender", "operator", "akimat", "guarantor") for end in ("-officer", "-approver")]
OTHERS = ("accountant", "chief-accountant", "auditor", "administrator")
QUICK = {("lender-officer", "kk"), ("guarantor-officer", "ru"), ("auditor", "en")}
#: Pages that a quick crawl opens at most, and any: a page that leads to ever new ones is a fault.
MOST, ANY = 25, 400
LINKS = "() => [...document.querySelectorAll('a[href]')].map((a) => new URL(a.getAttribute('href'), location).href)"
#: Files, and pages about the session that these people do not have.
LEFT_OUT = re.compile(r"^/account|\.(pdf|xlsx|csv|json|ics)$|/statement$|/annex$|/evidence/")


def shape(address: str) -> str:
    """What an address has in common with others of the same page."""
    return re.sub(r"\d+", "{}", urlsplit(address).path)


def crawl(page: Page, site: str, most: int) -> dict[str, list[str]]:
    """Pages reached from home, and what axe finds on each."""
    waiting, met = [f"{site}/"], {"/"}
    found: dict[str, list[str]] = {}
    while waiting and len(found) < most:
        address = waiting.pop(0)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        found[shape(address)] = violations(page)
        for link in page.evaluate(LINKS):
            here = urlsplit(link)
            if (
                link.startswith(site)
                and shape(link) not in met
                and not LEFT_OUT.search(here.path)
                and "format=" not in here.query
            ):
                met.add(shape(link))
                waiting.append(link.partition("#")[0])
    return found


EVERYBODY = [
    pytest.param(role, lang, marks=() if (role, lang) in QUICK else pytest.mark.slow)
    for role in (*ROLES, *OTHERS)
    for lang in LANGUAGES
]


@pytest.mark.parametrize(("role", "lang"), EVERYBODY)
def test_every_page_reached_from_home_keeps_nobody_out(open_page: OpenPage, site: str, role: str, lang: str) -> None:
    """Axe finds nothing serious, every page answers, and the policy refuses nothing on any of them."""
    most = MOST if (role, lang) in QUICK else ANY
    found = crawl(open_page(role, lang), site, most)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert len(found) < ANY
    assert role not in KINDS or len(found) > 3


def test_nothing_leaves_this_machine(open_page: OpenPage, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask for nothing but this site's own, and the server's process reaches for no address but loopback's."""
    reached, really = [], socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ip_address(address[0]).is_loopback:
            reached.append(address)
            raise OSError("no way out")
        really(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    page = open_page("lender-officer")
    page.on("request", lambda request: reached.append(request.url) if not request.url.startswith(site) else None)
    crawl(page, site, 12)
    assert reached == []
    with pytest.raises(OSError, match="no way out"):
        socket.create_connection(("192.0.2.1", 9), timeout=1)
