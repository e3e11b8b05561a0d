"""Contracts are concluded whole or not at all, and come back as they were signed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import tenge
from lending.amortisation.refusals import BadTerms
from lending.microcredits.loans import conclude, drafts, loan
from lending.microcredits.refusals import (
    CapitalisationNotOffered,
    ContractTaken,
    DatesOutOfOrder,
    FacilityOfAnother,
    NotACreditor,
    OutlivesFacility,
)
from lending.microcredits.tables import BorrowerRow, LoanRow, LoanScheduleRow
from lending.microcredits.waterfall import DEFAULT_ORDER, BadWaterfall
from tests.lending.microcredits.lender import lender


def test_a_contract_comes_back_as_signed(session: Session) -> None:
    """What was concluded is what is read back, under the edition of its facility."""
    signed = lender(session).contract(
        details={"guarantee_share": "0.85"},
        kato="111010000",
        first_due_on=date(2019, 5, 1),
        waterfall=DEFAULT_ORDER[::-1],
    )
    [loan_id] = conclude(session, [signed])
    found = loan(session, (signed.lender_id, signed.number))
    assert (found.id, found.contract, found.edition, found.status) == (loan_id, signed, "746", "contracted")


def test_the_signed_schedule_is_version_one(session: Session) -> None:
    """The schedule is stored to the tiyn, with the effective rate printed in the contract."""
    [loan_id] = conclude(session, [lender(session).contract("1200000", method="annuity")])
    row = session.get_one(LoanScheduleRow, (loan_id, 1))
    assert (row.reason, sum(row.principal), len(row.due_on), row.deferred) == ("signed", 120_000_000, 12, [0] * 12)
    assert row.effective_rate.quantize(Decimal("0.001")) == Decimal("0.061")


def test_deferred_interest_runs_down_to_nothing(session: Session) -> None:
    """Interest put off by a grace is told after each instalment: it grows through the grace and is spread after."""
    signed = lender(session).contract("1200000", interest_grace=3, principal_grace=3)
    [loan_id] = conclude(session, [signed])
    deferred = session.get_one(LoanScheduleRow, (loan_id, 1)).deferred
    assert deferred[:4] == [600_000, 1_200_000, 1_800_000, 1_600_000]
    assert deferred[-1] == 0


def test_a_batch_of_many_is_one(session: Session) -> None:
    """Ids come back in the order of the contracts, and a borrower of two loans is stored once."""
    own = lender(session)
    first = own.contract()
    batch = [first, replace(own.contract(), borrower=replace(first.borrower, name="Newest name")), own.contract()]
    ids = conclude(session, batch)
    numbers = dict(list(session.execute(select(LoanRow.id, LoanRow.contract_number))))
    assert [numbers[each] for each in ids] == [contract.number for contract in batch]
    assert session.scalar(select(BorrowerRow.name).where(BorrowerRow.id_number == str(first.borrower.id_number))) == (
        "Newest name"
    )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"disburse_on": date(2019, 3, 14)}, DatesOutOfOrder),
        ({"first_due_on": date(2019, 3, 15)}, BadTerms),
        ({"instalments": 85}, OutlivesFacility),
        ({"interest_grace": 2, "interest_grace_treatment": "capitalise"}, CapitalisationNotOffered),
        ({"facility_id": 0}, NotFound),
        ({"lender_id": 0}, FacilityOfAnother),
        ({"annual_rate": Decimal(-1)}, BadTerms),
        ({"waterfall": ("penalty",)}, BadWaterfall),
    ],
)
def test_what_cannot_be_concluded(session: Session, change: dict[str, Any], error: type[Exception]) -> None:
    """Each thing wrong with a contract has a refusal of its own."""
    with pytest.raises(error):
        conclude(session, [lender(session).contract(**change)])


def test_every_obstacle_of_a_batch_is_found(session: Session) -> None:
    """All that stands against all contracts is told at once, by place, and nothing is written."""
    own = lender(session)
    good = own.contract()
    bad = [own.contract(instalments=85), good, replace(good, amount=tenge(-5)), good]
    drafted, obstacles = drafts(session, [good, *bad])
    assert [(each.place, type(each.error).__name__) for each in obstacles] == [
        (1, "OutlivesFacility"), (2, "ContractTaken"), (3, "ContractTaken"), (3, "AmountNotPositive"),
        (4, "ContractTaken"),
    ]  # fmt: skip
    assert [draft.contract for draft in drafted] == [good]
    assert session.scalar(select(func.count()).select_from(LoanRow)) == 0


def test_a_number_is_used_once_a_day(session: Session) -> None:
    """The same number on the same date is refused, on another date it is another contract."""
    signed = lender(session).contract()
    conclude(session, [signed, replace(signed, signed_on=date(2019, 3, 14))])
    with pytest.raises(ContractTaken, match=signed.number):
        conclude(session, [signed])


def test_fresh_money_may_outlive_its_facility_if_so_set(session: Session) -> None:
    """The reading of A-25 is a choice: without it a long loan is concluded."""
    assert conclude(session, [lender(session).contract(instalments=85)], maturity="free")


@pytest.mark.parametrize(("edition", "fits"), [("746", False), ("919", False), ("road-map", True)])
def test_operators_lend_to_people_in_the_road_map_only(session: Session, edition: str, *, fits: bool) -> None:
    """ACC funds lenders by 746 and 919 (746-CR-06, 919-PA-03), and lends itself by the Road Map (RM-PA-02)."""
    own = lender(session, edition=edition, kind="operator")
    if fits:
        assert conclude(session, [own.contract()])
    else:
        with pytest.raises(NotACreditor, match="746-CR-06" if edition == "746" else "919-PA-03"):
            conclude(session, [own.contract()])
