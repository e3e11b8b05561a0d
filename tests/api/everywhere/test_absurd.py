"""What no row can have and no calendar knows is answered like anything else that is wrong: never by a fault."""

from __future__ import annotations

import pytest

from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.town import IN_PATH, SAFE, Town, addresses

#: Before the first day that is reckoned with, and the last one that a date can hold.
DAYS = ("0001-01-01", "9999-12-31")


@pytest.fixture(scope="module")
def routes(town: Town) -> list[str]:
    """Everything an auditor reads."""
    return [route for route in town.routes if route.startswith(SAFE) and promised(route, "auditor")]


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 40])
def test_a_number_greater_than_any_id_names_nothing(town: Town, routes: list[str], number: str) -> None:
    """No page and no card is found, and the database is not asked."""
    browser = town.browser(town.somebody("auditor"))
    asked = [IN_PATH.sub(number, route.partition(" ")[2]) for route in routes if "_id}" in route]
    assert {path: code for path in asked if (code := browser.get(path).status_code) not in (404, 422)} == {}
    assert len(asked) > 10


@pytest.mark.parametrize("day", DAYS)
def test_days_beyond_the_calendar_are_refused(town: Town, routes: list[str], day: str) -> None:
    """Every page that may be looked at as of a day answers, whichever day is asked for."""
    actor = town.somebody("auditor")
    browser = town.browser(actor)
    for route in routes:
        for path in addresses(town, route, actor, most=1):
            mark = "&" if "?" in path else "?"
            assert browser.get(f"{path}{mark}on={day}&signed-from={day}").status_code < 500, path


def test_acts_name_days_of_the_calendar(town: Town) -> None:
    """A day that cannot be reckoned with is told beside its field."""
    browser = town.browser(town.somebody("lender-officer"))
    told = browser.request(
        "POST", "/api/v1/loans/1/disbursements", json={"on": "9999-12-31", "amount": "1.00"},
        headers={"Idempotency-Key": "absurd-day", "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert told.status_code == 422
    assert [(each["name"], each["code"]) for each in told.json()["fields"]] == [("on", "less_than_equal")]
