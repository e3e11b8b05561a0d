"""The trial balance in pages: every figure is the sum of the postings it opens into."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.world import World
from ledger.balances import trial_balance
from ledger.organisations import Organisation
from ledger.tables import EntryRow
from lending.microcredits.tables import RepaymentRow
from reports.words import LANGUAGES, catalogue
from tests.api.finance.conftest import at_work, client_of

Homes = dict[str, list[Organisation]]
FIGURE = re.compile(r'<a href="(/postings\?[^"]+)">([^<]+)</a>')


def figures(page: str) -> list[tuple[str, int]]:
    """Every figure of a trial balance: where it leads, and its tiyn."""
    return [(unescape(link), int(re.sub(r"[^\d-]", "", words))) for link, words in FIGURE.findall(page)]


def test_every_figure_is_the_sum_of_its_postings(world: World, homes: Homes) -> None:
    """Each figure of the page opens into postings whose debits less credits, or whose one side, make it."""
    client = client_of(world, at_work(homes["mfo"][0], "accountant"))
    found = figures(client.get("/trial-balance?period=2021-06").text)
    assert len(found) > 20
    for link, tiyn in found:
        sums = client.get(link.replace("/postings", "/api/v1/postings")).json()["found"]
        assert abs(sums["debit"] - sums["credit"]) == tiyn, link


def test_the_page_is_the_ledger(world: World, homes: Homes) -> None:
    """Turnovers of the page are those of the ledger."""
    book = homes["mfo"][0]
    found = figures(client_of(world, at_work(book, "accountant")).get("/trial-balance?period=2021-Q2").text)
    with Session(world.jobs) as session:
        from reports.periods import parse_period

        period = parse_period("2021-Q2")
        lines = trial_balance(session, books=[book.id], start=period.start, through=period.end)
    debits = sum(tiyn for link, tiyn in found if "side=debit" in link)
    assert debits == sum(line.debit for line in lines)


def test_as_known_at_tells_less(world: World, homes: Homes) -> None:
    """As known before anything was recorded, the book is empty; the form keeps the moment."""
    client = client_of(world, at_work(homes["mfo"][0], "accountant"))
    page = client.get("/trial-balance?period=2021-06&known-at=2020-01-01T00:00").text
    assert figures(page) == []
    assert 'value="2020-01-01T00:00"' in page


def test_an_entry_leads_to_the_row_of_its_file(world: World, homes: Homes) -> None:
    """A repayment that came in a register says which row of which file, and that its month is locked."""
    with Session(world.jobs) as session:
        row = session.scalars(select(RepaymentRow).where(RepaymentRow.register_id.is_not(None))).first()
        assert row is not None
        entry = session.scalars(select(EntryRow).where(EntryRow.event_id == row.event_id)).one()
        book = next(each for homes_of in homes.values() for each in homes_of if each.id == entry.book_id)
    page = client_of(world, at_work(book, "accountant")).get(f"/entries/{entry.id}").text
    assert f"Реестр № {row.register_id}, строка {row.register_row}" in page
    assert f'href="/registers/{row.register_id}"' in page
    assert "месяц закрыт" in page


@pytest.mark.parametrize("kind", ["mfo", "operator", "akimat"])
def test_nobody_opens_another_book(world: World, homes: Homes, kind: str) -> None:
    """Another organisation's entry, trial balance and postings do not exist for an accountant."""
    book, other = homes[kind][0], homes["credit-partnership"][0]
    client = client_of(world, at_work(book, "accountant"))
    with Session(world.jobs) as session:
        entry = session.scalars(select(EntryRow.id).where(EntryRow.book_id == other.id)).first()
    assert client.get(f"/entries/{entry}").status_code == 404
    assert client.get(f"/trial-balance?organisation={other.code}").status_code == 404
    assert client.get(f"/api/v1/postings?book={other.code}").json()["found_count"] == 0
    assert urlsplit(str(client.get("/trial-balance").url)).path == "/trial-balance"


def test_every_bucket_opens_into_its_loans(world: World, homes: Homes) -> None:
    """The principal of each bucket of the ageing is that of the loans it opens into."""
    client = client_of(world, at_work(homes["akimat"][0], "accountant", "akimat-officer"))
    found = re.findall(r'<a href="(/loans\?[^"]+)">([^<]+)</a>', client.get("/ageing?period=2021-06").text)
    sums = [(unescape(link), int(re.sub(r"\D", "", words))) for link, words in found]
    assert len(sums) > 2
    for link, figure in sums:
        told = client.get(link.replace("/loans", "/api/v1/loans")).json()
        assert figure in (told["found_count"], told["found"]["outstanding"]), link


def test_every_kind_of_entry_has_words(world: World) -> None:
    """What is booked in the demo, and a reversal, is told in each language."""
    with Session(world.jobs) as session:
        kinds = {*session.scalars(select(EntryRow.kind).distinct()), "reversal"}
    for lang in LANGUAGES:
        assert [kind for kind in sorted(kinds) if f"entry-kind.{kind}" not in catalogue(lang)] == []
