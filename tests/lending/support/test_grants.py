"""Tests of state grants: who may have one, for what, how much, once, and what follows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.balances import balance
from ledger.identifiers import IdNumber, control_digit
from ledger.money import tenge
from lending.microcredits.values import Borrower
from lending.programmes.mci import mci
from lending.support import grants
from lending.support.bookings import grant as subject
from lending.support.refusals import (
    GrantedBefore,
    JournalOutside,
    NoSuchSupport,
    NotByTheRules,
    NotTwoPeople,
    TooEarly,
    WrongStage,
)
from lending.support.values import Document, EarlierSupport, Grant, JournalEntry, Opinion, Use
from tests.lending.support.world import DECIDED, MISTAKE, ORDER, PAID, Funded, opinion, wanted

STATUS = Document("resettler-certificate", "8", date(2019, 1, 10))
CAP = 100 * mci(DECIDED)
BIN = IdNumber(f"05034000001{control_digit('05034000001')}")
RECEIPT = Document("receipt", "1", date(2019, 5, 1))


def awarded(world: Funded, **changes: Any) -> Grant:
    """A grant awarded by the akimat of the chain."""
    return grants.award(world.session, wanted(world.chain.ids["akimat"], **changes))


def rules_against(world: Funded, **changes: Any) -> list[str]:
    """The rules that stand against an award."""
    found = grants.obstacles(world.session, wanted(world.chain.ids["akimat"], **changes))
    return [each.rule for each in found if isinstance(each, NotByTheRules | GrantedBefore)]


def test_up_to_a_hundred_indices_of_the_decisions_day(world: Funded) -> None:
    """100 MCI of 2019 are 252,500 tenge (746-GR-04)."""
    grant = awarded(world, uses=[Use("tools", tenge(200_000)), Use("poultry", tenge(52_500))])
    assert (grant.amount, grant.cap, grant.mci) == (25_250_000, 25_250_000, 2525)


def test_not_a_tiyn_more(world: Funded) -> None:
    """A tiyn above the cap is refused, by the index before it was raised in April 2020."""
    with pytest.raises(NotByTheRules, match=r"252,500\.00, 100 x 2525"):
        awarded(world, uses=[Use("tools", tenge(f"{CAP}.01"))])


def test_once_a_person(world: Funded) -> None:
    """A second grant is refused in another region and year, paid or not (746-GR-07)."""
    first = awarded(world)
    number = IdNumber(first.id_number)
    with pytest.raises(GrantedBefore, match=r"746-GR-07"):
        awarded(world, id_number=number, decided_on=date(2021, 3, 1))


def test_withdrawn_before_payment_it_was_none(world: Funded) -> None:
    """An award taken back leaves no debt and bars nobody."""
    first = awarded(world)
    assert grants.withdraw(world.session, first.id, on=PAID, by="Director", reason="declined").state == "withdrawn"
    assert balance(world.session, "grant-payable", effective_on=PAID, subject=subject(first.id)) == tenge(0)
    assert awarded(world, id_number=IdNumber(first.id_number)).state == "awarded"


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"training": None}, ["746-GR-03"]),
        ({"ground": "direction-1", "training": None, "status": STATUS}, ["746-GR-03"]),
        ({"ground": "resettler", "training": None, "status": STATUS}, []),
        ({"ground": "oralman", "training": None, "status": STATUS}, []),
        ({"ground": "resettler", "training": None}, ["746-GR-03"]),
        ({"ground": "student"}, ["746-GR-03"]),
        ({"opinion": None}, ["746-PA-08"]),
        ({"opinion": opinion(favourable=False)}, ["746-PA-08"]),
        ({"uses": []}, ["746-GR-05"]),
        ({"uses": [Use("advertising", tenge(1))]}, ["746-GR-05"]),
        ({"uses": [Use("tools", tenge(0))]}, ["746-GR-05"]),
        ({"uses": [Use("wages", tenge(1)), Use("buy-land", tenge(1))]}, ["746-GR-06", "746-GR-06"]),
        ({"id_number": BIN}, ["746-GR-03"]),
        ({"decided_on": date(2022, 1, 1)}, ["746"]),
    ],
)
def test_rules_of_an_award(world: Funded, changes: dict[str, Any], rules: list[str]) -> None:
    """Training or status, opinion, uses and time; each refusal by its rule (A-64 for resettlers and oralmans)."""
    assert rules_against(world, **changes) == rules


def test_every_reason_is_told_at_once(world: Funded) -> None:
    """An applicant hears all that stands against the award."""
    assert rules_against(world, opinion=None, training=None, uses=[Use("wages", tenge(300_000))]) == [
        "746-GR-03", "746-PA-08", "746-GR-06", "746-GR-04",
    ]  # fmt: skip


@pytest.mark.parametrize(("programme", "barred"), [("business-road-map", True), ("746", False), ("919", False)])
def test_support_under_other_programmes_bars(world: Funded, programme: str, *, barred: bool) -> None:
    """Support under another programme bars a grant, under this one it is to be weighed (A-65)."""
    earlier = [EarlierSupport(programme, "subsidy", date(2018, 5, 1))]
    if barred:
        assert rules_against(world, earlier_support=earlier) == ["746-GR-03"]
    else:
        assert [each["rule"] for each in awarded(world, earlier_support=earlier).warnings] == ["746-GR-03"]


def test_microcredit_is_found_in_the_books(world: Funded) -> None:
    """A microcredit of this programme is kept as a warning without being told of."""
    world.tranche("1000")
    award = wanted(world.chain.ids["akimat"])
    world.lend("1000", borrower=Borrower(id_number=award.id_number, kind="individual-entrepreneur", name="Айгүл"))
    warnings = grants.award(world.session, award).warnings
    assert [each["found"] for each in warnings] == ["microcredit under 746 of 2019-03-01"]


@pytest.mark.parametrize(
    "late",
    [
        {"training": Document("bastau-completion", "15", date(2019, 4, 11))},
        {"support_checked_on": date(2019, 4, 11)},
        {"opinion": Opinion(document=Document("opinion", "3", date(2019, 4, 11)), favourable=True)},
    ],
    ids=["training", "look-up", "opinion"],
)
def test_the_decision_comes_last(world: Funded, late: dict[str, Any]) -> None:
    """Nothing a decision rests on is dated after it."""
    with pytest.raises(TooEarly):
        awarded(world, **late)


def test_no_grants_in_other_editions(world: Funded) -> None:
    """Neither 919 nor the Road Map has grants."""
    for edition in ("919", "road-map"):
        with pytest.raises(NoSuchSupport):
            awarded(world, edition=edition)


def test_the_akimat_bears_it(world: Funded) -> None:
    """Awarded: the akimat's expense and debt; paid: out of the local budget."""
    grant = awarded(world)
    akimat = world.chain.ids["akimat"]
    assert balance(world.session, "grant-payable", effective_on=PAID, book=akimat) == tenge(-100_000)
    before = balance(world.session, "treasury", effective_on=PAID, book=akimat)
    grants.pay(world.session, grant.id, ORDER)
    assert balance(world.session, "grant-payable", effective_on=PAID, book=akimat) == tenge(0)
    assert balance(world.session, "treasury", effective_on=PAID, book=akimat) - before == tenge(-100_000)
    assert balance(world.session, "grant-expense", effective_on=PAID, subject=subject(grant.id)) == tenge(100_000)


def test_paid_once_and_not_taken_back(world: Funded) -> None:
    """A grant is not repayable (746-GR-01), and paid in one sum."""
    grant = awarded(world)
    grants.pay(world.session, grant.id, ORDER)
    with pytest.raises(WrongStage):
        grants.pay(world.session, grant.id, ORDER)
    with pytest.raises(WrongStage):
        grants.withdraw(world.session, grant.id, on=PAID, by="Director", reason="misuse")


def visit(on: date, spent: str = "0", *documents: Document) -> JournalEntry:
    """A visit of the chamber."""
    return JournalEntry(
        visited_on=on, visited_by="Chamber", remark="hens bought", spent=tenge(spent), documents=documents
    )


def test_accompanied_for_a_year(world: Funded) -> None:
    """The journal is open from payment to the same day a year later (746-PA-08)."""
    grant = grants.pay(world.session, awarded(world).id, ORDER)
    assert grant.accompanied_until == date(2020, 4, 20)
    for day in (PAID, date(2020, 4, 20)):
        grants.accompany(world.session, grant.id, visit(day))
    for day in (DECIDED, date(2020, 4, 21)):
        with pytest.raises(JournalOutside, match="a day from 2019-04-20 to 2020-04-20"):
            grants.accompany(world.session, grant.id, visit(day))


def test_purchases_are_proved_up_to_the_grant(world: Funded) -> None:
    """What was bought is proved by documents, and adds up to the grant at most."""
    grant = grants.pay(world.session, awarded(world).id, ORDER)
    assert grants.accompany(world.session, grant.id, visit(PAID, "60000", RECEIPT)).spent == 6_000_000
    with pytest.raises(JournalOutside, match=r"0 to 40,000\.00"):
        grants.accompany(world.session, grant.id, visit(PAID, "40000.01", RECEIPT))
    with pytest.raises(JournalOutside, match="documents"):
        grants.accompany(world.session, grant.id, visit(PAID, "40000"))


def test_no_journal_before_payment(world: Funded) -> None:
    """There is nothing to accompany yet."""
    with pytest.raises(WrongStage):
        grants.accompany(world.session, awarded(world).id, visit(PAID))


def test_a_grant_paid_by_mistake_has_a_way_back(world: Funded) -> None:
    """Reversed and withdrawn, the participant has had none: nothing is spent of it, and another may be awarded."""
    first = grants.pay(world.session, awarded(world).id, ORDER)
    grants.accompany(world.session, first.id, visit(PAID, "60000", RECEIPT))
    back = grants.reverse_payment(world.session, first.id, MISTAKE)
    assert (back.state, back.paid, back.spent) == ("awarded", 0, 0)
    owed = balance(world.session, "grant-payable", effective_on=MISTAKE.on, subject=subject(first.id))
    assert owed == tenge(-100_000)
    grants.withdraw(world.session, first.id, on=MISTAKE.on, by="Director", reason="another person of that name")
    assert awarded(world, id_number=IdNumber(first.id_number), decided_on=date(2019, 6, 3)).state == "awarded"


def test_a_grant_is_reversed_once_and_by_two(world: Funded) -> None:
    """One person reverses nothing, two do it once; then it may be paid again, with a journal of its own."""
    of = grants.pay(world.session, awarded(world).id, ORDER)
    with pytest.raises(NotTwoPeople):
        grants.reverse_payment(world.session, of.id, replace(MISTAKE, confirmed_by="chair"))
    grants.reverse_payment(world.session, of.id, MISTAKE)
    with pytest.raises(WrongStage):
        grants.reverse_payment(world.session, of.id, MISTAKE)
    again = grants.pay(world.session, of.id, replace(ORDER, paid_on=MISTAKE.on))
    assert (again.paid, again.accompanied_until) == (10_000_000, date(2020, 5, 6))
