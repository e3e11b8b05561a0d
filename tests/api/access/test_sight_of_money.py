"""Sight follows the money that the services move: down the chain, and to whoever stands behind a loan."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import see_as, see_everything
from guarantees.tables import GuaranteeRow
from lending.chain.facilities import open_facility
from lending.chain.tables import FacilityRow
from lending.microcredits.tables import BorrowerRow, LoanRow
from tests.guarantees.world import World, world
from tests.lending.chain.world import terms


@pytest.fixture
def guaranteed(session: Session) -> tuple[World, int, int]:
    """A chain with a guaranteed loan and one that is not, both paid out."""
    chain = world(session)
    loan_id, _ = chain.guaranteed_loan()
    other = chain.loan("5000000")
    chain.pay_out(other)
    return chain, loan_id, other


def sees(session: Session, organisation_id: int) -> list[int]:
    """Ids of the loans that people of an organisation see."""
    see_as(session, Actor(1, "x", "x", organisation_id, "", frozenset(), "web"))
    return list(session.scalars(select(LoanRow.id).order_by(LoanRow.id)))


def test_a_guarantor_sees_what_it_guarantees_and_no_other(guaranteed: tuple[World, int, int]) -> None:
    """Of two loans of the same lender a guarantor sees its own, with its borrower, and nothing of the chain."""
    chain, loan_id, _ = guaranteed
    assert sees(chain.session, chain.guarantor) == [loan_id]
    assert chain.session.scalar(select(func.count()).select_from(BorrowerRow)) == 1
    assert chain.session.scalars(select(FacilityRow.id)).all() == []
    assert chain.session.scalars(select(GuaranteeRow.loan_id)).all() == [loan_id]


@pytest.mark.parametrize("who", ["mfo", "acc", "akimat", "budget"])
def test_money_is_followed_down(guaranteed: tuple[World, int, int], who: str) -> None:
    """The lender and everybody whose money it lends see both loans."""
    chain, *both = guaranteed
    assert sees(chain.session, chain.ids[who]) == both


@pytest.mark.parametrize("who", ["damu", "ffsa", "bank", "baiterek"])
def test_neighbours_see_nothing(guaranteed: tuple[World, int, int], who: str) -> None:
    """Organisations of the same kinds, outside this chain, see no loan."""
    chain, *_ = guaranteed
    assert sees(chain.session, chain.ids[who]) == []


def test_a_lender_of_a_lender_sees_its_own_money_only(guaranteed: tuple[World, int, int]) -> None:
    """An operator that funds the same lender otherwise sees its own line, not what another's money became."""
    chain, *_ = guaranteed
    see_everything(chain.session)
    credit = chain.session.scalar(select(FacilityRow.id).where(FacilityRow.link == "budget-credit"))
    own = terms(dict(chain.ids), "operator-loan", "akimat", "damu", number="D-1", parent_id=credit)
    loan = open_facility(chain.session, own)
    line = open_facility(
        chain.session, terms(dict(chain.ids), "funding-line", "damu", "mfo", number="D-2", parent_id=loan.id)
    )
    assert sees(chain.session, chain.ids["damu"]) == []
    assert sorted(chain.session.scalars(select(FacilityRow.id))) == [loan.id, line.id]
