"""A demo of a few loans plays three years to the end: everything happens, everything holds, and it can be repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from rich.console import Console
from sqlalchemy import URL, Engine, func, select
from sqlalchemy.orm import Session

from api.access.sight import look
from api.demo.calibration import calibration
from api.demo.closing_page import Doing, print_closing_page
from api.demo.seeking import NOT_GUARANTEED
from api.demo.story import play
from ledger.balances import balances
from ledger.organisations import organisation
from ledger.unit_of_work import make_engine
from ledger.verification import verify
from lending.chain.tables import BudgetReturnRow, LotMovementRow, LotRow
from lending.microcredits.tables import LoanRow
from lending.verification import CHECKS
from reports.cards.guarantee_applications import application_card
from reports.listings.guarantees import APPLICATIONS
from reports.words import LANGUAGES, Lang, say
from tests.api.demo.last_years import last
from tests.api.people import person
from tests.conftest import LOANS, SEED, database_copy, played

END = date(calibration().years[-1], 12, 31)


@pytest.fixture(scope="module")
def told(server: URL) -> Iterator[Engine]:
    """The books of the demo, which these tests only look at."""
    engine = make_engine(played(server).render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def books(engine: Engine) -> dict[str, object]:
    """Every balance, loan and lot that the books hold."""
    loans = select(LoanRow.id, LoanRow.contract_number, LoanRow.facility_id, LoanRow.amount, LoanRow.status)
    lots = select(LotRow.id, LotRow.facility_id, LotRow.kind, LotRow.turn, LotRow.arrived_on, LotRow.usable_until)
    with Session(engine) as session:
        return {
            "balances": sorted(map(repr, balances(session, effective_on=END))),
            "loans": session.execute(loans.order_by(LoanRow.id)).all(),
            "lots": session.execute(lots.order_by(LotRow.id)).all(),
        }


def test_everything_holds_at_the_end(told: Engine) -> None:
    """Every check of the verification is passed."""
    with Session(told) as session:
        assert [check.name for check, found in verify(session, CHECKS) if found] == []


def test_money_is_lent_again(told: Engine) -> None:
    """Some loans are made out of principal that came back."""
    lent = select(func.count()).select_from(LotMovementRow).join(LotRow, LotRow.id == LotMovementRow.lot_id)
    with Session(told) as session:
        again = session.scalar(lent.where(LotRow.kind == "returned", LotMovementRow.kind == "lent"))
    assert again


def test_a_window_ends(told: Engine) -> None:
    """Principal that nobody lent again by the end of the next year becomes owed to the budget."""
    owed = select(func.count()).select_from(BudgetReturnRow).join(LotRow, LotRow.id == BudgetReturnRow.lot_id)
    with Session(told) as session:
        assert session.scalar(owed.where(LotRow.kind == "returned", LotRow.usable_until < END))


def test_guarantors_have_applications_to_decide(told: Engine) -> None:
    """Each sees a handful that wait, every one under an allocation of theirs; the rules refuse one of them."""
    for code in ("kazagrogarant", "damu"):
        with Session(told) as session:
            home = organisation(session, code)
        with look(told, person(home.id, "guarantor-officer", kind=home.kind)) as session:
            listed = APPLICATIONS.statement(END).subquery()
            waiting = session.scalars(select(listed.c.id).where(listed.c.application_state == "waiting")).all()
            cards = [application_card(session, loan_id) for loan_id in waiting]
        assert 5 <= len(cards) <= 10
        assert {each.guarantor_code for each in cards} == {code}
        assert all(each.sources for each in cards)
        assert [each.loan.purpose for each in cards if each.findings] == [NOT_GUARANTEED]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_closing_page_is_told_in_three_languages(told: Engine, lang: Lang) -> None:
    """The page ends with what to try next, and every figure on it is asked of the books."""
    doing = Doing(files=1, months=36, reports=1, folder="out", checks=1, broken=0, seconds=1, hints=["try"])
    console = Console(file=StringIO(), width=120)
    with Session(told) as session:
        print_closing_page(session, END, doing, lang, console)
    page = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert page.rstrip().endswith("try")
    assert say("demo.next", lang) in page


def played_twice(server: URL, years: int) -> list[dict[str, object]]:
    """The books of two demos of the last ``years`` in databases of their own."""
    made = []
    for _ in range(2):
        with database_copy(server) as url:
            engine = make_engine(url)
            play(engine, last(years), LOANS, SEED, lambda *_: None)
            made.append(books(engine))
            engine.dispose()
    return made


@pytest.mark.parametrize("years", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_the_same_seed_plays_the_same_story(server: URL, years: int) -> None:
    """Played again in another database, every balance, loan and lot is the same."""
    first, second = played_twice(server, years)
    assert first["loans"]
    assert first == second
