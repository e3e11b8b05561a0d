"""Utilisation follows money down the links without counting it twice. Money is that of `tests.reports.books`."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from reports.family import ReportRequest
from reports.periods import parse_period
from reports.report import Section
from reports.utilisation import UTILISATION
from tests.reports.books import MILLION, TENGE, programme
from tests.reports.sections import column

MARCH = parse_period("2021-03")


def sections(session: Session, organisation: str | None = None, region: str | None = None) -> tuple[Section, ...]:
    """By link, by region, by budget credit, and start-ups, at the end of March."""
    request = ReportRequest(period=MARCH, organisation=organisation, region=region)
    return UTILISATION.report(session, request).sections


def test_each_link_has_its_own_sum(session: Session) -> None:
    """150 million came from the budget and all went on; the lenders' 53.6 million are partly with them still."""
    programme(session)
    by_link, *_ = sections(session)
    assert column(by_link, "money-received") == [150 * MILLION, 150 * MILLION, 53_600_000 * TENGE]
    assert column(by_link, "utilised-share") == [Decimal("1.0000"), Decimal("0.3773"), Decimal("0.1791")]


def test_regions_add_up_to_the_country(session: Session) -> None:
    """Each region has its links, and what the regions received at the top is what the budget gave."""
    programme(session)
    _, by_region, *_ = sections(session)
    assert [len(group.rows) for group in by_region.groups] == [3, 3]
    assert column(by_region, "money-received")[::3] == [100 * MILLION, 50 * MILLION]


def test_agreements_stand_under_their_budget_credit(session: Session) -> None:
    """From the top down, each drawdown with what it lent on and what is left."""
    programme(session)
    _, _, by_credit, _ = sections(session)
    assert [len(group.rows) for group in by_credit.groups] == [4, 3]
    assert column(by_credit, "agreement") == ["BC-61", "FF-61", "OL-61", "FL-61", "BC-75", "OL-75", "FL-75"]
    assert column(by_credit, "remaining")[1:4] == [37 * MILLION, 56_400_000 * TENGE, 0]


def test_the_clock_runs_from_what_the_edition_says(session: Session) -> None:
    """The shortest period that encloses the money counts: six months from the transfer to the akimat (746-CR-03)."""
    programme(session)
    _, _, by_credit, _ = sections(session)
    assert (column(by_credit, "utilise-by")[2], column(by_credit, "days-left")[2]) == (date(2021, 7, 20), 111)


def test_start_ups_are_a_share_of_the_agreement(session: Session) -> None:
    """Of the 60 million of the line 1.6 million went to start-ups for the first time; relent money does not count."""
    programme(session)
    *_, start_ups = sections(session)
    place = column(start_ups, "agreement").index("FL-61")
    assert column(start_ups, "start-up-amount")[place] == 1_600_000 * TENGE
    assert column(start_ups, "start-up-of-agreement")[place] == Decimal("0.0267")


def test_a_region_has_its_own_chain(session: Session) -> None:
    """Agreements lie in the region of the akimat whose credit they are lent from."""
    programme(session)
    assert column(sections(session, region="75")[2], "agreement") == ["BC-75", "OL-75", "FL-75"]


def test_an_operator_sees_what_is_below_it(session: Session) -> None:
    """The operator's own agreement is the topmost in its sight."""
    programme(session)
    assert column(sections(session, "acc")[2], "agreement") == ["OL-61", "FL-61"]
