"""A fifth of an agreement stays within reach of start-ups: measured, foreseen, and enforced with the clause."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.organisations import register_organisation
from lending.applications.applications import advance
from lending.applications.refusals import RuleForbids
from lending.applications.shares import forecasts, months, shares
from lending.chain.drawdown import draw
from lending.chain.facilities import FacilityTerms, open_facility
from lending.microcredits.repayments import repay
from lending.microcredits.values import Payment
from tests.lending.applications.path import APPLIED, OPENED, SIGNED, Lending, deed, lending, sign, walk
from tests.lending.chain.world import Z

MILLION = 100_000_000  # tiyn


def test_a_share_is_measured_by_sum(session: Session) -> None:
    """Of ten million agreed two are owed; three went to a start-up and three to another, five may go to others yet."""
    own = lending(session, 10_000_000)
    own.paid_out(start_up=True)
    own.paid_out()
    found = shares(session)[own.facility_id]
    assert (found.required, found.start_ups, found.others) == (2 * MILLION, 3 * MILLION, 3 * MILLION)
    assert (found.room, found.missing) == (5 * MILLION, 0)


def test_a_budget_credit_owes_no_share(session: Session) -> None:
    """The duty is the creditor's, not the akimat's."""
    own = lending(session)
    assert set(shares(session)) == {own.facility_id}


def test_the_last_fifth_is_for_start_ups(session: Session) -> None:
    """Of 3.75 million others may have 3 and not a tenge more; a start-up may have it."""
    own = lending(session, 3_750_000)
    own.paid_out()
    blocked = walk(session, own.file(amount="500000.00"), ("take-up", "conclude-positive"))
    with pytest.raises(RuleForbids, match=r"746-CR-11 \(5\.2\.2.*at most 0\xa0₸ more"):
        advance(session, blocked.id, deed("approve"))
    assert own.paid_out(start_up=True, amount="750000.00").state == "disbursed"


def test_a_share_may_only_be_told(session: Session) -> None:
    """Where it is set to warn, the approval passes and the finding is kept with it."""
    own = lending(session, 3_000_000)
    waiting = walk(session, own.file(), ("take-up", "conclude-positive"))
    decided = advance(session, waiting.id, deed("approve"), start_ups="warn")
    assert ("746-CR-11", "warns") in [(each["rule"], each["severity"]) for each in decided.steps[-1].findings]


def test_what_is_promised_counts(session: Session) -> None:
    """An approval and a contract take of what others may have, before any money is paid."""
    own = lending(session, 8_000_000)
    sign(session, own.approved())
    own.approved()
    third = walk(session, own.file(), ("take-up", "conclude-positive"))
    with pytest.raises(RuleForbids, match="746-CR-11"):
        advance(session, third.id, deed("approve"))


def test_a_promise_given_up_is_free_again(session: Session) -> None:
    """A withdrawn approval takes nothing."""
    own = lending(session, 3_750_000)
    walk(session, own.approved(), ("withdraw",))
    assert own.approved().state == "decided"


def test_relent_money_is_not_counted(session: Session) -> None:
    """Money of the second turn goes to anybody: it neither fulfils the share nor uses it up (A-51)."""
    own = lending(session, 3_750_000)
    first = own.paid_out()
    assert first.loan_id
    settled = Payment(loan_id=first.loan_id, paid_on=APPLIED, amount=tenge(3_000_000), intent="settle")
    repay(session, [settled])
    own.paid_out(start_up=True, amount="750000.00", applied_on=date(2019, 3, 1))
    again = own.paid_out(amount="2000000.00", source="returned")
    assert again.state == "disbursed"
    assert shares(session)[own.facility_id].others == 3 * MILLION


def funded(session: Session, above: Lending, agreed: int, drawn: int | None = None) -> Lending:
    """A lender below an operator, with an agreement of its own out of the operator's money."""
    mfo = register_organisation(
        session, code=f"mfo-{agreed}", kind="mfo", name_kk="m", name_ru="m", name_en="m", opened_on=OPENED
    ).id
    line = open_facility(
        session,
        FacilityTerms(
            number=f"L-{agreed}", link="funding-line", lender_id=above.lender_id, borrower_id=mfo,
            parent_id=above.facility_id,
            edition="746", signed_on=SIGNED, amount=tenge(agreed), annual_rate=Z, months=72, territory="rural",
        ),
    )  # fmt: skip
    draw(session, line.id, tenge(agreed if drawn is None else drawn), SIGNED)
    return Lending(session, mfo, line.id, above.facility_id)


def test_the_duty_is_passed_down(session: Session) -> None:
    """What a funded lender lends counts for its own agreement and for the operator's above."""
    above = lending(session, 20_000_000, creditor="operator")
    below = funded(session, above, 10_000_000)
    below.paid_out()
    found = shares(session)
    assert [found[each].others for each in (below.facility_id, above.facility_id)] == [3 * MILLION] * 2


def test_a_forecast_tells_what_is_needed_a_month(session: Session) -> None:
    """Two million are owed in the twelve months of the agreement's money, of which eleven and a bit are left."""
    own = lending(session, 10_000_000)
    [at] = forecasts(session, APPLIED)
    assert (at.deadline, at.months_left) == (date(2020, 3, 1), 12)
    assert at.monthly == -(-2 * MILLION // 12)
    assert not at.on_course
    own.paid_out(start_up=True)
    [after] = forecasts(session, APPLIED)
    assert (after.monthly, after.on_course) == (0, True)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2019, 3, 15), date(2019, 3, 14), 0),
        (date(2019, 3, 15), date(2019, 3, 15), 1),
        (date(2019, 3, 15), date(2019, 4, 14), 1),
        (date(2019, 3, 15), date(2019, 4, 15), 2),
        (date(2019, 3, 15), date(2020, 3, 1), 12),
    ],
)
def test_begun_months(start: date, end: date, expected: int) -> None:
    """A month counts from its first day."""
    assert months(start, end) == expected
