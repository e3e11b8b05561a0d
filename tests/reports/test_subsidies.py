"""The register of subsidies and the calculation of every base. The chain is that of `tests.lending.support.world`."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lending.support import subsidies
from reports.family import ReportRequest
from reports.figures import FiguresDisagree
from reports.periods import parse_period
from reports.rendering import FORMATS, render
from reports.report import Section, phrase
from reports.subsidies import SUBSIDIES
from reports.words import LANGUAGES, Lang
from tests.lending.support.world import PAID, Funded, funded
from tests.reports.sections import column, total

APRIL, MAY = "2019-04", "2019-05"


@pytest.fixture
def world(session: Session) -> Funded:
    """One subsidy paid on 20 April and one confirmed on 1 April, each with a loan that is left out."""
    world = funded(session)
    first, second = world.tranche("1000"), world.tranche("500")
    world.lend("700")
    world.lend("300", territory_type="city")
    world.lend("400")
    world.lend("100", purpose="consumer")
    world.paid(first, "65")
    world.confirmed(second)
    return world


def sections(world: Funded, period: str = APRIL, organisation: str | None = None) -> tuple[Section, ...]:
    """The register, the calculation and what was taken back."""
    return SUBSIDIES.report(
        world.session, ReportRequest(period=parse_period(period), organisation=organisation)
    ).sections


def test_sums_can_be_recomputed_by_hand(world: Funded) -> None:
    """Every base is the counted sums of its lines, the most is the rate of it, and unpaid is decided less paid."""
    register, calculation, _ = sections(world)
    lines = list(zip(column(calculation, "subsidy"), column(calculation, "counted"), strict=True))
    keys = ("subsidy", "subsidy-base", "subsidy-rate", "subsidy-ceiling", "subsidy-decided", "paid", "unpaid")
    rows = zip(*(column(register, key) for key in keys), strict=True)
    for subsidy, base, rate, ceiling, decided, paid, unpaid in rows:
        assert base == sum(tiyn for of, tiyn in lines if of == subsidy and isinstance(tiyn, int))
        assert ceiling == base * rate
        assert unpaid == decided - paid


def test_register_totals(world: Funded) -> None:
    """Tranches, bases, decisions and payments add up."""
    register = sections(world)[0]
    keys = ("money-received", "subsidy-base", "subsidy-ceiling", "subsidy-decided", "paid", "unpaid")
    assert [total(register, key) for key in keys] == [150_000, 110_000, 11_000, 6_500, 6_500, 0]


def test_every_loan_is_in_or_out_with_its_rule(world: Funded) -> None:
    """What is left out stands beside what counts, and why."""
    calculation = sections(world)[1]
    told = list(zip(column(calculation, "verdict"), column(calculation, "rule"), strict=True))
    assert (phrase("verdict.territory"), "746-SU-01") in told
    assert (phrase("verdict.purpose"), "746-SU-05") in told
    assert (total(calculation, "counted"), total(calculation, "not-counted")) == (110_000, 40_000)


def test_a_period_knows_no_later_steps(world: Funded) -> None:
    """Decided in April is not decided in a report on March, where it was not even confirmed."""
    assert sections(world, "2019-03")[0].rows == ()


def test_paid_before_the_period_it_is_done(world: Funded) -> None:
    """The paid subsidy is not in May's report, the one still open is."""
    assert column(sections(world, MAY)[0], "subsidy-base") == [40_000]


def test_what_was_taken_back_stands_by_itself(world: Funded) -> None:
    """Withdrawn in May: in April's register, in May's list of what was taken back with the reason."""
    [still_open] = [each for each in subsidies.subsidies(world.session) if each.state == "confirmed"]
    subsidies.withdraw(world.session, still_open.id, on=date(2019, 5, 5), by="Chair", reason="documents")
    assert column(sections(world)[0], "state") == [phrase("subsidy-state.paid"), phrase("subsidy-state.confirmed")]
    register, _, withdrawn = sections(world, MAY)
    assert (register.rows, column(withdrawn, "reason")) == ((), ["documents"])


def test_strangers_see_nothing(world: Funded) -> None:
    """The MFO sees its subsidies, a bank does not."""
    assert len(sections(world, organisation="mfo")[0].rows) == 2
    assert sections(world, organisation="bank")[0].rows == ()


def test_what_the_books_do_not_know_stops_the_report(world: Funded) -> None:
    """A decision without its entries is never printed."""
    session = world.session
    session.execute(text("SET LOCAL ROLE NONE"))
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("UPDATE subsidy_decision SET amount = amount + 1"))
    with pytest.raises(FiguresDisagree, match="subsidies decided"):
        sections(world)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_prints_in_every_language(world: Funded, lang: Lang) -> None:
    """Every format is made in every language."""
    report = SUBSIDIES.report(world.session, ReportRequest(period=parse_period(f"{PAID:%Y-%m}")))
    assert all(render(report, each, lang) for each in FORMATS)
