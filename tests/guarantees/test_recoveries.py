"""What the borrower pays after a payout is shared by the contract's formula."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from guarantees.recoveries import Received, Recovery, pass_on, recover, shares, undo
from guarantees.refusals import RecoveryRefused
from ledger.money import tenge
from lending.microcredits.positions import positions
from tests.guarantees.world import World, discrepancies, world

ON = date(2019, 9, 2)
WHOLE = {"overdue-principal": "9000000", "future-principal": "9000000"}


def paid_out(session: Session) -> tuple[World, int, int]:
    """A loan of ten million, nothing repaid, of which the guarantor paid 8.5 million."""
    own = world(session)
    loan_id, guarantee_id = own.guaranteed_loan()
    own.paid(guarantee_id, WHOLE)
    return own, loan_id, guarantee_id


def received(session: Session, guarantee_id: int, amount: str, by: str = "lender", reference: str = "R") -> Recovery:
    """Money of the borrower on `ON`."""
    return recover(session, Received(
        guarantee_id=guarantee_id, received_on=ON, received_by=by, amount=tenge(amount), bank_reference=reference,  # type: ignore[arg-type]  # one of two words
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "amount", "parts"),
    [
        ("pro-rata", 1000, (850, 150)),
        ("pro-rata", 3, (3, 0)),
        ("pro-rata", 12_000, (8500, 3500)),
        ("guarantor-first", 9000, (8500, 500)),
        ("lender-first", 2000, (500, 1500)),
    ],
)
def test_the_formulas(rule: str, amount: int, parts: tuple[int, int]) -> None:
    """With 8 500 owed to the guarantor and 1 500 to the lender; what exceeds both is the lender's, for interest."""
    assert shares(rule, amount, 8500, 1500) == parts  # type: ignore[arg-type]  # names of the rules


def test_money_at_the_lender(session: Session) -> None:
    """The guarantor's 85 % are owed by the lender until passed on, the lender's 15 % repay the loan."""
    own, loan_id, guarantee_id = paid_out(session)
    found = received(session, guarantee_id, "1000000")
    assert (found.guarantor_part, found.lender_part) == (85_000_000, 15_000_000)
    assert own.balance("recovery-receivable") == 85_000_000 == -own.balance("recovery-payable")
    assert positions(session, ON, loan_ids=[loan_id]).row(loan_id)["principal"] == 135_000_000
    assert pass_on(session, found.id, ON) == pass_on(session, found.id, ON)
    assert own.balance("recovery-receivable") == 0
    assert discrepancies(session) == []


def test_money_at_the_guarantor(session: Session) -> None:
    """He keeps his part at once, and his loss is less by it."""
    own, _, guarantee_id = paid_out(session)
    found = received(session, guarantee_id, "1000000", by="guarantor")
    assert own.balance("guarantee-loss") == 765_000_000 == own.balance("subrogated-debt")
    with pytest.raises(RecoveryRefused, match="nothing of the guarantor's"):
        pass_on(session, found.id, ON)
    assert discrepancies(session) == []


def test_a_recovery_is_undone(session: Session) -> None:
    """Both parts go back, once; what was passed on stays."""
    own, loan_id, guarantee_id = paid_out(session)
    first = received(session, guarantee_id, "1000000")
    undo(session, first.id, ON)
    assert own.balance("subrogated-debt") == 850_000_000
    assert positions(session, ON, loan_ids=[loan_id]).row(loan_id)["principal"] == 150_000_000
    with pytest.raises(RecoveryRefused, match="undone"):
        undo(session, first.id, ON)
    second = received(session, guarantee_id, "500000", reference="R-2")
    pass_on(session, second.id, ON)
    with pytest.raises(RecoveryRefused, match="passed on"):
        undo(session, second.id, ON)
    assert discrepancies(session) == []


def test_nothing_to_recover(session: Session) -> None:
    """Before a payout a payment is the lender's alone, and nothing is no recovery."""
    own = world(session)
    _, guarantee_id = own.guaranteed_loan()
    with pytest.raises(RecoveryRefused, match="owed to the guarantor"):
        received(session, guarantee_id, "1000")
    own.paid(guarantee_id, WHOLE)
    with pytest.raises(RecoveryRefused, match="above zero"):
        received(session, guarantee_id, "0")
