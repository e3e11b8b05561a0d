"""Guarantee contracts keep to the programme and to the allocation, and end as their loans do."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from guarantees.contracts import amend, cancel, conclude, refuse
from guarantees.eligibility import Candidate, obstacles
from guarantees.refusals import (
    AllocationElsewhere,
    AllocationExhausted,
    GuaranteeNotOpen,
    GuaranteeTaken,
    NotSignedByAll,
    OutsideProgramme,
    ShareNotPositive,
    UnknownReason,
)
from guarantees.standing import allocation, guarantee
from lending.microcredits.loans import loan
from tests.guarantees.world import MILLION, SIGNATORIES, world
from tests.lending.microcredits.lender import SIGNED

MAY = date(2019, 5, 20)


def test_a_guarantee_lasts_as_long_as_its_loan(session: Session) -> None:
    """Sum, commission and term follow from the loan: 85 % of ten million, 30 % of that, ten months."""
    own = world(session)
    standing = guarantee(session, own.guarantee(own.loan()))
    assert (standing.amount, standing.commission, standing.expires_on) == (
        850_000_000, 255_000_000, date(2020, 1, 15),
    )  # fmt: skip


def test_the_books_of_a_contract(session: Session) -> None:
    """Before any transfer the akimat owes the commission, the guarantor defers it, and the risk is in two books."""
    own = world(session)
    name = f"guarantee:{own.guarantee(own.loan())}"
    assert own.balance("guarantee-issued", name) == -850_000_000 == -own.balance("guarantee-received", name)
    assert own.balance("commission-expense", name) == 255_000_000 == -own.balance("commission-deferred", name)
    assert own.balance("commission-receivable") == 255_000_000 == -own.balance("commission-payable")


@pytest.mark.parametrize(
    ("terms", "changes", "rule"),
    [
        ({}, {"share": Decimal("0.8501")}, "746-GU-04"),
        ({"details": {"anchor_cooperation": True}}, {"share": Decimal("0.51")}, "746-GU-06"),
        ({"start_up": False}, {}, "746-GU-05: .*registered_on"),
        ({"annual_rate": Decimal("0.0601")}, {}, "746-GU-07"),
        ({"amount": "20200000.01"}, {}, "746-GU-07"),
        ({"territory_type": "monotown", "purpose": "create-microenterprise"}, {}, "746-GU-02"),
        ({"purpose": "consumer"}, {}, "746-LN-18"),
    ],
)
def test_what_the_programme_refuses(
    session: Session, terms: dict[str, Any], changes: dict[str, Any], rule: str
) -> None:
    """Each limit of the programme is kept, and a fact not known is asked for; whoever is refused reads the rule."""
    own = world(session)
    loan_id = own.loan(**terms)
    with pytest.raises(OutsideProgramme) as refused:
        conclude(session, [own.proposal(loan_id, **changes)], made_by="officer")
    assert re.match(rule, f"{refused.value.rule}: {refused.value.en}")


@pytest.mark.parametrize(
    ("terms", "changes", "error"),
    [
        ({}, {"share": Decimal(0)}, ShareNotPositive),
        ({}, {"signatories": {**SIGNATORIES, "borrower": ""}}, NotSignedByAll),
        ({}, {"signed_on": date(2020, 1, 5)}, AllocationElsewhere),
        ({"kato": "110000000"}, {}, AllocationElsewhere),
        ({}, {"signed_on": date(2019, 3, 14)}, GuaranteeNotOpen),
    ],
)
def test_what_is_no_contract(session: Session, terms: dict[str, Any], changes: dict[str, Any], error: type) -> None:
    """Each condition of the contract itself has a refusal of its own."""
    own = world(session)
    loan_id = own.loan(**terms)
    with pytest.raises(error):
        conclude(session, [own.proposal(loan_id, **changes)], made_by="officer")


@pytest.mark.parametrize(
    ("edition", "kind", "rule"), [("road-map", "mfo", "RM-GU-01"), ("746", "ffsa", "746-GU-01"), ("746", "mfo", None)]
)
def test_who_is_never_guaranteed(session: Session, edition: str, kind: str, rule: str | None) -> None:
    """The Road Map has no guarantees, and FFSA lends without them (A-43)."""
    own = world(session)
    asked = Candidate(
        loan=replace(loan(session, own.loan()), edition=edition), lender_kind=kind, guarantor="kazagrogarant",
        applied_on=SIGNED, share=Decimal("0.85"),
    )  # fmt: skip
    found = {each.rule for each in obstacles("G-1", asked)}
    assert rule in found if rule else not found


def test_an_allocation_runs_out(session: Session) -> None:
    """What is left of the commissions decides, and the refusal says how large a guarantee would still fit."""
    own = world(session, "6000000")
    for _ in range(2):
        own.guarantee(own.loan())
    with pytest.raises(AllocationExhausted, match=r"900000\.00 tenge are left, enough for a guarantee of 3000000\.00"):
        own.guarantee(own.loan())
    assert guarantee(session, own.guarantee(own.loan("6000000"), "0.50")).commission == 90_000_000


def test_a_batch_is_concluded_whole_or_not_at_all(session: Session) -> None:
    """The third of three does not fit; nothing of the batch remains."""
    own = world(session, "6000000")
    batch = [own.proposal(own.loan()) for _ in range(3)]
    with pytest.raises(AllocationExhausted):
        conclude(session, batch, made_by="officer")
    assert allocation(session, own.allocation).absorbed == 0


def test_one_guarantee_a_loan(session: Session) -> None:
    """A loan is guaranteed once, and a number is used once."""
    own = world(session)
    loan_id, other = own.loan(), own.loan()
    number = own.guarantee(loan_id, number="G-A")
    assert number
    with pytest.raises(GuaranteeTaken, match="guaranteed already"):
        own.guarantee(loan_id)
    with pytest.raises(GuaranteeTaken, match="this number"):
        own.guarantee(other, number="G-A")


def test_a_cancelled_contract_frees_its_commission(session: Session) -> None:
    """Cancelled before the loan is paid out, it absorbs nothing, secures nothing, and the loan is free again (A-47)."""
    own = world(session)
    loan_id = own.loan()
    guarantee_id = own.guarantee(loan_id)
    cancel(session, guarantee_id, MAY, made_by="officer", reason="the borrower withdrew")
    name = f"guarantee:{guarantee_id}"
    accounts = ("guarantee-issued", "guarantee-received", "commission-expense", "commission-deferred")
    assert [own.balance(each, name) for each in accounts] == [0, 0, 0, 0]
    assert allocation(session, own.allocation).left == 10 * MILLION
    assert own.guarantee(loan_id)


def test_a_paid_out_loan_keeps_its_guarantee(session: Session) -> None:
    """Once money is out, the guarantor bears the risk he was paid for."""
    own = world(session)
    _, guarantee_id = own.guaranteed_loan()
    with pytest.raises(GuaranteeNotOpen, match="paid out"):
        cancel(session, guarantee_id, MAY, made_by="officer", reason="")


def test_an_amended_share_takes_more_or_gives_back(session: Session) -> None:
    """The commission follows the share, within the cap and the allocation."""
    own = world(session, "2600000")
    guarantee_id = own.guarantee(own.loan(), "0.50")
    amended = amend(session, guarantee_id, MAY, Decimal("0.85"), made_by="officer", reason="request")
    assert (amended.amount, amended.commission) == (850_000_000, 255_000_000)
    lowered = amend(session, guarantee_id, MAY, Decimal("0.40"), made_by="officer", reason="request")
    assert (lowered.amount, allocation(session, own.allocation).absorbed) == (400_000_000, 120_000_000)
    assert own.balance("guarantee-issued", f"guarantee:{guarantee_id}") == -400_000_000
    with pytest.raises(OutsideProgramme):
        amend(session, guarantee_id, MAY, Decimal("0.86"), made_by="officer", reason="request")


def test_reasons_of_refusal_are_those_of_the_rules(session: Session) -> None:
    """A guarantor refuses with a reason out of the list."""
    own = world(session)
    loan_id = own.loan()
    assert refuse(session, loan_id, own.guarantor, MAY, "credit-history", made_by="officer")
    with pytest.raises(UnknownReason):
        refuse(session, loan_id, own.guarantor, MAY, "mood", made_by="officer")
