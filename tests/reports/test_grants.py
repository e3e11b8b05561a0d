"""Grants by akimat, one by one, by use, and against the target of the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.support import grants
from lending.support.values import Document, JournalEntry, Use
from reports.family import ReportRequest
from reports.grants import STATE_GRANTS
from reports.periods import parse_period
from reports.rendering import FORMATS, render
from reports.report import Report, Section, phrase
from reports.words import LANGUAGES, Lang
from tests.lending.support.world import ORDER, PAID, Funded, funded, wanted
from tests.reports.sections import column, total

USES = [Use("poultry", tenge(150_000)), Use("tools", tenge(50_000))]


@pytest.fixture
def world(session: Session) -> Funded:
    """One grant paid and visited, one of republican money not paid, one taken back."""
    world = funded(session)
    akimat = world.chain.ids["akimat"]
    paid = grants.pay(session, grants.award(session, wanted(akimat, uses=USES)).id, ORDER)
    receipt = Document("receipt", "1", PAID)
    seen = JournalEntry(
        visited_on=date(2019, 5, 2), visited_by="Chamber", remark="", spent=tenge(90_000), documents=[receipt]
    )
    grants.accompany(session, paid.id, seen)
    grants.award(session, wanted(akimat, fund_source="republican"))
    declined = grants.award(session, wanted(akimat))
    grants.withdraw(session, declined.id, on=PAID, by="Director", reason="declined")
    return world


def report(world: Funded, period: str = "2019-04", **asked: Any) -> Report:
    """The report of a period."""
    return STATE_GRANTS.report(world.session, ReportRequest(period=parse_period(period), **asked))


def sections(world: Funded, period: str = "2019-04") -> tuple[Section, ...]:
    """Its sections."""
    return report(world, period).sections


def test_by_akimat_and_budget(world: Funded) -> None:
    """One grant of each budget; what was taken back is none."""
    summary = sections(world)[0]
    assert column(summary, "amount") == [20_000_000, 10_000_000]
    assert (total(summary, "grants"), total(summary, "paid"), total(summary, "unpaid")) == (2, 20_000_000, 10_000_000)


def test_every_sum_has_its_index_and_cap(world: Funded) -> None:
    """The cap is a hundred times the index that stands beside it."""
    register = sections(world)[1]
    assert column(register, "mci") == [2525, 2525]
    assert column(register, "grant-cap") == [25_250_000, 25_250_000]


def test_the_journal_as_at_the_end_of_the_period(world: Funded) -> None:
    """The visit of May is not in April's report."""
    assert column(sections(world)[1], "visits") == [0, 0]
    register = sections(world, "2019-05")[1]
    assert (column(register, "proved"), column(register, "unproved")) == ([9_000_000, 0], [11_000_000, 0])


def test_by_use(world: Funded) -> None:
    """A grant for two uses stands under both, its sum split."""
    uses = sections(world)[2]
    assert column(uses, "use") == [phrase("use.poultry"), phrase("use.tools")]
    assert (column(uses, "grants"), column(uses, "amount")) == ([1, 2], [15_000_000, 15_000_000])


def test_against_the_target_of_the_year(world: Funded) -> None:
    """4,100 persons were to have grants in 2019 (746-KP-16); one had."""
    assert sections(world)[3].rows == (("746-KP-16", 4100, 1, Decimal("0.0002")),)


def test_a_grant_leaves_the_report_after_its_year(world: Funded) -> None:
    """Paid in April 2019 it is accompanied into April 2020, and gone in May; the unpaid one stays."""
    assert column(sections(world, "2020-04")[1], "paid") == [20_000_000, 0]
    assert column(sections(world, "2020-05")[1], "paid") == [0]


def test_strangers_see_nothing(world: Funded) -> None:
    """Grants are the akimat's."""
    assert len(report(world, organisation="akimat").sections[1].rows) == 2
    assert report(world, organisation="mfo").sections[1].rows == ()
    assert report(world, region="610000000").sections[1].rows == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_prints_in_every_language(world: Funded, lang: Lang) -> None:
    """Every format is made in every language."""
    assert all(render(report(world), each, lang) for each in FORMATS)
