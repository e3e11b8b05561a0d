"""Pages of guarantees say what the services say, and offer what whoever looks may do."""

from datetime import date

import pytest
from sqlalchemy import Engine

from tests.api.web.guarantors import House, house
from tests.guarantees.world import DEFAULTED
from tests.lending.microcredits.lender import SIGNED

ASKED = {"details": {"guarantee_share": "0.85"}}


@pytest.fixture
def site(committed_engine: Engine) -> House:
    """The site on the day loans are signed."""
    return house(committed_engine, SIGNED)


LISTS = ("guarantees", "guarantee-applications", "allocations", "commission-transfers", "claims", "recoveries")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_list_is_a_page_a_file_and_json(site: House, name: str, lang: str) -> None:
    """With rows in it each listing is shown, taken as a file, and told to programs."""
    guarantee_id = site.do(lambda own: own.guaranteed_loan("10000000")[1])
    assert guarantee_id
    for path in (f"/{name}?lang={lang}", f"/{name}?format=csv", f"/api/v1/{name}"):
        assert site.get("guarantor-officer", path).status_code == 200, path
