"""Pages of guarantees say what the services say, and offer what whoever looks may do."""

import re
from base64 import b64decode, b64encode
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.api.test_signatures import DETACHED, signature
from tests.api.web.guarantors import HEADER, House, house
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


def test_names_are_chosen_not_typed_as_numbers(site: House) -> None:
    """The akimat opens an allocation from the list, the guarantor is chosen by name and checked by it."""
    assert 'href="/acts/allocations.open"' in site.get("akimat-officer", "/allocations").text
    assert "allocations.open" not in site.get("guarantor-officer", "/allocations").text
    assert ">KazAgroGarant</option>" in site.get("akimat-officer", "/acts/allocations.open").text
    checked = site.send(
        "akimat-officer", "allocations.open", confirmed=False, number="A-2020", agreed_on=SIGNED, year=2020,
        guarantor_id=site.own.guarantor, edition="746", places="rural", unit="610000000", amount="1 000 000",
    )  # fmt: skip
    assert "<dd>KazAgroGarant</dd>" in checked.text


def test_the_first_page_tells_what_is_due(committed_engine: Engine) -> None:
    """A guarantor hears of applications, claims and remainders, the akimat of transfers, the lender of documents."""
    site = house(committed_engine, DEFAULTED)
    site.do(lambda own: own.loan(**ASKED))
    site.do(lambda own: own.accepted(own.guaranteed_loan()[1], {"overdue-principal": "3400000"}))
    guarantor, akimat = (site.get(who, "/").text for who in ("guarantor-officer", "akimat-officer"))
    assert "/guarantee-applications?guarantor=kazagrogarant&amp;application-state=waiting" in guarantor
    assert "claim-state=accepted" in guarantor
    assert f"/allocations/{site.own.allocation}" in akimat
    assert "claim-state" not in site.get("other-officer", "/").text


def test_a_pdf_of_the_contract(site: House) -> None:
    """The contract prints in each language; the same contract gives the same bytes."""
    guarantee_id = site.do(lambda own: own.guaranteed_loan()[1])
    path = f"/guarantees/{guarantee_id}/contract.pdf?lang="
    printed = {lang: site.get("lender-officer", path + lang).content for lang in ("kk", "ru")}
    assert all(each.startswith(b"%PDF") for each in printed.values())
    assert printed["kk"] != printed["ru"] == site.get("guarantor-officer", f"{path}ru").content


@pytest.mark.parametrize(
    "terms",
    [{"details": {}}, {"kato": "110000000"}, {"territory_type": "monotown", "purpose": "create-microenterprise"}],
)
def test_other_loans_are_not_seen(site: House, terms: dict[str, Any]) -> None:
    """A loan that asks for nothing, or elsewhere, or of another guarantor, does not exist for the guarantor."""
    loan_id = site.do(lambda own: own.loan(**(ASKED | terms)))
    assert site.get("guarantor-officer", f"/guarantee-applications/{loan_id}").status_code == 404
    assert site.get("guarantor-officer", "/api/v1/guarantee-applications").json()["rows"] == []


def test_a_refusal_is_chosen_from_the_rules(site: House) -> None:
    """The grounds are those of the rules, each with its clause; afterwards the application is refused."""
    loan_id = site.do(lambda own: own.loan(**ASKED))
    form = site.get("guarantor-officer", f"/acts/guarantees.refuse?loan_id={loan_id}").text
    assert "746-GU-10" in form
    done = site.send(
        "guarantor-officer", "guarantees.refuse", loan_id=loan_id, refusal_ground="credit-history", on=SIGNED
    )
    assert done.headers["location"].startswith("/receipts/")
    refused = site.get("lender-officer", "/api/v1/guarantee-applications?application-state=refused").json()
    assert [row["id"] for row in refused["rows"]] == [loan_id]
    assert "credit history" in site.get("lender-officer", f"/guarantee-applications/{loan_id}").text


def test_the_card_of_a_loan_leads_to_its_application_and_to_a_claim(site: House) -> None:
    """Until it is guaranteed the loan leads to its application, afterwards to the guarantee and to a claim."""
    loan_id = site.do(lambda own: own.loan(**ASKED))
    assert f'href="/guarantee-applications/{loan_id}"' in site.get("lender-officer", f"/loans/{loan_id}").text
    guarantee_id = site.do(lambda own: own.guarantee(loan_id))
    after = site.get("lender-officer", f"/loans/{loan_id}").text
    assert f'href="/guarantees/{guarantee_id}/claim"' in after
    assert "guarantee-applications/" not in after
    assert f"/guarantees/{guarantee_id}/claim" not in site.get("guarantor-officer", f"/loans/{loan_id}").text


def test_a_contract_is_signed_in_whichever_language(site: House) -> None:
    """The guarantor signs the Kazakh contract; its bytes are kept with the signature, and only parties may sign."""
    guarantee_id = site.do(lambda own: own.guaranteed_loan("10000000")[1])
    path = f"/guarantees/{guarantee_id}"
    contract = site.get("guarantor-officer", f"{path}/contract.pdf?lang=kk").content
    files = {"signature": ("shart.p7s", signature(contract, DETACHED), "application/octet-stream")}

    def signed(who: str) -> int:
        headers = {HEADER: who, "Sec-Fetch-Site": "same-origin"}
        return site.client.post(f"{path}/signatures", files=files, headers=headers, follow_redirects=False).status_code

    assert [signed(who) for who in ("guarantor-officer", "akimat-officer", "other-officer")] == [303, 403, 404]
    page = site.get("guarantor-officer", f"{path}?lang=ru").text
    assert "совпадает с указанной в подписи" in page
    assert 'id="sign"' in page
    assert 'id="sign"' not in site.get("akimat-officer", f"{path}?lang=ru").text
    document = re.search(rf'href="({path}/signatures/\d+/document)"', page)
    assert document is not None
    assert site.get("lender-officer", document[1]).content == contract


def test_a_program_signs_a_contract(site: House) -> None:
    """By HTTP the lender signs it in the language it names; those who only see it are refused, strangers find none."""
    guarantee_id = site.do(lambda own: own.guaranteed_loan("10000000")[1])
    path = f"/api/v1/guarantees/{guarantee_id}/signatures"
    contract = site.get("guarantor-officer", f"/guarantees/{guarantee_id}/contract.pdf?lang=ru").content
    made = b64encode(signature(contract, DETACHED)).decode()
    body = {"file_name": "dogovor.p7s", "content": made, "language": "ru"}

    def answer(who: str) -> int:
        headers = {HEADER: who, "Sec-Fetch-Site": "same-origin", "Idempotency-Key": f"signed-by-{who}"}
        return site.client.post(path, json=body, headers=headers).status_code

    assert [answer(who) for who in ("lender-officer", "akimat-officer", "other-officer")] == [201, 403, 404]
    [told] = site.get("akimat-officer", path).json()
    whole = site.get("guarantor-officer", f"{path}/{told['id']}").json()
    assert b64decode(whole["document"]) == contract
    assert site.get("other-officer", path).status_code == 404
