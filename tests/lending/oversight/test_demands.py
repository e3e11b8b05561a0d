"""A demand takes the fine of the agreement and the whole loan as the programme says, and stands in the books."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.errors import NotFound
from ledger.money import tenge
from ledger.verification import verify
from lending.loan_months import close_loans
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.positions import positions
from lending.microcredits.refusals import DatesOutOfOrder, PaymentOutOfOrder, ReturnDemanded
from lending.microcredits.repayments import repay
from lending.microcredits.values import Decision, Disbursal, Payment
from lending.oversight.demands import Demand, Letter, agree, demand, withdraw
from lending.oversight.refusals import (
    DemandRestedOn,
    DoneAlready,
    NobodyNamed,
    NothingAgreed,
    SamePerson,
    StillBroken,
)
from lending.oversight.values import BreachTerms
from lending.oversight.violations import close, propose, violations
from lending.provisions import default_matrix
from lending.verification import CHECKS
from tests.lending.microcredits.lender import lender
from tests.lending.oversight.world import CHECKER, CHIEF, RECEIVED, Watched, enbek, road_map

MADE, PAY_BY = date(2020, 10, 5), date(2020, 10, 25)
WITHDRAWN = Decision(date(2020, 11, 5), CHIEF, "құжаттар уақытында келген", "Х-3", confirmed_by=CHECKER)


def letter(violation: int, **changes: Any) -> Letter:
    """A demand of 5 October to be paid by the 25th."""
    values: dict[str, Any] = {"made_on": MADE, "pay_by": PAY_BY, "document_number": "Т-1", "made_by": CHIEF}
    return Letter(violation_id=violation, **(values | changes))


def agreed(watched: Watched, on: date = RECEIVED, **terms: Any) -> None:
    """What the agreement says of breaches."""
    agree(watched.session, BreachTerms(loan_id=watched.loan_id, agreed_on=on, document_number="Қ-1", **terms))


def test_everything_returns_with_the_agreed_fine(session: Session) -> None:
    """Partly proved or not, the Road Map returns the whole loan and adds the fine of the agreement (RM-PN-01)."""
    watched = road_map(session)
    agreed(watched, fine_share=Decimal("0.05"))
    watched.prove("1000000")
    made = demand(session, letter(watched.find(amount="200000")))
    assert (made.fine, made.principal, made.rule) == (6_000_000, 120_000_000, "RM-PN-01")
    owes = positions(session, PAY_BY, loan_ids=[watched.loan_id]).row(watched.loan_id)
    assert (owes["penalty"], owes["principal_due"]) == (6_000_000, 120_000_000)


def test_what_is_called_in_is_overdue_after_its_day(session: Session) -> None:
    """Up to the day to pay by only what was due before is overdue; the day after, all of it is."""
    watched = road_map(session)
    demand(session, letter(watched.find()))
    overdue = [
        int(positions(session, on, loan_ids=[watched.loan_id]).principal_overdue[0])
        for on in (PAY_BY, date(2020, 10, 26))
    ]
    assert overdue == [30_000_000, 120_000_000]


def test_interest_of_a_called_loan_is_that_of_its_days(session: Session) -> None:
    """On the day to pay by the interest due is that of 130 days at 6 %, nobody having paid anything."""
    watched = road_map(session)
    demand(session, letter(watched.find()))
    owes = positions(session, PAY_BY, loan_ids=[watched.loan_id]).row(watched.loan_id)
    assert owes["interest_due"] == round(120_000_000 * Decimal("0.06") * 130 / 360)


def test_without_an_agreed_fine_there_is_none(session: Session) -> None:
    """The fine is only the agreement's; the Road Map's full return needs no agreement."""
    made = demand(session, letter(road_map(session).find("jobs")))
    assert (made.fine, made.principal) == (0, 120_000_000)


def test_under_other_editions_the_agreement_speaks(session: Session) -> None:
    """746 returns nothing by itself: the agreement's fine is all, unless it has the loan returned."""
    fined, returned = enbek(session), enbek(session)
    agreed(fined, fine=tenge("50000"))
    agreed(returned, full_return=True)
    made = [demand(session, letter(each.find())) for each in (fined, returned)]
    assert [(each.fine, each.principal, each.rule) for each in made] == [
        (5_000_000, 0, "agreement"), (0, 120_000_000, "agreement"),
    ]  # fmt: skip


@pytest.mark.parametrize("on", [None, date(2020, 10, 2)])
def test_what_was_not_agreed_before_is_not_demanded(session: Session, on: date | None) -> None:
    """Without an agreement, or with one made after the violation was found, there is nothing to demand (746-PN-02)."""
    watched = enbek(session)
    if on:
        agreed(watched, on, full_return=True)
    with pytest.raises(NothingAgreed):
        demand(session, letter(watched.find()))


def test_the_fine_is_in_the_books(session: Session) -> None:
    """The fine is receivable and earned on the day of the demand, and all checks hold."""
    watched = road_map(session)
    agreed(watched, fine=tenge("70000"))
    demand(session, letter(watched.find()))
    subject = f"loan:{watched.loan_id}"
    booked = [
        balance_tiyn(session, account, effective_on=MADE, subject=subject)
        for account in ("loan-penalty", "fine-income")
    ]
    assert booked == [7_000_000, -7_000_000]
    assert [each for _, found in verify(session, CHECKS) for each in found] == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"made_on": date(2020, 9, 30)}, DatesOutOfOrder),
        ({"pay_by": MADE}, DatesOutOfOrder),
        ({"made_on": date(2020, 10, 1)}, PaymentOutOfOrder),
    ],
)
def test_days_in_order(session: Session, changes: dict[str, Any], error: type[Exception]) -> None:
    """No demand before its violation or a recorded payment, and a day at least to pay."""
    watched = road_map(session)
    violation = watched.find()
    pay(watched, "1000", date(2020, 10, 2))
    with pytest.raises(error):
        demand(session, letter(violation, **changes))


def test_a_violation_is_demanded_for_once(session: Session) -> None:
    """One demand answers one violation, and what was demanded is not dismissed."""
    violation = road_map(session).find()
    demand(session, letter(violation))
    with pytest.raises(DoneAlready):
        demand(session, letter(violation))
    with pytest.raises(StillBroken):
        propose(session, violation, "dismissed", "қате", on=PAY_BY, by=CHECKER)


def test_paid_means_all_of_it(session: Session) -> None:
    """A demand is paid when neither fine nor principal is left; then two people close the violation."""
    watched = road_map(session)
    agreed(watched, fine=tenge("70000"))
    violation = watched.find()
    demand(session, letter(violation))
    pay(watched, "1200000", PAY_BY)
    with pytest.raises(StillBroken, match="unpaid"):
        propose(session, violation, "paid", "төленді", on=PAY_BY, by=CHECKER)
    pay(watched, "100000", PAY_BY)
    close(session, propose(session, violation, "paid", "төленді", on=PAY_BY, by=CHECKER), on=PAY_BY, by=CHIEF)


def test_nothing_more_is_paid_out(session: Session) -> None:
    """A loan demanded back gets no further tranche."""
    own = lender(session, edition="road-map", signed_on=RECEIVED)
    [loan_id] = conclude(session, [own.contract("1200000", signed_on=RECEIVED, disburse_on=RECEIVED)])
    disburse(session, [Disbursal(loan_id, tenge("600000"), RECEIVED)])
    demand(session, letter(Watched(session, own, loan_id).find(amount="600000")))
    with pytest.raises(ReturnDemanded):
        disburse(session, [Disbursal(loan_id, tenge("600000"), PAY_BY)])


def test_a_second_demand_finds_the_loan_called_in(session: Session) -> None:
    """The other breach brings its own fine; the day of the first demand stays."""
    watched = road_map(session)
    agreed(watched, fine=tenge("10000"))
    demand(session, letter(watched.find()))
    second = demand(session, letter(watched.find("jobs"), pay_by=date(2020, 11, 20)))
    assert second == Demand(second.violation_id, 1_000_000, 120_000_000, "RM-PN-01", second.clause)
    owes = positions(session, PAY_BY, loan_ids=[watched.loan_id]).row(watched.loan_id)
    assert (owes["penalty"], owes["principal_due"]) == (2_000_000, 120_000_000)


def demanded(session: Session) -> tuple[Watched, int]:
    """A loan demanded back with a fine of 70 000 tenge, and the violation."""
    watched = road_map(session)
    agreed(watched, fine=tenge("70000"))
    violation = watched.find()
    demand(session, letter(violation))
    return watched, violation


def owes(watched: Watched, on: date) -> dict[str, Any]:
    """The position of the loan."""
    return positions(watched.session, on, loan_ids=[watched.loan_id]).row(watched.loan_id)


def test_a_demand_by_mistake_is_withdrawn(session: Session) -> None:
    """The fine is out of the books, the schedule is the signed one, and all checks hold, after months closed too."""
    untouched, (watched, violation) = road_map(session), demanded(session)
    for each in (date(2020, month, 1) for month in range(6, 11)):
        loans = [untouched, watched]
        close_loans(
            session, 1, each, [one.lender.id for one in loans], [one.loan_id for one in loans], default_matrix()
        )
    withdraw(session, violation, WITHDRAWN)
    later = date(2020, 12, 20)
    names = ("principal_due", "interest_due", "principal_overdue", "days_past_due", "penalty", "accrued_total")
    assert [owes(watched, later)[name] for name in names] == [owes(untouched, later)[name] for name in names]
    close_loans(session, 1, date(2020, 11, 1), [watched.lender.id], [watched.loan_id], default_matrix())
    assert [each for _, found in verify(session, CHECKS) for each in found] == []


def test_the_violation_is_open_again(session: Session) -> None:
    """It tells no demand from then on, and may be demanded for anew or dismissed."""
    watched, violation = demanded(session)
    withdraw(session, violation, WITHDRAWN)
    told = [violations(session, on, ids=[violation])[0].pay_by for on in (MADE, WITHDRAWN.on)]
    assert told == [PAY_BY, None]
    with pytest.raises(DatesOutOfOrder):
        demand(session, letter(violation))
    again = letter(violation, made_on=WITHDRAWN.on, pay_by=date(2020, 12, 1))
    assert demand(session, again).fine == 7_000_000
    withdraw(session, violation, replace(WITHDRAWN, on=date(2020, 11, 10)))
    propose(session, violation, "dismissed", "қате", on=date(2020, 11, 10), by=CHECKER)
    assert owes(watched, date(2020, 11, 10))["penalty"] == 0


@pytest.mark.parametrize(("by", "error"), [(CHIEF, SamePerson), ("болат ", SamePerson), (None, NobodyNamed)])
def test_two_people_withdraw(session: Session, by: str | None, error: type[Exception]) -> None:
    """Who decides does not confirm, in the services and in the database."""
    _, violation = demanded(session)
    with pytest.raises(error):
        withdraw(session, violation, replace(WITHDRAWN, confirmed_by=by))
    alone = text(
        """INSERT INTO demand_withdrawal SELECT id, made_on, 'Болат', ' Болат ', '', '', event_id FROM demand"""
    )
    with pytest.raises(IntegrityError, match="two_people"), session.begin_nested():
        session.execute(alone)


def test_a_demand_is_withdrawn_once(session: Session) -> None:
    """There is none to withdraw any more, and it cannot be made to stand again."""
    _, violation = demanded(session)
    withdraw(session, violation, WITHDRAWN)
    with pytest.raises(NotFound):
        withdraw(session, violation, WITHDRAWN)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE demand SET standing = true"))


def test_what_rests_on_a_demand_keeps_it(session: Session) -> None:
    """A payment since, or a later demand for the whole loan, has to be undone first."""
    watched, violation = demanded(session)
    second = watched.find("jobs")
    demand(session, letter(second))
    with pytest.raises(DemandRestedOn, match="came after it"):
        withdraw(session, violation, WITHDRAWN)
    withdraw(session, second, WITHDRAWN)
    assert owes(watched, WITHDRAWN.on)["principal_due"] == 120_000_000
    pay(watched, "1000", WITHDRAWN.on)
    with pytest.raises(DemandRestedOn, match="later movement"):
        withdraw(session, violation, WITHDRAWN)


def test_a_tranche_is_paid_out_after_a_withdrawal(session: Session) -> None:
    """A loan no longer demanded back gets its further tranche."""
    own = lender(session, edition="road-map", signed_on=RECEIVED)
    [loan_id] = conclude(session, [own.contract("1200000", signed_on=RECEIVED, disburse_on=RECEIVED)])
    disburse(session, [Disbursal(loan_id, tenge("600000"), RECEIVED)])
    violation = Watched(session, own, loan_id).find(amount="600000")
    demand(session, letter(violation))
    withdraw(session, violation, replace(WITHDRAWN, on=MADE))
    disburse(session, [Disbursal(loan_id, tenge("600000"), PAY_BY)])
    assert [each for _, found in verify(session, CHECKS) for each in found] == []


def pay(watched: Watched, amount: str, on: date) -> None:
    """Receive a payment from the borrower."""
    repay(watched.session, [Payment(loan_id=watched.loan_id, paid_on=on, amount=tenge(amount))])
