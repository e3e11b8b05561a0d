"""Tests of agreements against their editions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.balances import balance
from ledger.errors import NotFound
from ledger.money import tenge
from lending.chain.drawdown import draw
from lending.chain.facilities import Facility, facilities, facility, open_facility
from lending.chain.refusals import BadFacilityTerms, BehindParent, TermOutsideEdition, WrongParties
from tests.lending.chain.world import World, build, organisations, terms


def credit(session: Session, **changes: Any) -> Facility:
    """A budget credit with changed terms."""
    return open_facility(session, terms(organisations(session), "budget-credit", "budget", "akimat", **changes))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"annual_rate": Decimal("0.0002")}, "746-CR-01"),
        ({"months": 96}, "746-CR-01"),
        ({"principal_grace_months": 29}, "746-CR-03"),
        ({"edition": "919", "months": 96}, "919-CR-01"),
        ({"edition": "road-map", "months": 132}, "RM-CR-01"),
    ],
)
def test_terms_beyond_the_edition(session: Session, changes: dict[str, Any], rule: str) -> None:
    """A term beyond the edition is refused with its rule."""
    with pytest.raises(TermOutsideEdition) as refusal:
        credit(session, **changes)
    assert refusal.value.rule == rule


def test_bond_is_repaid_at_the_end(session: Session) -> None:
    """Another method than the one the text fixes is refused with its rule (RM-BD-05)."""
    changes = {"edition": "road-map", "annual_rate": Decimal("0.061"), "method": "annuity"}
    with pytest.raises(BadFacilityTerms, match="RM-BD-05"):
        open_facility(session, terms(organisations(session), "bond", "baiterek", "akimat", **changes))


def test_grace_is_a_third_of_the_term_at_most(session: Session) -> None:
    """28 of 84 months are allowed."""
    assert credit(session, principal_grace_months=28).principal_grace_months == 28


@pytest.mark.parametrize(
    ("lender", "rate", "fits"), [("acc", "0.02", True), ("damu", "0.02", False), ("damu", "0.01", True)]
)
def test_funding_ceiling_by_operator(world: World, lender: str, rate: str, *, fits: bool) -> None:
    """ACC funds at up to 2 %, Damu at up to 1 % (746-CR-08)."""
    loan = open_facility(
        world.session,
        terms(world.ids, "operator-loan", "akimat", lender, parent_id=world.credit.id, number="L2"),
    )
    line = terms(
        world.ids, "funding-line", lender, "bank", parent_id=loan.id, number="L3", annual_rate=Decimal(rate),
    )  # fmt: skip
    if fits:
        assert open_facility(world.session, line).annual_rate == Decimal(rate)
    else:
        with pytest.raises(TermOutsideEdition):
            open_facility(world.session, line)


@pytest.mark.parametrize(
    "changes",
    [
        {"months": 83},
        {"every_months": 24},
        {"day_count": "act/364"},
        {"method": "balloon"},
        {"amount": tenge(0)},
        {"method": "custom"},
        {"fixed_principal": tenge(1)},
        {"edition": "919", "utilisation_months": 6},
    ],
)
def test_terms_that_contradict_themselves(session: Session, changes: dict[str, Any]) -> None:
    """A term that is no whole number of periods, a custom method without its sum, and the like are refused."""
    with pytest.raises(BadFacilityTerms):
        credit(session, **changes)


@pytest.mark.parametrize(
    ("lender", "changes"),
    [("akimat", {"signed_on": date(2019, 1, 16)}), ("acc", {}), ("acc", {"link": "funding-line", "parent_id": None})],
    ids=["outlives", "not the borrower above", "no parent"],
)
def test_a_link_hangs_on_its_parent(world: World, lender: str, changes: dict[str, Any]) -> None:
    """A link ends by its parent's end (A-25), and its lender is the parent's borrower."""
    values: dict[str, Any] = {"parent_id": world.credit.id, "number": "other"} | changes
    with pytest.raises(BadFacilityTerms):
        open_facility(world.session, replace(terms(world.ids, "operator-loan", lender, "ffsa"), **values))


def test_local_budget_lends_without_a_credit(world: World) -> None:
    """An akimat lends money of its local budget, which no lot of a budget credit holds (746-CR-01, A-37)."""
    local = open_facility(world.session, terms(world.ids, "operator-loan", "akimat", "ffsa", number="local"))
    draw(world.session, local.id, tenge(100), date(2019, 2, 1))
    assert balance(world.session, "treasury", effective_on=date.max, book=world.ids["akimat"]) == tenge(-100)


@pytest.mark.parametrize(
    ("edition", "link", "policy"),
    [
        ("746", "line", "next-year-end"),
        ("746", "loan", "none"),
        ("919", "line", "unlimited"),
        ("919", "credit", "none"),
    ],
)
def test_relending_belongs_to_lenders(session: Session, edition: str, link: str, policy: str) -> None:
    """The edition's policy is the lenders'; links above them do not relend."""
    assert getattr(build(session, edition), link).relending == policy


def test_ffsa_lends_itself(world: World) -> None:
    """FFSA lends to people out of the akimat's loan, so its money may be relent."""
    direct = terms(world.ids, "operator-loan", "akimat", "ffsa", parent_id=world.credit.id, number="ffsa-1")
    assert open_facility(world.session, direct).relending == "next-year-end"


@pytest.mark.parametrize(("territory", "deadline"), [("rural", date(2020, 1, 15)), ("city", date(2019, 7, 15))])
def test_lenders_clock_starts_with_the_agreement(world: World, territory: str, deadline: date) -> None:
    """In 746 a lender has 12 months in rural places and 6 in cities, from the agreement (746-CR-09)."""
    line = open_facility(
        world.session,
        terms(
            world.ids, "funding-line", "acc", "bank", parent_id=world.loan.id, number="x", territory=territory
        ),
    )  # fmt: skip
    assert line.utilise_by(date(2019, 3, 1)) == deadline


def test_akimats_clock_starts_with_the_transfer(world: World) -> None:
    """The akimat has 6 months from the day it got the money (746-CR-02)."""
    assert world.credit.utilise_by(date(2019, 8, 31)) == date(2020, 2, 29)


def test_found_by_number(world: World) -> None:
    """An agreement is found by its number as by its id."""
    assert facility(world.session, "operator-loan-1") == facility(world.session, world.loan.id)


def test_unknown_facility(session: Session) -> None:
    """A number nobody has is not found."""
    with pytest.raises(NotFound):
        facility(session, "none")


def test_all_of_them(world: World) -> None:
    """Without ids all facilities come, in order."""
    assert list(facilities(world.session)) == [world.credit.id, world.loan.id, world.line.id]


@pytest.mark.parametrize(("lender", "borrower"), [("acc", "damu"), ("ffsa", "mfo")])
def test_operators_fund_lenders(world: World, lender: str, borrower: str) -> None:
    """A funding line goes from an operator to one who lends to people; other parties are refused (746-CR-06)."""
    above = terms(world.ids, "operator-loan", "akimat", lender, parent_id=world.credit.id, number="above")
    line = terms(world.ids, "funding-line", lender, borrower, number="line")
    with pytest.raises(WrongParties, match="746-CR-06"):
        open_facility(world.session, replace(line, parent_id=open_facility(world.session, above).id))


def test_principal_is_not_due_below_after_it_is_due_above(world: World) -> None:
    """A year's grace more than the parent's is refused with both shares (A-24); as much as the parent's is none."""
    below = terms(world.ids, "operator-loan", "akimat", "acc", number="below", parent_id=world.credit.id)
    with pytest.raises(BehindParent, match=r"2020-01-15 14\.29% .* 0\.00% .*A-24"):
        open_facility(world.session, replace(below, principal_grace_months=12))
    assert open_facility(world.session, below).parent_id == world.credit.id
