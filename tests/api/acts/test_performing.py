"""Acts happen once, by who may, on what is theirs, and under two names where the act takes two."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import Forbidden
from api.acts.approvals import Ended, NotYours, SamePerson
from api.acts.lending import DisburseAsked, RepayAsked
from api.acts.performing import Outcome, approve, carry, end, rehearse
from api.acts.registry import act_named
from api.world import World
from ledger.errors import NotFound
from ledger.unit_of_work import KeyReused, perform
from lending.microcredits.loans import conclude
from tests.api.people import person, world_on
from tests.lending.microcredits.lender import lender

DAY = date(2019, 3, 20)
DISBURSE, REPAY = act_named("loans.disburse"), act_named("loans.repay")


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world in which more than a million tenge at once takes a second person."""
    return world_on(committed_engine, DAY, second_person_above="1000000")


def contracted(engine: Engine, amount: str = "3000000") -> tuple[int, int]:
    """A loan that is signed and not paid out; its lender's id and its own."""

    def work(session: Session) -> tuple[int, int]:
        of = lender(session)
        return of.id, conclude(session, [of.contract(amount)])[0]

    return perform(engine, work)


def pay_out(world: World, actor: Actor, loan_id: int, amount: str, key: str = "key-0001") -> Outcome:
    """A tranche of the loan paid out on the day the world stands at."""
    asked = DisburseAsked(loan_id=loan_id, amount=Decimal(amount), on=DAY)
    return carry(world, actor, DISBURSE, asked, key=key)


def paid_out(world: World, loan_id: int) -> int:
    """Tiyn paid out of the loan so far."""
    query = text("SELECT coalesce(sum(amount), 0) FROM disbursement WHERE loan_id = :loan")
    return int(perform(world.jobs, lambda session: session.execute(query, {"loan": loan_id}).scalar_one()))


def test_a_small_sum_takes_one_person(world: World) -> None:
    """Below the threshold the act is done at once."""
    lender_id, loan_id = contracted(world.jobs)
    assert pay_out(world, person(lender_id, "lender-officer"), loan_id, "1000000").state == "done"
    assert paid_out(world, loan_id) == 100_000_000


def test_the_same_key_gives_the_first_outcome_again(world: World) -> None:
    """A double click pays out once and shows one receipt; other words under the key are refused."""
    lender_id, loan_id = contracted(world.jobs)
    officer = person(lender_id, "lender-officer")
    first = pay_out(world, officer, loan_id, "500000")
    assert pay_out(world, officer, loan_id, "500000") == first
    assert paid_out(world, loan_id) == 50_000_000
    with pytest.raises(KeyReused):
        pay_out(world, officer, loan_id, "600000")


def test_a_large_sum_waits_for_another_person(world: World) -> None:
    """Above the threshold nothing is paid out until an approver confirms; then it is, once."""
    lender_id, loan_id = contracted(world.jobs)
    asked = pay_out(world, person(lender_id, "lender-officer"), loan_id, "1000000.01")
    assert asked.state == "awaiting-approval"
    assert asked.approval_id is not None
    assert paid_out(world, loan_id) == 0
    approver = person(lender_id, "lender-approver")
    assert approve(world, approver, asked.approval_id).state == "done"
    assert paid_out(world, loan_id) == 100_000_001


def test_confirming_again_gives_the_first_outcome(world: World) -> None:
    """Whoever confirmed is given what was done then; another approver is told that it has ended."""
    lender_id, loan_id = contracted(world.jobs)
    waits = pay_out(world, person(lender_id, "lender-officer"), loan_id, "2000000").approval_id or 0
    approver = person(lender_id, "lender-approver")
    first = approve(world, approver, waits)
    assert first.result["disbursement_id"] > 0
    assert approve(world, approver, waits) == first
    with pytest.raises(Ended):
        approve(world, person(lender_id, "lender-approver"), waits)
    assert paid_out(world, loan_id) == 200_000_000


def test_nobody_confirms_their_own_act(world: World) -> None:
    """The maker is refused even with the approver's role, by the program and by the database."""
    lender_id, loan_id = contracted(world.jobs)
    both = person(lender_id, "lender-officer", "lender-approver")
    asked = pay_out(world, both, loan_id, "2000000")
    assert asked.approval_id is not None
    with pytest.raises(SamePerson):
        approve(world, both, asked.approval_id)
    with pytest.raises(IntegrityError), world.jobs.begin() as connection:
        connection.execute(
            text("INSERT INTO approval_decision (approval_id, made_by, decided_by, decider, decision, reason) "
                 "VALUES (:id, :person, :person, 'x', 'approved', '')"),
            {"id": asked.approval_id, "person": both.user_id},
        )  # fmt: skip


def test_two_approvers_at_once_do_it_once(world: World) -> None:
    """Of two people who confirm in the same moment one is told that it is done."""
    lender_id, loan_id = contracted(world.jobs)
    asked = pay_out(world, person(lender_id, "lender-officer"), loan_id, "2000000")

    def confirm(approver: Actor) -> str:
        try:
            return approve(world, approver, asked.approval_id or 0).state
        except Ended:
            return "ended"

    with ThreadPoolExecutor(2) as pool:
        approvers = [person(lender_id, "lender-approver") for _ in range(2)]
        assert sorted(pool.map(confirm, approvers)) == ["done", "ended"]
    assert paid_out(world, loan_id) == 200_000_000


def test_an_act_that_would_be_refused_never_waits(world: World) -> None:
    """More than the contract allows is refused to the maker; no approval is kept."""
    lender_id, loan_id = contracted(world.jobs)
    with pytest.raises(Exception, match="of the agreed sum is left"):
        pay_out(world, person(lender_id, "lender-officer"), loan_id, "4000000")
    count = text("SELECT count(*) FROM approval")
    assert perform(world.jobs, lambda session: session.execute(count).scalar_one()) == 0


def test_what_was_withdrawn_or_rejected_is_not_done(world: World) -> None:
    """The maker withdraws, the checker rejects, with a reason; neither pays anything out."""
    lender_id, loan_id = contracted(world.jobs)
    officer, approver = person(lender_id, "lender-officer"), person(lender_id, "lender-approver")
    first = pay_out(world, officer, loan_id, "2000000", "key-0001").approval_id or 0
    second = pay_out(world, officer, loan_id, "2500000", "key-0002").approval_id or 0
    with pytest.raises(SamePerson):
        end(world, approver, first, "withdrawn", "not mine")
    assert end(world, officer, first, "withdrawn", "wrong sum").state == "withdrawn"
    assert end(world, approver, second, "rejected", "no collateral yet").state == "rejected"
    assert paid_out(world, loan_id) == 0


def test_roles_and_organisations_are_asked_first(world: World) -> None:
    """Without the role it is forbidden; a stranger does not see the loan; its funder sees it and may not pay it out."""
    lender_id, loan_id = contracted(world.jobs)
    stranger, _ = contracted(world.jobs)
    with pytest.raises(Forbidden):
        pay_out(world, person(lender_id, "accountant"), loan_id, "1000")
    with pytest.raises((NotFound, NotYours)):
        pay_out(world, person(stranger, "lender-officer"), loan_id, "1000")


def test_who_oversees_everything_confirms_nothing_of_others(world: World) -> None:
    """The ministry's approver sees what a lender's people ask, and neither confirms nor rejects it."""
    lender_id, loan_id = contracted(world.jobs)
    asked = pay_out(world, person(lender_id, "lender-officer"), loan_id, "2000000").approval_id or 0
    overseer = replace(person(lender_id + 1_000_000, "lender-approver", kind="budget"), sees_all=True)
    with pytest.raises(NotYours):
        approve(world, overseer, asked)
    with pytest.raises(NotYours):
        end(world, overseer, asked, "rejected", "I would not")
    assert paid_out(world, loan_id) == 0


def test_a_rehearsal_tells_the_effect_and_keeps_nothing(world: World) -> None:
    """Before and after, and the postings, are those of the act itself."""
    lender_id, loan_id = contracted(world.jobs)
    asked = DisburseAsked(loan_id=loan_id, amount=Decimal(1500000), on=DAY)
    effect, second = rehearse(world, person(lender_id, "lender-officer"), DISBURSE, asked)
    told: dict[str, Any] = effect.values()
    assert second
    assert (told["measures"][0]["before"], told["measures"][0]["after"]) == (0, 150_000_000)
    assert sum(leg["amount"] for leg in told["postings"]) == 0
    assert told["postings"]
    assert paid_out(world, loan_id) == 0


def test_a_maker_is_remembered_as_they_were(world: World) -> None:
    """An approval keeps the maker's name and roles of the moment of asking."""
    lender_id, loan_id = contracted(world.jobs)
    officer = person(lender_id, "lender-officer")
    asked = pay_out(world, officer, loan_id, "2000000")
    from api.acts.approvals import kept

    pending = perform(world.jobs, lambda session: kept(session, asked.approval_id or 0))
    assert pending.maker() == replace(officer, channel="web")


def test_sums_are_read_as_people_write_them() -> None:
    """Spaces, no-break spaces, a comma and the sign of the tenge are understood."""
    asked = RepayAsked.model_validate(
        {"loan_id": 1, "amount": "1\u00a0250 000,50 ₸", "paid_on": "2019-04-15", "bank_reference": "A-1"}
    )
    assert asked.amount == Decimal("1250000.50")


def test_whatever_is_done_is_audited(world: World) -> None:
    """Done, asked for, withdrawn: each leaves its row, and what is refused or repeated leaves none."""
    lender_id, loan_id = contracted(world.jobs)
    officer = person(lender_id, "lender-officer")
    pay_out(world, officer, loan_id, "500000", "key-0001")
    pay_out(world, officer, loan_id, "500000", "key-0001")
    asked = pay_out(world, officer, loan_id, "2000000", "key-0002")
    end(world, officer, asked.approval_id or 0, "withdrawn", "wrong sum")
    with pytest.raises(Exception, match="of the agreed sum is left"):
        pay_out(world, officer, loan_id, "4000000", "key-0003")
    query = text("SELECT act FROM audit_event ORDER BY id")
    done = perform(world.jobs, lambda session: list(session.scalars(query)))
    assert done == ["loans.disburse", "loans.disburse.asked", "loans.disburse.withdrawn"]
