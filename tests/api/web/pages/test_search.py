"""A search finds what was meant by number, by sum or by name, within sight, and not too often."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.world import World
from ledger.unit_of_work import perform
from reports.search import sum_of
from tests.api.people import person, world_on
from tests.api.site import site
from tests.lending.microcredits.lender import SIGNED, Lender, lender


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world on the day the loans were signed, in which one may search five times a minute."""
    return world_on(committed_engine, SIGNED, hosts="testserver", rate_search="5")


def lent(world: World) -> tuple[int, int, str, str]:
    """A lender, its loan of 1 250 000 tenge, the loan's number, and its borrower's."""

    def work(session: Session) -> tuple[int, int, str, str]:
        of: Lender = lender(session)
        signed = of.contract("1250000")
        loan_id = of.lend("1250000", number=signed.number, borrower=signed.borrower)
        return of.id, loan_id, signed.number, str(signed.borrower.id_number)

    return perform(world.jobs, work)


def found(client: TestClient, text: str) -> str:
    """Where a search leads."""
    return str(client.get("/search", params={"q": text}, follow_redirects=False).headers.get("location", ""))


def test_a_whole_number_leads_straight_to_its_loan(world: World) -> None:
    """The contract number in any case, and a reference, open the card."""
    lender_id, loan_id, number, _ = lent(world)
    client = site(world, person(lender_id, "lender-officer"))
    assert found(client, number.lower()) == f"/loans/{loan_id}"
    assert found(client, f"loan:{loan_id}") == f"/loans/{loan_id}"


def test_sums_names_and_numbers_of_people_find_loans(world: World) -> None:
    """A sum as people write it, a part of a name, and an IIN list the loan."""
    lender_id, loan_id, _, iin = lent(world)
    client = site(world, person(lender_id, "lender-officer"))
    for text in ("1 250 000", "borrower", iin):
        assert f'href="/loans/{loan_id}"' in client.get("/search", params={"q": text}).text


def test_another_lenders_loan_is_not_found(world: World) -> None:
    """A stranger who types the number finds nothing."""
    _, _, number, _ = lent(world)
    stranger, *_ = lent(world)
    page = site(world, person(stranger, "lender-officer")).get("/search", params={"q": number})
    assert page.status_code == 200
    assert "Ничего не найдено" in page.text


def test_searching_is_limited(world: World) -> None:
    """The sixth search of a minute is put off."""
    lender_id, *_ = lent(world)
    client = site(world, person(lender_id, "lender-officer"))
    codes = [client.get("/search", params={"q": "zzz"}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("text", "tiyn"),
    [("1 250 000", 125_000_000), ("1\u00a0250\u00a0000,5 ₸", 125_000_050), ("M-1", None), ("0", None), ("NaN", None),
     ("1,005", None), ("1e300", None)],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(text: str, tiyn: int | None) -> None:
    """Spaces, a comma and the sign of the tenge are understood; fractions of a tiyn are no sum."""
    assert sum_of(text) == tiyn
