"""A claim is paid once, what two people approved, and lowers the loan it was paid for."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from guarantees.claims import add_document, approve, ask_document, calculation, present, refuse, state_of, withdraw
from guarantees.payouts import pay, undo
from guarantees.policy import default_conditions
from guarantees.recoveries import Received, recover
from guarantees.refusals import (
    ClaimChanged,
    ClaimNotOpen,
    DocumentsMissing,
    GuaranteeNotOpen,
    NothingPayable,
    NotInDefault,
    PayoutStands,
    SamePerson,
)
from ledger.money import tenge
from lending.loan_months import close_loans
from lending.microcredits.loans import loan
from lending.microcredits.positions import positions
from lending.provisions import default_matrix
from tests.guarantees.world import DEFAULTED, World, discrepancies, world

#: Ten million in ten parts, of which the borrower paid one: nine million are outstanding, three of them overdue.
WHOLE = {"overdue-principal": "2550000", "future-principal": "5100000"}
LATER = date(2019, 8, 20)


def defaulted(session: Session) -> tuple[World, int, int]:
    """A loan of which only the first instalment was paid, and its guarantee of 85 %."""
    own = world(session)
    loan_id, guarantee_id = own.guaranteed_loan()
    own.repay(loan_id, "1050000", date(2019, 4, 15))
    return own, loan_id, guarantee_id


def test_what_is_payable_is_computed_from_the_loan(session: Session) -> None:
    """85 % of nine million outstanding; interest claimed on top is not covered and the lines say so."""
    own, _, guarantee_id = defaulted(session)
    claim_id = present(session, own.demand(guarantee_id, WHOLE | {"interest": "135000"}))
    found = calculation(session, claim_id, DEFAULTED)
    assert (found.payable, found.days_past_due, found.disbursed - found.repaid) == (765_000_000, 91, 900_000_000)
    assert [(line.payable, line.difference, line.reason) for line in found.lines] == [
        (255_000_000, 0, "agrees"), (510_000_000, 0, "agrees"), (0, 13_500_000, "not-covered"), (0, 0, "agrees"),
    ]  # fmt: skip


def test_a_payout_in_the_books(session: Session) -> None:
    """The debt passes to the guarantor, the loan keeps the lender's own part, the principal is back in the lots."""
    own, loan_id, guarantee_id = defaulted(session)
    before = own.balance("programme-cash")
    own.paid(guarantee_id, WHOLE)
    name = f"guarantee:{guarantee_id}"
    assert own.balance("subrogated-debt", name) == 765_000_000 == own.balance("guarantee-loss", name)
    assert positions(session, DEFAULTED, loan_ids=[loan_id]).row(loan_id)["principal"] == 135_000_000
    assert own.balance("programme-cash") - before == 765_000_000
    assert (own.balance("guarantee-issued", name), own.balance("claim-payable")) == (0, 0)
    assert discrepancies(session) == []


def test_paying_twice_gives_the_same_receipt(session: Session) -> None:
    """The second order to pay moves nothing."""
    own, _, guarantee_id = defaulted(session)
    paid = own.paid(guarantee_id, WHOLE)
    before = own.balance("cash")
    assert pay(session, paid.claim_id, LATER, made_by="another") == paid
    assert own.balance("cash") == before


def test_interest_may_be_covered(session: Session) -> None:
    """Where the contract covers interest, its share repays interest, not principal."""
    own = world(session)
    terms = replace(default_conditions(), covers=("principal", "interest"))
    loan_id, guarantee_id = own.guaranteed_loan(conditions=terms)
    paid = own.paid(guarantee_id, {"overdue-principal": "3400000", "interest": "500000"}, accelerated=False)
    row = positions(session, DEFAULTED, loan_ids=[loan_id]).row(loan_id)
    assert (row["principal_repaid"], row["interest_repaid"]) == (340_000_000, 17_000_000)
    assert paid.amount == 357_000_000
    undo(session, paid.claim_id, DEFAULTED, "", made_by="chief")
    assert discrepancies(session) == []


def test_covered_interest_is_undone_on_a_later_day(session: Session) -> None:
    """Undone after months were closed, the loan owes interest and principal again, and a close accrues it once."""
    own = world(session)
    terms = replace(default_conditions(), covers=("principal", "interest"))
    loan_id, guarantee_id = own.guaranteed_loan(conditions=terms)
    twin, _ = own.guaranteed_loan(conditions=terms)
    paid = own.paid(guarantee_id, {"overdue-principal": "3400000", "interest": "500000"}, accelerated=False)
    on = date(2019, 9, 20)
    for month in (date(2019, 7, 1), date(2019, 8, 1)):
        close_month(own, month, loan_id)
    undo(session, paid.claim_id, on, "paid for the wrong loan", made_by="chief")
    close_month(own, date(2019, 9, 1), loan_id)
    end, after = date(2019, 9, 30), date(2019, 10, 1)
    rows = [positions(session, end, accrue_to=after, loan_ids=[each]).row(each) for each in (loan_id, twin)]
    for name in ("principal", "principal_repaid", "interest_repaid", "principal_overdue", "days_past_due"):
        assert rows[0][name] == rows[1][name]
    assert rows[0]["accrued_total"] == rows[0]["accrued_posted"] < rows[1]["accrued_total"]
    assert discrepancies(session) == []


def close_month(own: World, month: date, loan_id: int) -> None:
    """Close a month of the lender's loan."""
    lender_id = loan(own.session, loan_id).contract.lender_id
    close_loans(own.session, 1, month, [lender_id], [loan_id], default_matrix())


def test_part_by_part_is_no_more_than_at_once(session: Session) -> None:
    """Overdue principal claimed first and the rest later pays the same 85 % of nine million."""
    own, _, guarantee_id = defaulted(session)
    first = own.paid(guarantee_id, {"overdue-principal": "3000000"}, accelerated=False)
    second = own.paid(guarantee_id, {"overdue-principal": "9000000", "future-principal": "9000000"}, presented_on=LATER)
    assert (first.amount, first.amount + second.amount) == (255_000_000, 765_000_000)
    assert discrepancies(session) == []


def test_two_people_approve(session: Session) -> None:
    """Not the presenter, and not one person twice; after the first approval the claim is not payable yet."""
    own, _, guarantee_id = defaulted(session)
    claim_id = present(session, own.demand(guarantee_id, WHOLE))
    with pytest.raises(SamePerson):
        approve(session, claim_id, DEFAULTED, made_by="lender")
    approve(session, claim_id, DEFAULTED, made_by="first")
    with pytest.raises(SamePerson):
        approve(session, claim_id, DEFAULTED, made_by="first")
    with pytest.raises(ClaimNotOpen, match="accepted"):
        pay(session, claim_id, DEFAULTED, made_by="cashier")
    approve(session, claim_id, DEFAULTED, made_by="second")
    assert (state_of(session, claim_id), own.balance("claim-receivable")) == ("accepted", 765_000_000)


def test_documents_come_first(session: Session) -> None:
    """A claim without its documents is asked for them, and approved when they are there."""
    own, _, guarantee_id = defaulted(session)
    claim_id = present(session, own.demand(guarantee_id, WHOLE, documents={"loan-contract": "L-1"}))
    with pytest.raises(DocumentsMissing, match="demand-to-borrower, debt-calculation"):
        approve(session, claim_id, DEFAULTED, made_by="first")
    ask_document(session, claim_id, DEFAULTED, "debt-calculation", made_by="first")
    for kind in ("demand-to-borrower", "debt-calculation"):
        add_document(session, claim_id, LATER, kind, "1", made_by="lender")
    assert approve(session, claim_id, LATER, made_by="first").payable == 765_000_000


def test_a_payment_in_between_stops_the_payout(session: Session) -> None:
    """The borrower pays after the claim was accepted: what was approved is not owed any more."""
    own, loan_id, guarantee_id = defaulted(session)
    claim_id = own.accepted(guarantee_id, WHOLE)
    own.repay(loan_id, "1000000", LATER)
    with pytest.raises(ClaimChanged, match=r"7650000\.00 tenge were approved, 6800000\.00 are payable"):
        pay(session, claim_id, LATER, made_by="cashier")
    withdraw(session, claim_id, LATER, "the borrower paid", made_by="lender")
    assert own.balance("guarantee-loss") == 0
    assert discrepancies(session) == []


def test_too_early_and_too_late(session: Session) -> None:
    """A claim needs its days in arrears, and the guarantee to be still open for claims."""
    own, _, guarantee_id = defaulted(session)
    with pytest.raises(NotInDefault, match="at least 90 days"):
        present(session, own.demand(guarantee_id, WHOLE, presented_on=date(2019, 8, 12)))
    with pytest.raises(GuaranteeNotOpen, match="2020-07-13"):
        present(session, own.demand(guarantee_id, WHOLE, presented_on=date(2020, 7, 14)))


def test_a_refused_claim(session: Session) -> None:
    """It is over, and another may be presented; two at once may not."""
    own, _, guarantee_id = defaulted(session)
    claim_id = present(session, own.demand(guarantee_id, WHOLE))
    with pytest.raises(ClaimNotOpen, match="under way"):
        present(session, own.demand(guarantee_id, WHOLE))
    refuse(session, claim_id, LATER, "not what was agreed", made_by="first")
    with pytest.raises(ClaimNotOpen):
        approve(session, claim_id, LATER, made_by="first")
    assert present(session, own.demand(guarantee_id, WHOLE))


def test_nothing_is_payable_on_what_is_not_covered(session: Session) -> None:
    """A claim of interest alone is to be refused, not approved over nothing."""
    own, _, guarantee_id = defaulted(session)
    claim_id = present(session, own.demand(guarantee_id, {"interest": "1000"}))
    with pytest.raises(NothingPayable):
        approve(session, claim_id, DEFAULTED, made_by="first")


def test_a_mistaken_payout_is_undone(session: Session) -> None:
    """Loan, lots, risk and both books are what they were, and a new claim pays the right sum."""
    own, _, guarantee_id = defaulted(session)
    accounts = ("loan-principal", "programme-cash", "guarantee-issued", "claim-payable", "guarantee-loss", "cash")
    before = [own.balance(each) for each in accounts]
    paid = own.paid(guarantee_id, WHOLE)
    undo(session, paid.claim_id, LATER, "paid for the wrong loan", made_by="chief")
    assert [own.balance(each) for each in accounts] == before
    with pytest.raises(PayoutStands):
        undo(session, paid.claim_id, LATER, "again", made_by="chief")
    anew = own.paid(guarantee_id, {"overdue-principal": "3400000", "future-principal": "4250000"}, presented_on=LATER)
    assert anew.amount == 765_000_000
    assert discrepancies(session) == []


def test_what_was_recovered_is_undone_first(session: Session) -> None:
    """A payout of which something came back stands."""
    own, _, guarantee_id = defaulted(session)
    paid = own.paid(guarantee_id, WHOLE)
    recover(session, Received(
        guarantee_id=guarantee_id, received_on=LATER, received_by="guarantor", amount=tenge(1000), bank_reference="1"
    ))  # fmt: skip
    with pytest.raises(PayoutStands, match="recovered"):
        undo(session, paid.claim_id, LATER, "", made_by="chief")
