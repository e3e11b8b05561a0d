"""Money leaves lots, oldest first, and the loan's schedule follows the money."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.money import tenge
from lending.chain.refusals import NotEnoughMoney
from lending.chain.tables import LotRow
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude, loan
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder, MoreThanAgreed, OutlivesFacility
from lending.microcredits.repayments import repay
from lending.microcredits.schedules import replay, versions
from lending.microcredits.values import Disbursal, Payment
from tests.lending.microcredits.lender import SIGNED, fund, lender


def test_paid_out_as_signed(session: Session) -> None:
    """The principal is the borrower's debt, the lot is less by it, and the signed schedule stays."""
    own = lender(session, "5000000")
    loan_id = own.lend("3000000")
    assert balance_tiyn(session, "loan-principal", subject=f"loan:{loan_id}", effective_on=SIGNED) == 300_000_000
    assert balance_tiyn(session, "programme-cash", book=own.id, effective_on=SIGNED) == 200_000_000
    assert loan(session, loan_id).status == "active"
    assert len(versions(session, [loan_id])[loan_id]) == 1


def test_the_oldest_money_goes_first(session: Session) -> None:
    """A loan that one lot cannot pay takes the rest from the next."""
    own = lender(session, "1000000")
    second = fund(own, "5000000", SIGNED)
    [loan_id] = conclude(session, [own.contract("3000000")])
    [paid] = disburse(session, [Disbursal(loan_id, tenge(3_000_000), SIGNED)])
    assert paid.from_lots == {min(paid.from_lots): 100_000_000, second: 200_000_000}


def test_tranches_make_versions(session: Session) -> None:
    """A part paid out later than signed, and a further one, each give a schedule over what is out."""
    [loan_id] = conclude(session, [lender(session).contract("1200000")])
    disburse(session, [Disbursal(loan_id, tenge(600_000), date(2019, 3, 20))])
    disburse(session, [Disbursal(loan_id, tenge(600_000), date(2019, 5, 25))])
    _, first, second = history = versions(session, [loan_id])[loan_id]
    assert (first.reason, first.principal[0], first.due_on[0]) == ("disbursed", 5_000_000, date(2019, 4, 20))
    assert (second.reason, second.principal_before, second.due_on[0]) == ("tranche", 10_000_000, date(2019, 6, 20))
    assert second.lent == 120_000_000
    assert replay(loan(session, loan_id).contract, history).plan.principal == second.principal


def test_tranches_of_one_batch_are_those_of_two(session: Session) -> None:
    """Two tranches in one call leave the versions that two calls leave."""
    own = lender(session)
    ids = conclude(session, [own.contract("1200000"), own.contract("1200000")])
    tranches = [[Disbursal(loan_id, tenge(600_000), date(2019, month, 20)) for month in (3, 5)] for loan_id in ids]
    disburse(session, tranches[0])
    for tranche in tranches[1]:
        disburse(session, [tranche])
    one, other = (versions(session, ids)[loan_id] for loan_id in ids)
    assert [(v.due_on, v.principal, v.principal_before) for v in one] == [
        (v.due_on, v.principal, v.principal_before) for v in other
    ]


@pytest.mark.parametrize(
    ("amount", "on", "error"),
    [
        ("1200000.01", SIGNED, MoreThanAgreed),
        ("0", SIGNED, AmountNotPositive),
        ("1200000", date(2019, 3, 14), DatesOutOfOrder),
    ],
)
def test_what_cannot_be_paid_out(session: Session, amount: str, on: date, error: type[Exception]) -> None:
    """More than agreed, nothing, or before the contract: refused."""
    [loan_id] = conclude(session, [lender(session).contract("1200000")])
    with pytest.raises(error):
        disburse(session, [Disbursal(loan_id, tenge(amount), on)])


def test_parts_may_not_pass_the_whole(session: Session) -> None:
    """Two tranches of one batch are held to the agreed sum together."""
    [loan_id] = conclude(session, [lender(session).contract("1200000")])
    with pytest.raises(MoreThanAgreed, match="500000"):
        disburse(session, [Disbursal(loan_id, tenge(700_000), SIGNED), Disbursal(loan_id, tenge(700_000), SIGNED)])


def test_lots_without_money(session: Session) -> None:
    """A loan larger than what the lots hold is refused, and says what they hold."""
    own = lender(session, "1000000")
    with pytest.raises(NotEnoughMoney, match=r"1,000,000\.00"):
        own.lend("1000000.01")


def test_relent_money_ends_with_its_agreement(session: Session) -> None:
    """Money that came back is lent again only until the agreement ends (746-RV-03), even where fresh money may stay."""
    own = lender(session, "1200000")
    returned = own.lend("1200000")
    settled = Payment(loan_id=returned, paid_on=date(2019, 4, 15), amount=tenge(1_206_000), intent="settle")
    repay(session, [settled])
    [loan_id] = conclude(session, [own.contract("1200000", instalments=85)], maturity="free")
    with pytest.raises(OutlivesFacility, match="746-RV-03"):
        disburse(session, [Disbursal(loan_id, tenge(1_200_000), date(2019, 4, 16))])


def test_what_was_lent_again_is_told_by_its_lot(session: Session) -> None:
    """Principal repaid in a year goes to the next borrower as money of its second turn."""
    own = lender(session, "1200000")
    settled = Payment(loan_id=own.lend("1200000"), paid_on=date(2019, 4, 15), amount=tenge(1_206_000), intent="settle")
    repay(session, [settled])
    [loan_id] = conclude(session, [own.contract("500000")])
    [paid] = disburse(session, [Disbursal(loan_id, tenge(500_000), date(2019, 4, 16))])
    [lot_id] = paid.from_lots
    lot = session.get_one(LotRow, lot_id)
    assert (lot.kind, lot.turn, lot.financial_year) == ("returned", 2, 2019)
