"""Tests of operating subsidies: what they are on, who does what, and that nothing is paid twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from moneyed import Money
from sqlalchemy.orm import Session

from ledger.balances import balance
from ledger.money import tenge
from lending.chain.drawdown import draw
from lending.chain.facilities import open_facility
from lending.chain.movements import undo
from lending.chain.tables import LotMovementRow
from lending.support import subsidies
from lending.support.bookings import subsidy as subject
from lending.support.refusals import (
    BaseMoved,
    NotByTheRules,
    NothingCounts,
    NotTwoPeople,
    NotUtilised,
    OverCeiling,
    SamePerson,
    SubsidisedBefore,
    TooEarly,
    WrongStage,
)
from lending.support.sheets import open_tranches
from lending.support.values import Confirmation, PaymentOrder
from tests.lending.chain.world import terms
from tests.lending.support.world import (
    CONFIRMED,
    DECIDED,
    DRAWN,
    LENT,
    MISTAKE,
    ORDER,
    PAID,
    Funded,
    another_line,
    confirmation,
    decision,
    funded,
)

LATER = date(2019, 6, 1)


def owed(world: Funded, subsidy_id: int, on: date = LATER) -> tuple[Any, Any]:
    """What the MFO has to receive and what the akimat has to pay."""
    return (
        balance(world.session, "subsidy-receivable", effective_on=on, subject=subject(subsidy_id)),
        balance(world.session, "subsidy-payable", effective_on=on, subject=subject(subsidy_id)),
    )


def undo_loan(world: Funded, loan_id: int, on: date) -> None:
    """Undo the disbursement of a loan."""
    movement = world.session.query(LotMovementRow).filter_by(loan_id=loan_id).first()
    assert movement is not None
    undo(world.session, movement.event_id, on)


def test_base_is_what_counts_and_the_ceiling_a_tenth(world: Funded) -> None:
    """Loans in cities and for other purposes stay out; the rest is subsidised at 10 % (746-SU-02)."""
    lot = world.tranche("1000")
    world.lend("600")
    world.lend("300", territory_type="city")
    world.lend("100", purpose="consumer")
    of = world.confirmed(lot)
    assert (of.received, of.base, of.ceiling, of.state) == (100_000, 60_000, 6_000, "confirmed")


def test_ceiling_is_rounded_down(world: Funded) -> None:
    """A tenth of 10.05 tenge is 1.00, not 1.01."""
    lot = world.tranche("10.05")
    world.lend("10.05")
    assert world.confirmed(lot).ceiling == 100


def test_a_tranche_must_be_lent_whole(world: Funded) -> None:
    """One tenge left keeps the tranche from its subsidy (A-49)."""
    lot = world.tranche("1000")
    world.lend("999")
    with pytest.raises(NotUtilised, match=r"746-SU-03.*found 999\.00 of 1,000\.00"):
        world.confirmed(lot)


def test_each_tranche_has_its_own(world: Funded) -> None:
    """The second tranche need not be lent for the first to be subsidised, and then has its own."""
    first, second = world.tranche("1000"), world.tranche("500")
    world.lend("1200")
    assert world.confirmed(first).base == 100_000
    with pytest.raises(NotUtilised):
        world.confirmed(second)
    world.lend("300")
    assert world.confirmed(second).base == 50_000


def test_relent_money_never_counts(world: Funded) -> None:
    """Of a loan lent from both, only the fresh part is in the base (746-SU-07)."""
    first = world.tranche("1000")
    repaid = world.lend("1000")
    world.settle(repaid, date(2019, 3, 10), "1001.50")
    second = world.tranche("500", date(2019, 3, 11))
    world.lend("1200", date(2019, 3, 12))
    world.lend("300", date(2019, 3, 12))
    assert [world.confirmed(lot).base for lot in (first, second)] == [100_000, 50_000]


def test_only_the_operators_money(session: Session) -> None:
    """Money of Damu's is not subsidised (746-SU-01)."""
    world = funded(session)
    lot = world.tranche("100")
    world.lend("100")
    damu = funded_by_damu(world)
    with pytest.raises(NotByTheRules, match=r"out of: mfo/acc by 746-SU-01.*found mfo/damu"):
        subsidies.confirm(session, confirmation(damu))
    assert world.confirmed(lot).base == 10_000


def funded_by_damu(world: Funded) -> int:
    """A tranche of 100 tenge that Damu gave the MFO, lent."""
    chain = world.chain
    loan = open_facility(
        world.session,
        terms(chain.ids, "operator-loan", "akimat", "damu", parent_id=chain.credit.id, number="damu"),
    )
    line = another_line(chain, "746", lender="damu", parent_id=loan.id)
    for each in (chain.credit, loan):
        draw(world.session, each.id, tenge(100), DRAWN)
    lot = draw(world.session, line.id, tenge(100), DRAWN).id
    Funded(world.session, chain, line).lend("100")
    return lot


def test_only_microfinance_organisations(session: Session) -> None:
    """A bank is no recipient (746-SU-01)."""
    world = funded(session, borrower="bank")
    lot = world.tranche("100")
    world.lend("100")
    with pytest.raises(NotByTheRules, match=r"found bank/acc"):
        world.confirmed(lot)


def test_documents_are_asked_for(world: Funded) -> None:
    """The operator confirms on documents (746-SU-04)."""
    lot = world.tranche("100")
    world.lend("100")
    told = Confirmation(lot_id=lot, confirmed_on=CONFIRMED, confirmed_by="Operator", documents=[])
    with pytest.raises(NotByTheRules, match="746-SU-04"):
        subsidies.confirm(world.session, told)


def test_nothing_counts_nothing_is_due(world: Funded) -> None:
    """A tranche lent in the city alone has no subsidy."""
    lot = world.tranche("100")
    world.lend("100", territory_type="city")
    with pytest.raises(NothingCounts):
        world.confirmed(lot)


def test_confirmed_after_the_last_loan(world: Funded) -> None:
    """Utilisation cannot be confirmed before it happened."""
    lot = world.tranche("100")
    world.lend("100")
    with pytest.raises(TooEarly):
        world.confirmed(lot, on=date(2019, 2, 28))


def test_a_tranche_is_subsidised_once(world: Funded) -> None:
    """A second confirmation is refused, also after payment."""
    lot = world.tranche("1000")
    world.lend("1000")
    world.paid(lot, "100")
    with pytest.raises(SubsidisedBefore):
        world.confirmed(lot, on=LATER)


def test_commission_may_give_less_and_not_more(world: Funded) -> None:
    """Up to a tenth of the base, and more than nothing."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.confirmed(lot)
    for amount in ("100.01", "0", "-1"):
        with pytest.raises(OverCeiling, match=r"at most 100\.00, 10\.00% of 1,000\.00"):
            subsidies.decide(world.session, of.id, decision(amount))
    assert subsidies.decide(world.session, of.id, decision("80")).decided == 8_000


def test_two_people(world: Funded) -> None:
    """Who confirmed cannot decide, however the name is typed."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.confirmed(lot, by="Aigul  Serik")
    with pytest.raises(SamePerson):
        subsidies.decide(world.session, of.id, decision("100", by=" aigul serik "))


def test_both_books_carry_the_debt_until_paid(world: Funded) -> None:
    """Decided: owed by the akimat to the MFO; paid: out of the budget into the MFO's own money."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.decided(lot, "80")
    assert owed(world, of.id) == (tenge(80), tenge(-80))
    before = balance(world.session, "cash", effective_on=LATER, book=of.recipient_id)
    subsidies.pay(world.session, of.id, ORDER)
    assert owed(world, of.id) == (tenge(0), tenge(0))
    assert balance(world.session, "cash", effective_on=LATER, book=of.recipient_id) - before == tenge(80)


def test_not_paid_undecided(world: Funded) -> None:
    """The operator's word alone pays nothing (A-50)."""
    lot = world.tranche("1000")
    world.lend("1000")
    with pytest.raises(WrongStage, match="expected it decided"):
        subsidies.pay(world.session, world.confirmed(lot).id, ORDER)


def test_nothing_happens_after_payment(world: Funded) -> None:
    """What is paid is neither decided nor paid again, nor taken back."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.paid(lot, "50")
    with pytest.raises(WrongStage):
        subsidies.decide(world.session, of.id, decision("50"))
    with pytest.raises(WrongStage):
        subsidies.pay(world.session, of.id, ORDER)
    with pytest.raises(WrongStage):
        subsidies.withdraw(world.session, of.id, on=PAID, by="Chair", reason="late")


def test_withdrawn_and_confirmed_again(world: Funded) -> None:
    """A decision taken back leaves no debt, and the tranche may be confirmed anew."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.decided(lot, "100")
    assert subsidies.withdraw(world.session, of.id, on=PAID, by="Chair", reason="wrong sum").state == "withdrawn"
    assert owed(world, of.id) == (tenge(0), tenge(0))
    assert world.confirmed(lot, on=PAID).base == 100_000


def test_loans_undone_after_confirmation_stop_it(world: Funded) -> None:
    """A base that moved is neither decided nor paid; withdrawn and confirmed again it is right."""
    lot = world.tranche("1000")
    undone = world.lend("400")
    world.lend("600")
    of = world.decided(lot, "100")
    undo_loan(world, undone, LENT)
    with pytest.raises(BaseMoved):
        subsidies.pay(world.session, of.id, ORDER)
    subsidies.withdraw(world.session, of.id, on=PAID, by="Chair", reason="loan undone")
    world.lend("400", territory_type="city")
    assert world.confirmed(lot, on=PAID).base == 60_000


def test_steps_are_dated_in_order(world: Funded) -> None:
    """Decided not before confirmed, paid not before decided."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.confirmed(lot, on=DECIDED)
    with pytest.raises(TooEarly):
        subsidies.decide(world.session, of.id, decision("100", on=CONFIRMED))


def test_sheet_tells_every_loan_and_why(world: Funded) -> None:
    """The calculation lists loans in and out with the rule, and is the same after more was lent."""
    world.tranche("1000")
    world.settle(world.lend("1000"), date(2019, 3, 10), "1001.50")
    lot = world.tranche("500", date(2019, 3, 11))
    world.lend("1200", date(2019, 3, 12))
    world.lend("200", date(2019, 3, 12), territory_type="small-town")
    world.lend("100", date(2019, 3, 12), purpose="refinance")
    of = world.confirmed(lot)
    world.tranche("50", LATER)
    world.lend("50", LATER)
    lines = [
        (line.verdict, line.rule, line.draw.amount, line.counted) for line in subsidies.calculation(world.session, of)
    ]
    assert lines == [
        ("counts", "746-SU-02", 20_000, 20_000),
        ("relent", "746-SU-07", 100_000, 0),
        ("counts", "746-SU-02", 20_000, 20_000),
        ("purpose", "746-SU-05", 10_000, 0),
    ]


def test_a_loan_out_of_two_tranches_is_told_in_both(world: Funded) -> None:
    """Each tranche counts its own part and shows the other as the other's; loans of the other alone are not shown."""
    first, second = world.tranche("1000"), world.tranche("500")
    world.lend("800")
    world.lend("300")
    world.lend("400")
    lines = [
        [(line.verdict, line.draw.amount) for line in subsidies.calculation(world.session, world.confirmed(lot))]
        for lot in (first, second)
    ]
    assert lines == [
        [("counts", 80_000), ("counts", 20_000), ("other-tranche", 10_000)],
        [("other-tranche", 20_000), ("counts", 10_000), ("counts", 40_000)],
    ]


def test_open_tranches_await_their_subsidy(session: Session) -> None:
    """Lent whole, out of the operator's money, to an MFO, and not subsidised; withdrawn, it is open again."""
    world = funded(session)
    paid, lent = world.tranche("100"), world.tranche("200")
    world.lend("300")
    funded_by_damu(world)
    world.paid(paid, "10")
    world.tranche("400")
    assert [each.lot_id for each in open_tranches(session)] == [lent]
    of = world.confirmed(lent)
    assert open_tranches(session) == []
    subsidies.withdraw(session, of.id, on=PAID, by="Chair", reason="documents")
    assert [each.lot_id for each in open_tranches(session)] == [lent]


def test_a_payment_by_mistake_has_a_way_back(world: Funded) -> None:
    """Reversed, the money is where it was in both books and owed again; withdrawn, the loans may count anew."""
    lot = world.tranche("1000")
    loan_id = world.lend("1000")
    books = (world.line.borrower_id, world.chain.ids["akimat"])
    before = [money_of(world, book) for book in books]
    of = world.paid(lot, "100")
    back = subsidies.reverse_payment(world.session, of.id, MISTAKE)
    assert (back.state, back.paid, back.reversed_on) == ("decided", 0, MISTAKE.on)
    assert [money_of(world, book) for book in books] == before
    assert owed(world, of.id, MISTAKE.on) == (tenge(100), tenge(-100))
    subsidies.withdraw(world.session, of.id, on=MISTAKE.on, by="Chair", reason="not of this tranche")
    again = world.confirmed(lot, on=MISTAKE.on)
    assert [line.draw.loan_id for line in subsidies.calculation(world.session, again) if line.counted] == [loan_id]


def money_of(world: Funded, book: int) -> Money:
    """Cash of a lender, treasury of an akimat."""
    account = "cash" if book == world.line.borrower_id else "treasury"
    return balance(world.session, account, effective_on=MISTAKE.on, book=book)


def test_a_reversed_payment_may_be_made_rightly(world: Funded) -> None:
    """It is paid once more, not before the reversal; the report of a day in between has neither."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.paid(lot, "100")
    subsidies.reverse_payment(world.session, of.id, MISTAKE)
    with pytest.raises(TooEarly):
        subsidies.pay(world.session, of.id, ORDER)
    right = PaymentOrder(number="П-2", paid_on=LATER, paid_by="Treasurer")
    assert subsidies.pay(world.session, of.id, right).paid == 10_000
    days = [(PAID, 10_000), (MISTAKE.on, 0), (LATER, 10_000)]
    assert [(on, subsidies.subsidies(world.session, [of.id], on=on)[0].paid) for on, _ in days] == days


def test_a_payment_is_reversed_once(world: Funded) -> None:
    """A second reversal finds nothing paid."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.paid(lot, "100")
    subsidies.reverse_payment(world.session, of.id, MISTAKE)
    with pytest.raises(WrongStage):
        subsidies.reverse_payment(world.session, of.id, MISTAKE)


@pytest.mark.parametrize("second", [None, "", " chair ", "CHAIR"])
def test_one_person_reverses_nothing(world: Funded, second: str | None) -> None:
    """Who decides does not confirm, however the name is written; nor does nobody."""
    lot = world.tranche("1000")
    world.lend("1000")
    of = world.paid(lot, "100")
    with pytest.raises(NotTwoPeople):
        subsidies.reverse_payment(world.session, of.id, replace(MISTAKE, confirmed_by=second))
