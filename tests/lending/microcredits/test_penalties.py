"""Being late costs what the contract says, day by day, within the caps, and only where it may be charged at all."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from lending.microcredits.histories import RATE_DENOMINATOR
from lending.microcredits.loans import conclude, loan
from lending.microcredits.penalties import Late, caps, charged, refusal, year_of
from lending.microcredits.refusals import BreachChargeNotAgreed, PenaltyAboveCap
from lending.microcredits.values import Approval, PenaltyTerms
from lending.programmes.editions import edition
from tests.lending.microcredits.distress import PENALTY, discrepancies, row
from tests.lending.microcredits.lender import SIGNED, contract, lender
from tests.lending.microcredits.test_repayments import APRIL, pay

DAY = timedelta(days=1)


def test_a_day_late_costs_a_day(session: Session) -> None:
    """Nothing on the due date; from the next day on a tenth of a per cent of what is overdue, each day."""
    loan_id = lender(session).lend("1200000", penalty=PENALTY)
    instalment = 10_000_000 + 600_000
    costs = [row(session, loan_id, APRIL + days * DAY)["penalty"] for days in (0, 1, 2, 30)]
    assert costs == [0, instalment // 1000, 2 * instalment // 1000, 30 * instalment // 1000]


def test_a_payment_ends_it(session: Session) -> None:
    """The day of payment is the last that costs; what is paid comes out of the waterfall's part."""
    own = lender(session)
    loan_id = own.lend("1200000", penalty=PENALTY)
    paid = pay(session, loan_id, APRIL + 10 * DAY, "107060")
    assert (paid.penalty, paid.principal, paid.interest) == (106_000, 10_000_000, 600_000)
    assert row(session, loan_id, APRIL + 29 * DAY)["penalty"] == 0
    assert balance_tiyn(session, "penalty-income", book=own.id, effective_on=APRIL + 10 * DAY) == -106_000
    assert discrepancies(session) == []


def test_after_ninety_days_it_costs_less(session: Session) -> None:
    """The ninety-first day past due of the oldest instalment costs the later share of everything overdue."""
    loan_id = lender(session).lend("1200000", penalty=PENALTY)
    on = APRIL + 90 * DAY
    before, last, later = (row(session, loan_id, on + days * DAY) for days in (-1, 0, 1))
    overdue = last["principal_overdue"] + last["interest_overdue"]
    assert last["penalty"] - before["penalty"] == overdue * 1 // 1000
    due_by_then = later["principal_overdue"] + later["interest_overdue"]
    assert later["penalty"] - last["penalty"] == int(due_by_then * Fraction("0.000025") + Fraction(1, 2))


def test_a_year_costs_no_more_than_its_share(session: Session) -> None:
    """A tenth of the loan is the most of a year; the next year of the loan begins anew."""
    terms = replace(PENALTY, rate=Decimal("0.005"), rate_after=Decimal("0.0003"))
    loan_id = lender(session).lend("1200000", penalty=terms)
    year_end = date(2020, 3, 14)
    assert row(session, loan_id, year_end)["penalty"] == 12_000_000
    assert row(session, loan_id, year_end + DAY)["penalty"] == 12_000_000 + 116_600_000 * 3 // 10_000
    assert row(session, loan_id, year_end + DAY)["penalty_in_year"] < 40_000


def test_without_a_clause_nothing_is_charged(session: Session) -> None:
    """A contract that is silent costs nothing, however late."""
    assert row(session, lender(session).lend("1200000"), date(2020, 1, 1))["penalty"] == 0


def test_the_clause_is_kept(session: Session) -> None:
    """What was agreed, and the agreement to it, is read back as signed."""
    own = lender(session)
    signed = own.contract("1200000", penalty=PENALTY)
    [loan_id] = conclude(session, [signed])
    assert loan(session, loan_id).contract.penalty == PENALTY


@given(
    st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 200), st.booleans()), min_size=1, max_size=60),
    st.integers(0, 5000), st.integers(0, 300), st.integers(0, 10**12), st.integers(0, 10**11),
)  # fmt: skip
def test_each_day_is_rounded_and_capped_by_itself(
    days: list[tuple[int, int, bool]], rate: int, rate_after: int, ceiling: int, spent: int
) -> None:
    """The columns give what a loop over days in fractions gives."""
    overdue, late, new_year = (np.array([column]) for column in zip(*days, strict=True))
    one = {"rate": rate, "rate_after": rate_after, "ceiling": ceiling, "in_year": spent}
    found = charged(Late(
        **{name: np.array([value]) for name, value in one.items()}, first_days=90, overdue=overdue, days_late=late,
        new_year=new_year,
    ))  # fmt: skip
    total, in_year = 0, spent
    for sum_overdue, days_late, begins in days:
        in_year = 0 if begins else in_year
        share = Fraction(rate if days_late <= 90 else rate_after, RATE_DENOMINATOR)
        cost = max(0, min(int(sum_overdue * share + Fraction(1, 2)), ceiling - in_year))
        total, in_year = total + cost, in_year + cost
    assert [each.tolist() for each in found] == [[total], [in_year]]


def test_years_are_the_loans_own() -> None:
    """A year of a loan begins on the day of its first disbursement; of 29 February, on 1 March."""
    start = np.datetime64("2020-02-29").astype(int)
    days = np.array(["2021-02-28", "2021-03-01", "2024-02-28", "2024-02-29"], "datetime64[D]").astype(int)
    assert year_of(np.full(4, start), days).tolist() == [0, 1, 3, 4]


NO_APPROVAL = replace(PENALTY, approval=None)
LATE_APPROVAL = replace(PENALTY, approval=Approval("1", SIGNED + DAY, Decimal(1)))
SMALL_APPROVAL = replace(PENALTY, approval=Approval("1", SIGNED, Decimal("0.0009")))


@pytest.mark.parametrize("penalty", [NO_APPROVAL, LATE_APPROVAL, SMALL_APPROVAL], ids=["none", "late", "small"])
@pytest.mark.parametrize(("law", "rule"), [("919", "919-PN-01"), ("746", "746-PN-02")])
def test_a_breach_charge_is_agreed_before(penalty: PenaltyTerms, law: str, rule: str) -> None:
    """Where a programme forbids fees, a charge needs an agreement from before the contract, and of its size."""
    signed = contract("1200000", lender_id=1, facility_id=1, penalty=penalty)
    error = refusal(signed, edition(law), "mfo", caps())
    assert isinstance(error, BreachChargeNotAgreed)
    assert error.rule == rule


@pytest.mark.parametrize(("law", "kind"), [("746", "ffsa"), ("919", "ffsa"), ("road-map", "mfo")])
def test_who_needs_no_agreement(law: str, kind: str) -> None:
    """The fund for financial support of agriculture agrees with nobody, and the Road Map forbids no fees."""
    signed = contract("1200000", lender_id=1, facility_id=1, penalty=NO_APPROVAL)
    assert refusal(signed, edition(law), kind, caps()) is None


@pytest.mark.parametrize("share", ["-0.001", "0.0050001"])
def test_caps_hold_for_contracts(session: Session, share: str) -> None:
    """A contract may not charge more a day than the cap, nor less than nothing."""
    own = lender(session)
    with pytest.raises(PenaltyAboveCap):
        conclude(session, [own.contract("1200000", penalty=replace(PENALTY, rate=Decimal(share)))])
