"""The audit, the parameters and the integrity of the books in pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.proving import Proving
from api.world import World
from ledger.organisations import Organisation
from lending.programmes.editions import editions
from tests.api.finance.conftest import at_work, client_of
from tests.api.finance.test_closing import post

Homes = dict[str, list[Organisation]]


def test_an_event_tells_what_was_asked_and_its_stage(own_world: World, homes: Homes) -> None:
    """An act asked for stands in the audit of its organisation, opens with its reason, and nowhere else."""
    book, other = homes["mfo"][0], homes["credit-partnership"][0]
    client = client_of(own_world, at_work(book, "accountant", "chief-accountant", fresh=True))
    post(client, "/acts/periods.reopen", period="2021-12", reason="двойная запись", confirmed="yes")
    page = client.get("/audit").text
    event = re.search(r'href="(/audit/\d+)"', page)
    assert event is not None
    assert "запрошено подтверждение" in page
    assert "двойная запись" in client.get(event[1]).text
    strangers = client_of(own_world, at_work(other, "chief-accountant"))
    assert strangers.get(event[1]).status_code == 404
    assert strangers.get("/api/v1/audit").json()["found_count"] == 0


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_provision_is_shown_with_its_rule(world: World, homes: Homes, lang: str) -> None:
    """Each provision of each edition stands on the page with rule and clause, and the year's transferred days."""
    page = client_of(world, at_work(homes["mfo"][0], "lender-officer")).get(f"/parameters?year=2021&lang={lang}").text
    for edition in editions().values():
        for name, cases in edition.provisions.items():
            assert name in page
            assert all(case.rule in page for case in cases)


def test_the_verification_runs_in_the_background(world: World, homes: Homes) -> None:
    """It is begun once, found to hold, and tells each check; seals of the book are listed."""
    client = client_of(world, at_work(homes["mfo"][0], "auditor"))
    assert client.post("/integrity", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    proving: Proving = client.app.state.proving  # type: ignore[attr-defined]
    while proving.is_at_work:
        pass
    page = client.get("/integrity").text
    assert "Всё сходится" in page
    assert page.count("/closing?month=") == 12


def test_a_breach_is_told_to_all_and_its_place_to_the_ministry(own_world: World, homes: Homes) -> None:
    """Whoever does not see everything learns that a check fails, not in whose book."""
    from ledger.verification import Check

    bad = Check("bad", "something of everybody's", "SELECT 'book 1' AS place, 'a' AS expected, 'b' AS found")
    proving = Proving(own_world.jobs, own_world.now, checks=(bad,))
    thread = proving.start()
    assert thread is not None
    thread.join()
    for home, sees in ((homes["mfo"][0], False), (homes["budget"][0], True)):
        client = client_of(own_world, at_work(home, "auditor"))
        client.app.state.proving = proving  # type: ignore[attr-defined]
        page = client.get("/integrity").text
        assert "расхождений: 1" in page
        assert ("book 1" in page) is sees


def test_the_page_changes_nothing(world: World, homes: Homes) -> None:
    """Looking at the pages of finance writes no event and no command."""
    client = client_of(world, at_work(homes["mfo"][0], "accountant", "auditor"))
    count = text("SELECT (SELECT count(*) FROM audit_event) + (SELECT count(*) FROM command)")
    with Session(world.jobs) as session:
        before = session.scalar(count)
    for path in ("/trial-balance", "/postings", "/ageing", "/closing", "/periods", "/late-changes", "/calendar",
                 "/submissions", "/reports", "/audit", "/integrity", "/parameters"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    with Session(world.jobs) as session:
        assert session.scalar(count) == before
