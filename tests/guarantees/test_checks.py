"""Whatever is put into the rows past the services is found, and named; what is there is not changed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guarantees.checks import CHECKS
from guarantees.tables import ClaimStepRow, CommissionTransferRow, GuaranteeChangeRow, RecoveryRow
from ledger.verification import verify
from tests.guarantees.test_transfers import START
from tests.guarantees.world import DEFAULTED, World, world

Forgery = Callable[[Session, World, int, int], Any]
CHANGE: dict[str, Any] = {
    "kind": "amended", "changed_on": DEFAULTED, "share": Decimal("0.85"), "amount": 850_000_000,
    "expires_on": date(2020, 1, 15), "commission": 0, "reason": "", "made_by": "forger",
}  # fmt: skip
STEP: dict[str, Any] = {"made_on": DEFAULTED, "made_by": "forger", "amount": 0, "details": {}}
SHARED: dict[str, Any] = {
    "received_on": DEFAULTED, "received_by": "lender", "amount": 1, "guarantor_part": 1, "lender_part": 0,
    "subrogated": 1, "lender_debt": 1, "bank_reference": "",
}  # fmt: skip


def change(**values: Any) -> Forgery:
    """A change of the guarantee that was never booked."""
    return lambda session, own, guarantee, claim: session.execute(
        insert(GuaranteeChangeRow).values(**(CHANGE | values), guarantee_id=guarantee)
    )


def transfer(amount: int) -> Forgery:
    """A transfer that never happened."""
    return lambda session, own, guarantee, claim: session.execute(
        insert(CommissionTransferRow).values(
            allocation_id=own.allocation, kind="remainder", paid_on=START, amount=amount, payer="", approved_by="",
            event_id=1,
        )
    )  # fmt: skip


def payout(session: Session, own: World, guarantee: int, claim: int) -> None:
    """A payout of an accepted claim that paid nobody."""
    session.execute(insert(ClaimStepRow).values(**(STEP | {"kind": "paid", "amount": 100}), claim_id=claim))


def recovery(session: Session, own: World, guarantee: int, claim: int) -> None:
    """A recovery that nobody received."""
    session.execute(insert(RecoveryRow).values(**SHARED, guarantee_id=guarantee))


@pytest.mark.parametrize(
    ("forgery", "named"),
    [
        (change(share=Decimal("0.9"), amount=900_000_000), {"guarantees-within-caps"}),
        (change(commission=1), {"commissions-booked", "commissions-of-guarantees"}),
        (change(amount=1), {"exposure-within-guarantees"}),
        (transfer(1), {"commissions-booked"}),
        (transfer(10**12), {"commissions-booked", "commissions-within-allocations"}),
        (payout, {"claims-paid-once", "claims-booked", "subrogated-debts", "exposure-within-guarantees"}),
        (recovery, {"subrogated-debts"}),
    ],
)
def test_what_is_forged_is_named(session: Session, forgery: Forgery, named: set[str]) -> None:
    """Each check finds its own kind of forgery."""
    own = world(session)
    _, guarantee_id = own.guaranteed_loan()
    claim_id = own.accepted(guarantee_id, {"overdue-principal": "1000"}, accelerated=False)
    forgery(session, own, guarantee_id, claim_id)
    assert {check.name for check, found in verify(session, CHECKS) if found} == named


@pytest.mark.parametrize(
    "table", ["guarantee", "guarantee_change", "allocation_change", "commission_transfer", "claim"]
)
def test_history_is_not_rewritten(session: Session, table: str) -> None:
    """The application may neither change nor remove a row."""
    world(session).guaranteed_loan()
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with pytest.raises(DBAPIError, match=r"permission denied|append-only"), session.begin_nested():
            session.execute(text(statement))
