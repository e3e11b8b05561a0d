"""Half of the year's commissions is transferred at its start, the rest only as contracts absorb beyond it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from guarantees.allocations import AllocationTerms, adjust, open_allocation
from guarantees.contracts import cancel
from guarantees.policy import Practice
from guarantees.refusals import (
    AllocationTaken,
    BelowCommitted,
    ProgrammeWithoutGuarantees,
    SamePerson,
    TooManyGuarantors,
    TransferRefused,
    WrongGuarantor,
)
from guarantees.standing import allocation
from guarantees.transfers import request_remainder, settle_year, transfer_first, transfer_remainder
from ledger.money import tenge
from ledger.organisations import register_organisation
from tests.guarantees.world import MILLION, World, discrepancies, world
from tests.lending.microcredits.lender import SIGNED

START, JUNE, NEXT = date(2019, 3, 4), date(2019, 6, 3), date(2020, 1, 10)


def started(session: Session, amount: str = "10000000") -> World:
    """An allocation whose first half is with the guarantor."""
    own = world(session, amount)
    transfer_first(session, own.allocation, START, approved_by="akim")
    return own


def money(own: World) -> tuple[int, int]:
    """What is with the guarantor and not absorbed, and what the akimat owes, by the ledger."""
    return own.balance("commission-advance"), -own.balance("commission-payable")


def test_the_first_half(session: Session) -> None:
    """Half of ten million goes over once, and lies ahead in both books."""
    own = started(session)
    assert money(own) == (5 * MILLION, 0)
    assert own.balance("commission-received-ahead") == -5 * MILLION
    with pytest.raises(TransferRefused, match="before"):
        transfer_first(session, own.allocation, START, approved_by="akim")


def test_the_remainder_waits_for_the_first_half(session: Session) -> None:
    """While something of the first half is unabsorbed, nothing more may be asked for."""
    own = started(session)
    own.guarantee(own.loan())
    with pytest.raises(TransferRefused, match="not absorbed"):
        request_remainder(session, own.allocation, JUNE, requested_by="officer")
    assert money(own) == (245_000_000, 0)


def test_a_contract_that_straddles_the_halves(session: Session) -> None:
    """Of the second commission of 2.55 million, 2.45 come from the first half and 0.1 are owed; the request says so."""
    own = started(session)
    _, second = (own.guarantee(own.loan()) for _ in range(2))
    assert money(own) == (0, 10_000_000)
    asked = request_remainder(session, own.allocation, JUNE, requested_by="officer")
    assert [(line.guarantee_id, line.commission, line.uncovered) for line in asked.lines] == [
        (second, 255_000_000, 10_000_000)
    ]
    assert transfer_remainder(session, asked.id, JUNE, approved_by="akim").amount == 10_000_000
    assert money(own) == (0, 0)
    assert discrepancies(session) == []


def test_two_people_move_the_remainder(session: Session) -> None:
    """Whoever asks does not approve, and a request is paid once."""
    own = started(session)
    for _ in range(2):
        own.guarantee(own.loan())
    asked = request_remainder(session, own.allocation, JUNE, requested_by="officer")
    with pytest.raises(SamePerson):
        transfer_remainder(session, asked.id, JUNE, approved_by="officer")
    transfer_remainder(session, asked.id, JUNE, approved_by="akim")
    with pytest.raises(TransferRefused, match="paid before"):
        transfer_remainder(session, asked.id, JUNE, approved_by="akim")


def test_a_cancelled_contract_takes_its_request_along(session: Session) -> None:
    """What a cancelled contract absorbed pays for the others, so that the request is justified no more."""
    own = started(session)
    first, _, _ = (own.guarantee(own.loan()) for _ in range(3))
    asked = request_remainder(session, own.allocation, JUNE, requested_by="officer")
    cancel(session, first, JUNE, made_by="officer", reason="")
    assert money(own) == (0, 10_000_000)
    with pytest.raises(TransferRefused, match="cancelled"):
        transfer_remainder(session, asked.id, JUNE, approved_by="akim")
    anew = request_remainder(session, own.allocation, JUNE, requested_by="officer")
    with pytest.raises(TransferRefused, match="replaced"):
        transfer_remainder(session, asked.id, JUNE, approved_by="akim")
    assert anew.amount == 10_000_000


def test_unused_money_goes_back(session: Session) -> None:
    """After the year what lies ahead returns to the akimat; a later cancellation returns its part too (A-47)."""
    own = started(session)
    guarantee_id = own.guarantee(own.loan())
    with pytest.raises(TransferRefused, match="not over"):
        settle_year(session, own.allocation, date(2019, 12, 31), approved_by="akim")
    back = settle_year(session, own.allocation, NEXT, approved_by="akim")
    assert back is not None
    assert (back.amount, money(own)) == (-245_000_000, (0, 0))
    cancel(session, guarantee_id, NEXT, made_by="officer", reason="")
    assert money(own) == (255_000_000, 0)
    settle_year(session, own.allocation, NEXT, approved_by="akim")
    assert money(own) == (0, 0)
    assert settle_year(session, own.allocation, NEXT, approved_by="akim") is None
    assert discrepancies(session) == []


def test_unused_money_may_be_carried_over(session: Session) -> None:
    """By another practice it starts the next year, whose first half is less by as much."""
    own = started(session)
    own.guarantee(own.loan())
    carry = Practice(income="over-term", unused="carry")
    with pytest.raises(TransferRefused, match="no allocation of the next year"):
        settle_year(session, own.allocation, NEXT, approved_by="akim", practice=carry)
    following = open_allocation(session, terms(own, number="A-2020", year=2020)).id
    settle_year(session, own.allocation, NEXT, approved_by="akim", practice=carry)
    assert transfer_first(session, following, NEXT, approved_by="akim").amount == 255_000_000
    assert (allocation(session, own.allocation).ahead, allocation(session, following).ahead) == (0, 5 * MILLION)
    assert discrepancies(session) == []


def terms(own: World, **changes: object) -> AllocationTerms:
    """Terms of another allocation of the same akimat and guarantor."""
    values: dict[str, object] = {
        "number": "A-2", "year": 2019, "akimat_id": own.ids["akimat"], "guarantor_id": own.guarantor, "edition": "746",
        "unit": "610000000", "territory": "rural", "amount": tenge(10_000_000), "agreed_on": SIGNED,
    }  # fmt: skip
    return AllocationTerms(**(values | changes))  # type: ignore[arg-type]  # values of several types by name


def test_what_an_allocation_cannot_be(session: Session) -> None:
    """One a year for two parties, with the guarantor of the place, in a programme that has guarantees."""
    own = world(session)
    with pytest.raises(AllocationTaken):
        open_allocation(session, terms(own))
    with pytest.raises(WrongGuarantor):
        open_allocation(session, terms(own, year=2020, territory="city"))
    with pytest.raises(ProgrammeWithoutGuarantees):
        open_allocation(session, terms(own, year=2020, edition="road-map"))


def test_two_guarantors_in_a_unit(session: Session) -> None:
    """A third one is refused, however it came to be called the guarantor of the place."""
    own = world(session)
    open_allocation(session, terms(own, guarantor_id=own.ids["damu"], territory="city"))
    other = register_organisation(
        session, code="DAMU", kind="operator", name_kk="", name_ru="", name_en="", opened_on=SIGNED
    )
    with pytest.raises(TooManyGuarantors, match="at most 2"):
        open_allocation(session, terms(own, guarantor_id=other.id, territory="city"))


def test_an_allocation_is_not_lowered_below_what_is_absorbed(session: Session) -> None:
    """What contracts absorbed and what was transferred stays covered; above that it may move."""
    own = world(session)
    own.guarantee(own.loan())
    assert adjust(session, own.allocation, JUNE, tenge(-7_450_000), "D-7").left == 0
    with pytest.raises(BelowCommitted):
        adjust(session, own.allocation, JUNE, tenge("-0.01"), "D-8")
