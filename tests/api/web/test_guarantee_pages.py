"""Pages of guarantees say what the services say, and offer what whoever looks may do."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.api.web.guarantors import House, house
from tests.guarantees.world import DEFAULTED
from tests.lending.microcredits.lender import SIGNED

ASKED: Any = {"details": {"guarantee_share": "0.85"}}


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


def test_an_application_is_seen_by_the_guarantor_of_its_place(site: House) -> None:
    """A loan that names a share waits for the guarantor with an allocation there, and for no other lender."""
    loan_id = site.do(lambda own: own.loan(**ASKED))
    page = site.get("guarantor-officer", f"/guarantee-applications/{loan_id}")
    assert page.status_code == 200
    assert "8,500,000.00" in page.text
    assert "act.guarantees" not in page.text
    assert site.get("other-officer", f"/guarantee-applications/{loan_id}").status_code == 404


def test_another_class_has_another_cap(site: House) -> None:
    """A start-up may have 85 %; looked at as operating, half, and the sum that makes."""
    path = f"/guarantee-applications/{site.do(lambda own: own.loan(**ASKED))}"
    acting = site.get("guarantor-officer", f"{path}?borrower_class=operating&looked_at=start-up&share=0.85").text
    assert 'value="0.5"' in acting
    assert "5,000,000.00" in acting


def test_two_people_conclude(site: House) -> None:
    """The officer asks, the approver sees what is left of the allocation before and after, and it is concluded."""
    loan_id = site.do(lambda own: own.loan(**ASKED))
    fields: dict[str, Any] = {
        "loan_id": loan_id,
        "allocation_id": site.own.allocation,
        "number": "G-77",
        "signed_on": SIGNED,
        "share": "0.85",
        "guarantor_signatory": "A",
        "lender_signatory": "B",
        "borrower_signatory": "C",
    }
    checked = site.send("guarantor-officer", "guarantees.conclude", confirmed=False, **fields)
    assert "7,450,000.00" in checked.text
    done = site.both("guarantor-officer", "guarantor-approver", "guarantees.conclude", **fields)
    assert done.status_code == 303
    found = site.get("guarantor-officer", "/guarantees?q=G-77").text
    assert "8,500,000.00" in found
    assert "G-77" in site.get("lender-officer", "/guarantees").text
    assert site.get("guarantor-officer", f"/guarantee-applications/{loan_id}").status_code == 200


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_cards(committed_engine: Engine, lang: str) -> None:
    """Cards of a guarantee, an allocation and a claim open for each side of them, as pages and for programs."""
    site = house(committed_engine, DEFAULTED)
    _, guarantee_id = site.do(lambda own: own.guaranteed_loan("10000000"))
    claim_id = site.do(
        lambda own: own.paid(guarantee_id, {"overdue-principal": "3400000", "future-principal": "5100000"}).claim_id
    )
    paths = [f"/guarantees/{guarantee_id}", f"/claims/{claim_id}", f"/guarantees/{guarantee_id}/contract.pdf"]
    for path in paths:
        for who in ("guarantor-officer", "lender-officer", "akimat-officer"):
            assert site.get(who, f"{path}?lang={lang}").status_code == 200, (who, path)
        assert site.get("other-officer", path).status_code == 404
    assert site.get("guarantor-officer", f"/allocations/{site.own.allocation}?lang={lang}").status_code == 200
    assert site.get("other-officer", f"/allocations/{site.own.allocation}").status_code == 403
    for kind, key in (("guarantees", guarantee_id), ("claims", claim_id), ("allocations", site.own.allocation)):
        assert site.get("guarantor-officer", f"/api/v1/{kind}/{key}").status_code == 200
