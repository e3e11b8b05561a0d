"""A restructured loan owes the same under new terms, is not overdue, and keeps its old schedule."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn, tenge
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude, loan
from lending.microcredits.refusals import (
    CapitalisationNotOffered,
    LoanNotOpen,
    NothingToRestructure,
    OutlivesFacility,
    PaymentOutOfOrder,
    RestructuringForbidden,
)
from lending.microcredits.repayments import repay
from lending.microcredits.restructuring import NewTerms, Restructured, restructure
from lending.microcredits.schedules import replay, versions
from lending.microcredits.tables import LoanDecisionRow, LoanScheduleRow
from lending.microcredits.values import Disbursal, Payment
from tests.lending.microcredits.distress import ALONE, discrepancies, row
from tests.lending.microcredits.lender import SIGNED, lender
from tests.lending.microcredits.test_repayments import APRIL, pay

TWO_YEARS = NewTerms(decision=ALONE, instalments=24)
#: Three instalments are unpaid, and half a month of the open period is over.
ON = date(2019, 6, 30)


def one(session: Session, loan_id: int, terms: NewTerms = TWO_YEARS, on: date = ON) -> Restructured:
    """One loan restructured."""
    return restructure(session, {loan_id: terms}, on)[0]


def test_nothing_is_overdue_any_more(session: Session) -> None:
    """Arrears join the new schedule; what is owed and what has accrued stays to the tiyn."""
    loan_id = lender(session).lend("1200000")
    before = row(session, loan_id, ON)
    one(session, loan_id)
    after = row(session, loan_id, ON)
    assert before["days_past_due"] == 76
    same = ("principal", "accrued_total", "interest_repaid", "principal_repaid", "open_numerator")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    gone = ("principal_due", "interest_due", "principal_overdue", "interest_overdue", "days_past_due")
    assert [after[name] for name in gone] == [0] * 5
    assert (after["restructured_on"], after["next_due_on"]) == (ON, date(2019, 7, 30))


def test_the_new_schedule_asks_for_everything(session: Session) -> None:
    """Paid instalment by instalment, the loan is repaid: principal, interest put off, and interest earned."""
    own = lender(session)
    loan_id = own.lend("1200000")
    plan = one(session, loan_id).plan
    payments = [
        Payment(loan_id=loan_id, paid_on=due, amount=from_tiyn(principal + interest))
        for due, principal, interest in zip(plan.due_on, plan.principal, plan.interest, strict=True)
    ]
    done = repay(session, payments)
    assert [each.overpayment for each in done] == [0] * 24
    assert loan(session, loan_id).status == "repaid"
    assert discrepancies(session) == []


def test_a_missed_new_instalment_is_overdue(session: Session) -> None:
    """Days past due count from the new dates, and the interest put off falls due in equal parts."""
    loan_id = lender(session).lend("1200000")
    plan = one(session, loan_id).plan
    later = row(session, loan_id, date(2019, 8, 5))
    assert later["days_past_due"] == 6
    assert (later["principal_overdue"], later["interest_overdue"]) == (plan.principal[0], plan.interest[0])
    assert plan.opening.deferred == 1_800_000
    month_and_a_half = 120_000_000 * 6 // 100 * 45 // 360
    assert plan.interest[0] == month_and_a_half + 1_800_000 // 24


def test_the_old_schedule_is_kept(session: Session) -> None:
    """The signed version stays; the new one says why, from when, and by whose decision."""
    loan_id = lender(session).lend("1200000")
    pay(session, loan_id, APRIL, "106000")
    plan = one(session, loan_id).plan
    signed, new = versions(session, [loan_id])[loan_id]
    assert len(signed.due_on) == 12
    assert (new.reason, new.valid_from, new.principal_before, new.lent) == ("restructured", ON, 10_000_000, 120_000_000)
    assert replay(loan(session, loan_id).contract, [signed, new]).plan == plan
    decision = session.scalars(select(LoanDecisionRow).where(LoanDecisionRow.loan_id == loan_id)).one()
    assert (decision.kind, decision.decided_by, decision.reason) == ("restructuring", ALONE.by, ALONE.reason)


def test_the_effective_rate_is_of_what_remains(session: Session) -> None:
    """It is worked out from the debt of the day and the new payments."""
    loan_id = lender(session).lend("1200000")
    plan = one(session, loan_id, replace(TWO_YEARS, annual_rate=Decimal("0.03"))).plan
    query = select(LoanScheduleRow).where(LoanScheduleRow.loan_id == loan_id, LoanScheduleRow.version == 2)
    stored = session.scalars(query).one()
    assert stored.effective_rate == round(plan.effective_rate, 8)
    assert Decimal("0.028") < plan.effective_rate < Decimal("0.0305")
    assert row(session, loan_id, ON)["rate"] == 30_000


def test_life_goes_on(session: Session) -> None:
    """After a grace a restructured loan is prepaid, and restructured again, and every check holds."""
    loan_id = lender(session).lend("1200000")
    one(session, loan_id, replace(TWO_YEARS, principal_grace=3, interest_grace=2))
    pay(session, loan_id, date(2019, 11, 12), "300000", "prepay-lower")
    one(session, loan_id, replace(TWO_YEARS, method="annuity"), date(2020, 1, 20))
    pay(session, loan_id, date(2020, 3, 1), "1300000", "settle")
    assert [each.reason for each in versions(session, [loan_id])[loan_id]][1:] == [
        "restructured", "prepay-lower", "restructured",
    ]  # fmt: skip
    assert discrepancies(session) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"annual_rate": Decimal("0.061")}, "746-LN-10"),
        ({"instalments": 82}, "746-LN-08"),
        ({"instalments": 24, "principal_grace": 10}, "746-LN-13"),
        ({"instalments": 24, "interest_grace": 10}, "746-LN-13"),
    ],
)
def test_the_rules_hold_for_the_new_terms(session: Session, changes: dict[str, object], rule: str) -> None:
    """Rate, whole term and graces stay within the edition of the contract; the refusal cites the rule."""
    loan_id = lender(session).lend("1200000")
    with pytest.raises(RestructuringForbidden, match=rule):
        one(session, loan_id, replace(TWO_YEARS, **changes))  # type: ignore[arg-type]


def test_terms_at_the_limit_are_allowed(session: Session) -> None:
    """Eighty-four months in all, and nine months of grace of twenty-seven and a half, are within."""
    own = lender(session)
    first, second = own.lend("1200000"), own.lend("1200000")
    assert one(session, first, replace(TWO_YEARS, instalments=80)).findings == ()
    assert one(session, second, replace(TWO_YEARS, principal_grace=9)).findings == ()


def test_it_ends_with_its_money(session: Session) -> None:
    """A loan lent late out of an agreement is not stretched beyond it (A-25), unless its maturity is free."""
    lent, late = date(2020, 3, 15), date(2020, 6, 30)
    loan_id = lender(session).lend("1200000", signed_on=lent, disburse_on=lent)
    stretched = {loan_id: replace(TWO_YEARS, instalments=70)}
    with pytest.raises(OutlivesFacility, match="A-25"):
        restructure(session, stretched, late)
    assert restructure(session, stretched, late, maturity="free")


def test_what_stands_against_it(session: Session) -> None:
    """Interest is not added to principal; days go forward; a settled or unknown loan has nothing to restructure."""
    own = lender(session)
    loan_id, settled = own.lend("1200000"), own.lend("1200000")
    with pytest.raises(CapitalisationNotOffered):
        one(session, loan_id, replace(TWO_YEARS, interest_grace=2, interest_grace_treatment="capitalise"))
    pay(session, loan_id, date(2019, 7, 1), "1000")
    with pytest.raises(PaymentOutOfOrder):
        one(session, loan_id)
    one(session, loan_id, on=date(2019, 7, 2))
    with pytest.raises(PaymentOutOfOrder):
        pay(session, loan_id, date(2019, 7, 1), "1000")
    pay(session, settled, APRIL, "1206000", "settle")
    with pytest.raises(LoanNotOpen):
        one(session, settled)
    with pytest.raises(NotFound):
        one(session, 0)


def test_a_loan_without_principal_has_nothing_to_restructure(session: Session) -> None:
    """A first tranche repaid whole leaves an active loan that owes nothing."""
    own = lender(session)
    [loan_id] = conclude(session, [own.contract("1200000")])
    disburse(session, [Disbursal(loan_id, tenge("600000"), SIGNED)])
    pay(session, loan_id, date(2021, 1, 1), "800000")
    with pytest.raises(NothingToRestructure):
        one(session, loan_id, on=date(2021, 1, 2))
