"""What lenders do to loans and applications: done by their own people, with a second person where it costs money."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from api.access.matrix import matrix
from api.acts import applications, distress, new_loans
from api.acts import lending as lending_acts
from api.acts.act import Asked, always
from api.acts.approvals import NotYours
from api.acts.performing import Outcome, approve, carry
from api.acts.registry import act_named, acts
from api.world import World
from ledger.errors import NotFound
from ledger.unit_of_work import perform
from lending.applications.refusals import RuleForbids
from tests.api.people import person, world_on
from tests.lending.applications.path import APPLIED, facts, lending
from tests.lending.microcredits.lender import iin

DAY = APPLIED
LATER = date(2019, 12, 1)

CLAUSES = ("jobs", "target_use", "no_fees", "business_use", "unused_returned", "fine_and_return")
#: What each act is asked with beside its object; sums and days that the services accept are the tests' own business.
FILLED: dict[str, Any] = {
    "amount": "1000", "on": DAY, "paid_on": DAY, "bank_reference": "B-1", "reason": "r", "document": "d", "why": "w",
    "number": "N-1", "signed_on": DAY, "disburse_on": DAY, "applied_on": DAY, "instalments": 6, "opinion": "positive",
    "paper_kind": "other", "paper_number": "1", "paper_on": DAY, "repayment_id": 1, "write_off_id": 1,
    "recovery_id": 1,
}  # fmt: skip


@pytest.fixture
def world(committed_engine: Any) -> World:
    """A world on the day of the loans."""
    return world_on(committed_engine, DAY)


def told(number: int, facility_id: int, **changes: Any) -> dict[str, Any]:
    """A loan that every rule of 746 passes, as people fill it in."""
    given = facts(number)
    same = ("purpose", "sector", "oked", "amount", "annual_rate", "months", "job_clause", "jobs_promised")
    return {name: given[name] for name in same} | {
        "facility_id": facility_id, "borrower_id_number": str(iin(number)), "borrower_name": "Борибаев Ж.",
        "borrower_kind": "individual-entrepreneur", "registered_on": given["borrower"]["registered_on"],
        "tax_registered": True, "territory": "rural", "certificate_kind": "other-training",
        "certificate_on": "2019-02-01", "number": f"N-{number}", "applied_on": DAY, "signed_on": DAY,
        "disburse_on": DAY,
    } | changes  # fmt: skip


def make(world: World, lender_id: int, name: str, **given: Any) -> Outcome:
    """Do the act ``name`` as an officer; where it takes two, an approver confirms it."""
    act = act_named(name)
    officer = person(lender_id, "lender-officer")
    fields = {each: value for each, value in given.items() if each in act.asks.model_fields}
    done = carry(world, officer, act, act.asks.model_validate(fields), key="key-0001")
    if done.approval_id is None:
        return done
    return approve(world, person(lender_id, "lender-approver"), done.approval_id)


def test_a_contract_is_recorded_once(world: World) -> None:
    """The same form sent twice records one loan, with its schedule, under the edition of its agreement."""
    of = perform(world.jobs, lending)
    given = told(1, of.facility_id)
    first = make(world, of.lender_id, "loans.conclude", **given)
    officer = person(of.lender_id, "lender-officer")
    act = act_named("loans.conclude")
    for _ in range(2):
        carry(world, officer, act, act.asks.model_validate(told(2, of.facility_id)), key="again-01")
    count = text("SELECT count(*) FROM loan")
    assert first.result["loan_id"]
    assert perform(world.jobs, lambda session: session.execute(count).scalar_one()) == 2


def test_a_contract_beyond_a_limit_is_refused_with_its_clause(world: World) -> None:
    """A grace of more than a third of the term is refused with the arithmetic."""
    of = perform(world.jobs, lending)
    given = told(1, of.facility_id, months=24, principal_grace_months=12)
    with pytest.raises(RuleForbids) as refused:
        make(world, of.lender_id, "loans.conclude", **given)
    assert [each.rule for each in refused.value.findings] == ["746-LN-13"]
    assert "8" in refused.value.findings[0].message("ru")


def test_an_application_goes_its_whole_way(world: World) -> None:
    """From the filing to the money, each step by its own act, the last ones by two people."""
    of = perform(world.jobs, lending)
    begun = make(world, of.lender_id, "applications.submit", **told(1, of.facility_id))
    own: dict[str, Any] = {"application_id": begun.result["application_id"], "on": DAY, "why": "so decided"}
    make(world, of.lender_id, "applications.attach", paper_kind="land", paper_number="7", paper_on=DAY, **own)
    clauses: dict[str, Any] = {f"clause_{name}": True for name in CLAUSES}
    clauses |= {"number": "M-1", "signed_on": DAY, "disburse_on": DAY}
    for name in ("take-up", "conclude", "approve", "contract", "pay-out"):
        done = make(world, of.lender_id, f"applications.{name}", opinion="positive", **own, **clauses)
        assert done.state == "done"
    assert done.result["state"] == "disbursed"
    assert done.result["loan_id"]


def test_a_bad_loan_is_written_off_and_recovered(world: World) -> None:
    """Two people write it off under both names; what comes in later is recorded; both are undone in turn."""
    of = perform(world.jobs, lending)
    loan_id = make(world, of.lender_id, "loans.conclude", **told(1, of.facility_id)).result["loan_id"]
    make(world, of.lender_id, "loans.disburse", loan_id=loan_id, amount="3000000", on=DAY)
    own: dict[str, Any] = {"loan_id": loan_id, "on": LATER, "reason": "no assets", "document": "12"}
    lost = make(world, of.lender_id, "loans.write-off", **own)
    money = {"amount": "5000", "paid_on": LATER, "bank_reference": "R-1"}
    came = make(world, of.lender_id, "loans.recover", **own, **money)
    undone = {"write_off_id": lost.result["write_off_id"], "recovery_id": came.result["recovery_id"]}
    make(world, of.lender_id, "loans.reverse-recovery", **own, **undone)
    make(world, of.lender_id, "loans.reverse-write-off", **own, **undone)
    signed = text("SELECT decided_by <> confirmed_by AND confirmed_by LIKE 'web:%' FROM loan_decision")
    assert perform(world.jobs, lambda session: session.execute(signed).scalar_one())


def test_a_debt_is_restructured_by_two_people(world: World) -> None:
    """New terms make a new version of the schedule; the old one is kept."""
    of = perform(world.jobs, lending)
    loan_id = make(world, of.lender_id, "loans.conclude", **told(1, of.facility_id)).result["loan_id"]
    make(world, of.lender_id, "loans.disburse", loan_id=loan_id, amount="3000000", on=DAY)
    own: dict[str, Any] = {"loan_id": loan_id, "on": LATER, "reason": "drought", "document": "12", "instalments": 40}
    assert make(world, of.lender_id, "loans.restructure", **own).result["version"] == 2


def test_an_overpayment_is_given_back(world: World) -> None:
    """What was paid beyond the debt is held, and goes back by two people."""
    of = perform(world.jobs, lending)
    loan_id = make(world, of.lender_id, "loans.conclude", **told(1, of.facility_id)).result["loan_id"]
    make(world, of.lender_id, "loans.disburse", loan_id=loan_id, amount="3000000", on=DAY)
    own: dict[str, Any] = {"loan_id": loan_id, "paid_on": DAY, "bank_reference": "B-1", "on": DAY}
    make(world, of.lender_id, "loans.repay", amount="3000500", **own, intent="settle")
    done = make(world, of.lender_id, "loans.refund-overpayment", amount="500", **own)
    assert done.state == "done"


OURS = [act.name for area in (lending_acts, new_loans, distress, applications) for act in area.ACTS]


@pytest.mark.parametrize("name", OURS)
def test_another_organisation_does_none_of_it(world: World, name: str) -> None:
    """A stranger does not find the object; whoever funds the lender finds it and may not act on it."""
    of = perform(world.jobs, lending)
    stranger = perform(world.jobs, lending)
    loan_id = make(world, of.lender_id, "loans.conclude", **told(1, of.facility_id)).result["loan_id"]
    begun = make(world, of.lender_id, "applications.submit", **told(2, of.facility_id))
    act = act_named(name)
    objects = {"loan_id": loan_id, "application_id": begun.result["application_id"]}
    given = told(3, of.facility_id) | FILLED | objects
    asked: Asked = act.asks.model_validate({each: given[each] for each in act.asks.model_fields if each in given})
    funder = text("SELECT lender_id FROM facility WHERE id = :id")
    funder_id = perform(world.jobs, lambda session: session.execute(funder, {"id": of.facility_id}).scalar_one())
    roles = matrix().acts[name].makers
    with pytest.raises(NotFound):
        carry(world, person(stranger.lender_id, *roles), act, asked, key="key-0002")
    with pytest.raises(NotYours):
        carry(world, person(funder_id, *roles), act, asked, key="key-0003")


def test_decisions_always_take_two_people() -> None:
    """An act that records a decision cannot be done by one: what stands for the second in a rehearsal never stays."""
    decided = [act for act in acts().values() if {"reason", "document"} <= set(act.asks.model_fields)]
    assert decided
    assert all(act.second is always for act in decided if act.name in OURS)


def test_sums_below_the_threshold_are_paid_out_at_once(world: World) -> None:
    """A disbursement of the whole loan needs nobody else below the threshold."""
    of = perform(world.jobs, lending)
    loan_id = make(world, of.lender_id, "loans.conclude", **told(1, of.facility_id)).result["loan_id"]
    asked = act_named("loans.disburse").asks.model_validate({"loan_id": loan_id, "amount": Decimal(3000000), "on": DAY})
    done = carry(world, person(of.lender_id, "lender-officer"), act_named("loans.disburse"), asked, key="key-0009")
    assert done.state == "done"
