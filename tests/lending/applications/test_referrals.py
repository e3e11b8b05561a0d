"""The employment centre has two working days for a referral."""

from datetime import date

import pytest

from lending.applications.referrals import referral_clock
from lending.programmes.editions import edition
from tests.lending.applications.path import paper


@pytest.mark.parametrize(
    ("asked_on", "issued_on", "due_on", "late"),
    [
        (date(2019, 3, 18), date(2019, 3, 20), date(2019, 3, 20), False),
        (date(2019, 3, 14), date(2019, 3, 19), date(2019, 3, 18), True),
        (date(2019, 3, 20), None, date(2019, 3, 27), True),
    ],
)
def test_two_working_days(asked_on: date, issued_on: date | None, due_on: date, *, late: bool) -> None:
    """Weekends and Nauryz are not counted; a referral not given by the day asked about is late too."""
    papers = [paper("referral-request", asked_on)] + ([paper("referral", issued_on)] if issued_on else [])
    clock = referral_clock(papers, edition("746"))
    assert clock
    assert (clock.due_on, clock.late(date(2019, 3, 31)), clock.rule) == (due_on, late, "746-LN-04")


def test_no_clock_without_a_term_or_a_request() -> None:
    """The Road Map sets no term, and without a request there is nothing to count from."""
    assert referral_clock([paper("referral-request")], edition("road-map")) is None
    assert referral_clock([paper("referral")], edition("746")) is None
