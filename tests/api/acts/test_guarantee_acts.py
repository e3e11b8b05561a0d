"""Acts on guarantees belong to their side, take as many people as both mechanisms ask for, and never more money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from api.access.matrix import matrix
from api.acts.registry import acts
from guarantees.claims import present
from guarantees.standing import allocation, debts
from tests.api.web.guarantors import House, house
from tests.guarantees.world import DEFAULTED, World, discrepancies
from tests.lending.microcredits.lender import SIGNED

WHOLE = {"overdue-principal": "3400000", "future-principal": "5100000"}
ASKS = {"guarantee_share": "0.85"}
AREAS = ("allocations", "guarantees", "claims", "recoveries")


@pytest.fixture
def site(committed_engine: Engine) -> House:
    """The site on the day of a default."""
    return house(committed_engine, DEFAULTED)


def things(own: World) -> dict[str, Any]:
    """A guarantee with a claim paid and a recovery, and what else the acts ask for."""
    loan_id = own.loan(details=ASKS)
    guarantee_id = own.guarantee(loan_id)
    own.pay_out(loan_id)
    claim_id = own.paid(guarantee_id, WHOLE).claim_id
    return {
        "loan_id": loan_id, "guarantee_id": guarantee_id, "claim_id": claim_id, "allocation_id": own.allocation,
        "transfer_request_id": 1, "recovery_id": 1, "guarantor_id": own.guarantor, "on": str(DEFAULTED), "reason": "R",
        "share": "0.5", "number": "N", "kind": "other", "reference": "1", "amount": "1", "bank_reference": "B",
        "refusal_ground": "credit-history", "direction": "raise", "ground_document": "D", "signed_on": str(DEFAULTED),
        "guarantor_signatory": "A", "lender_signatory": "B", "borrower_signatory": "C", "agreed_on": str(DEFAULTED),
        "year": 2019, "edition": "746", "places": "rural", "unit": "610000000", "file_name": "a.p7s", "content": "YQ==",
    }  # fmt: skip


OURS = [name for name in acts() if name.split(".")[0] in AREAS and name != "allocations.open"]


def test_no_act_is_done_for_another_organisation(site: House) -> None:
    """Whoever has no part in a guarantee does not find it, whatever the act and by whatever role."""
    given = site.do(things)
    for name in OURS:
        act = acts()[name]
        fields = {
            key: value for key, value in given.items() if key in act.asks.model_fields and f"{{{key}}}" not in act.path
        }
        path = act.path.format(**given)
        for who in site.people:
            answer = site.ask(who, path, f"key-{name}-{who}", **fields)
            if not matrix().may_make(site.people[who], name):
                assert answer.status_code == 403, (name, who)
            elif who.startswith("other"):
                assert answer.status_code == 404, (name, who, answer.text)


def test_the_other_side_of_a_guarantee_is_told_whose_act_it_is(site: House) -> None:
    """What a person sees and may do elsewhere, but what belongs to the other organisation, is refused by name."""
    claim_id = site.do(accepted)
    wide = replace(site.people["lender-officer"], roles=frozenset({"lender-officer", "guarantor-officer"}))
    site.people["lender-officer"] = wide
    answer = site.ask("lender-officer", f"/claims/{claim_id}/refusal", "key-0001", on=str(DEFAULTED), reason="R")
    assert answer.json()["code"] == "not-yours"


def test_a_claim_takes_an_officer_and_an_approver(site: House) -> None:
    """The first approval is an officer's, the second an approver's; neither comes out of turn, nobody gives both."""
    guarantee_id = site.do(lambda own: own.guaranteed_loan()[1])
    demand: dict[str, Any] = {
        "on": str(DEFAULTED),
        "number": "K",
        "overdue_principal": "3400000.00",
        "future_principal": "5100000.00",
        "accelerated": True,
        "demand_to_borrower": "D",
        "debt_calculation": "C",
        "loan_contract": "L",
    }
    made = site.ask("lender-officer", f"/guarantees/{guarantee_id}/claims", "key-0001", **demand)
    claim = f"/claims/{made.json()['result']['claim_id']}"
    on = {"on": str(DEFAULTED)}
    early = site.ask("guarantor-approver", f"{claim}/acceptance", "key-0002", **on)
    assert early.json()["code"] == "claim-approval-out-of-turn"
    assert site.ask("guarantor-officer", f"{claim}/approval", "key-0003", **on).status_code == 201
    again = site.ask("guarantor-officer", f"{claim}/approval", "key-0004", **on)
    assert again.json()["code"] == "claim-approval-out-of-turn"
    accepted = site.ask("guarantor-approver", f"{claim}/acceptance", "key-0005", **on)
    assert accepted.json()["result"]["payable"] == 850_000_000


def accepted(own: World) -> int:
    """A claim that waits to be paid."""
    return own.accepted(own.guaranteed_loan()[1], WHOLE)


def test_a_payout_takes_a_fresh_code(site: House) -> None:
    """Without one a program is refused and a person is sent to give one; with one it is paid once, however often."""
    claim_id = site.do(accepted)
    path = f"/claims/{claim_id}/payout"
    assert site.ask("guarantor-officer", path, "key-0001", on=str(DEFAULTED)).json()["code"] == "fresh-code-needed"
    sent = site.send("guarantor-officer", "claims.pay", claim_id=claim_id, on=DEFAULTED)
    assert sent.headers["location"].startswith("/account/confirm?next=/acts/claims.pay")
    paid = [site.ask("guarantor-officer+", path, key, on=str(DEFAULTED)).json() for key in ("key-0002", "key-0003")]
    assert paid[0] == paid[1]
    assert paid[0]["result"]["amount"] == 850_000_000
    assert site.do(lambda own: discrepancies(own.session)) == []


def test_a_large_payout_takes_another_person(committed_engine: Engine) -> None:
    """Above the threshold it waits for an approver with a code of their own; paid, it gives its receipt at once."""
    site = house(committed_engine, DEFAULTED, second_person_above="8000000")
    claim_id = site.do(accepted)
    path = f"/claims/{claim_id}/payout"
    asked = site.ask("guarantor-officer+", path, "key-0001", on=str(DEFAULTED)).json()
    assert asked["state"] == "awaiting-approval"
    approval = f"/approvals/{asked['approval_id']}"
    assert "/account/confirm" in site.post("guarantor-approver", f"{approval}/approve").headers["location"]
    site.post("guarantor-approver+", f"{approval}/approve")
    again = site.ask("guarantor-officer+", path, "key-0002", on=str(DEFAULTED)).json()
    assert (again["state"], again["result"]["amount"]) == ("done", 850_000_000)


def test_a_mistaken_payout_is_undone_by_two(site: House) -> None:
    """The undoing is one act of two people, and nothing is owed to the guarantor afterwards."""
    given = site.do(things)
    site.both(
        "guarantor-officer+", "guarantor-approver+", "claims.undo", claim_id=given["claim_id"], on=DEFAULTED, reason="R"
    )
    owed = site.do(lambda own: debts(own.session, [given["guarantee_id"]])[given["guarantee_id"]].net_paid)
    assert owed == 0


def test_whoever_received_a_recovery_says_so(site: House) -> None:
    """Recorded by the lender it is the lender's to pass on; recorded by the guarantor there is nothing to pass on."""
    given = site.do(things)
    path = f"/guarantees/{given['guarantee_id']}/recoveries"
    body = {"amount": "1000000.00", "on": str(DEFAULTED), "bank_reference": "P"}
    by_lender = site.ask("lender-officer", path, "key-0001", **body).json()["result"]
    assert (by_lender["guarantor_part"], by_lender["lender_part"]) == (85_000_000, 15_000_000)
    passed = site.ask(
        "lender-officer", f"/recoveries/{by_lender['recovery_id']}/passing-on", "key-0002", on=str(DEFAULTED)
    )
    assert passed.status_code == 201
    by_guarantor = site.ask("guarantor-officer", path, "key-0003", **body | {"bank_reference": "Q"}).json()["result"]
    refused = site.ask(
        "lender-officer", f"/recoveries/{by_guarantor['recovery_id']}/passing-on", "key-0004", on=str(DEFAULTED)
    )
    assert refused.json()["code"] == "recovery-refused"


def test_an_allocation_is_opened_and_changed_by_the_akimat(committed_engine: Engine) -> None:
    """Two people of the akimat open the next year's and raise it; its first half follows."""
    site = house(committed_engine, SIGNED.replace(year=2020))
    opened = site.both(
        "akimat-officer", "akimat-approver", "allocations.open", number="A-2020", agreed_on="2020-01-10", year=2020,
        guarantor_id=site.own.guarantor, edition="746", places="rural", unit="610000000", amount="1 000 000,00",
    )  # fmt: skip
    assert opened.status_code == 303
    found = site.get("akimat-officer", "/api/v1/allocations?q=A-2020").json()["rows"][0]
    changed = {"allocation_id": found["id"], "on": "2020-02-01"}
    site.both(
        "akimat-officer", "akimat-approver", "allocations.adjust", direction="raise", amount="500000",
        ground_document="D", **changed,
    )  # fmt: skip
    site.both("akimat-officer", "akimat-approver", "allocations.transfer-first", **changed)
    standing = site.do(lambda own: allocation(own.session, found["id"]))
    assert (standing.amount, standing.transferred) == (150_000_000, 75_000_000)


def test_officers_signing_at_once_cannot_overdraw(committed_engine: Engine) -> None:
    """Eight approvals at the same moment for an allocation with room for five: five are done, three refused."""
    site = house(committed_engine, SIGNED, amount="1275000")
    loans = site.do(lambda own: [own.loan("1000000", details=ASKS) for _ in range(8)])
    asked = [
        site.send(
            "guarantor-officer", "guarantees.conclude", loan_id=loan_id, allocation_id=site.own.allocation,
            number=f"G-{loan_id}", signed_on=SIGNED, share="0.85", guarantor_signatory="A", lender_signatory="B",
            borrower_signatory="C",
        )
        for loan_id in loans
    ]  # fmt: skip
    waiting = [answer.headers["location"] for answer in asked]
    with ThreadPoolExecutor(8) as approvers:
        answers = list(approvers.map(lambda at: site.post("guarantor-approver", f"{at}/approve").status_code, waiting))
    assert sorted(answers) == [303] * 5 + [409] * 3
    assert site.do(lambda own: allocation(own.session, own.allocation).left) == 0
    assert site.do(lambda own: discrepancies(own.session)) == []


def test_one_person_by_two_channels_is_one_person(site: House) -> None:
    """Somebody with both roles who approves on a page cannot accept by a program."""
    everything = frozenset({"guarantor-officer", "guarantor-approver"})
    wide = replace(site.people["guarantor-officer"], roles=everything)
    site.people["guarantor-officer"] = wide
    site.people["guarantor-approver"] = replace(wide, channel="api")
    guarantee_id = site.do(lambda own: own.guaranteed_loan()[1])
    claim_id = site.do(lambda own: present(own.session, own.demand(guarantee_id, WHOLE)))
    on = {"on": str(DEFAULTED)}
    assert site.ask("guarantor-officer", f"/claims/{claim_id}/approval", "key-0001", **on).status_code == 201
    refused = site.ask("guarantor-approver", f"/claims/{claim_id}/acceptance", "key-0002", **on)
    assert refused.json()["code"] == "guarantee-same-person"
